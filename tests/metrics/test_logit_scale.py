"""A network whose last layer is scaled is attacked as if the attack climbed the cross-entropy of scaled logits."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from grokscope.metrics.adversarial.objectives.cross_entropy import objective as cross_entropy
from grokscope.metrics.adversarial.pgd import attack
from grokscope.metrics.logit_scale import measure
from grokscope.metrics.logit_scale.declaration import LogitScaleSettings
from grokscope.metrics.tables import check_table
from metrics_helpers import SEEDS, confident, initialised, random_context, run_settings, spoil

EPSILONS = [0.02, 0.1]


@pytest.mark.parametrize(("kind", "chunk"), [("mlp", None), ("mlp", 7), ("cnn", 4), ("resnet", None)])
def test_the_attack_climbs_the_cross_entropy_of_the_logits_times_the_factor(kind: str, chunk: int | None) -> None:
    settings = run_settings(kind=kind, width=8 if kind == "mlp" else 2, init_scale=2.0)
    context, network = random_context(settings), initialised(settings).eval()
    with torch.no_grad():
        context.test_targets[:] = network(context.test_inputs)[:1].argmax(dim=-1)
    images, labels = context.points("test", 12)
    # powers of two, whose products lose no digit
    options = LogitScaleSettings(factors=[1, 4, 64], epsilons=[*EPSILONS, 0.0], steps=5, points=12)
    table = measure.build(options, context, chunk)(network, 3)
    check_table("logit_scale", table.assign(run="r")[["run", *table.columns]])
    for factor in options.factors:
        expected = attack(
            network,
            images,
            labels,
            EPSILONS,
            options.step_size,
            options.steps,
            objective=lambda logits, labels, factor=factor: cross_entropy(factor * logits, labels),
        )
        right = (expected.logits.argmax(dim=-1) == labels[:, None]).double().mean(dim=2)
        found = table[(table["factor"] == factor) & (table["epsilon"] > 0)].sort_values(["seed", "epsilon"])
        np.testing.assert_allclose(found["accuracy"], right.flatten())
        np.testing.assert_allclose(found["zero_gradient"], expected.zero_at_last.double().mean(dim=2).flatten())
    if kind != "cnn":  # an untrained CNN puts all noise into one class, whatever an attack does
        assert table.groupby(["seed", "epsilon"])["accuracy"].nunique().max() > 1


def test_a_large_factor_leaves_the_clean_accuracy_at_every_size_of_the_attack() -> None:
    context = random_context(run_settings(depth=2))
    context.test_targets[:] = 0
    options = LogitScaleSettings(factors=[1, 1000], epsilons=[0.1, 1.0], step_size=0.1, points=None)
    table = measure.build(options, context)(confident("float32", 2.0), 0)
    large = table[table["factor"] == 1000]
    assert large["accuracy"].eq(1).all()
    assert large[large["epsilon"] > 0]["zero_gradient"].eq(1).all()
    plain = table[(table["factor"] == 1) & (table["epsilon"] == 1.0)]
    assert (plain["accuracy"] < 0.5).all()
    assert plain["zero_gradient"].eq(0).all()


def test_a_logit_that_is_not_finite_gives_nan_for_its_seed_alone() -> None:
    settings = run_settings()
    network = initialised(settings)
    spoil(network, 1)
    options = LogitScaleSettings(factors=[1, 10], epsilons=[0.1], steps=2, points=5)
    table = measure.build(options, random_context(settings))(network, 0)
    values = table.set_index("seed")[["accuracy", "zero_gradient"]]
    assert values.loc[SEEDS[0]].notna().all(axis=None)
    assert values.loc[SEEDS[1]].isna().all(axis=None)
