"""The suite: its rows are those of each attack by itself, and the worst case is decided image by image."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from grokscope.metrics.adversarial import measure as adversarial
from grokscope.metrics.adversarial.objectives.margin import objective as margin
from grokscope.metrics.adversarial.pgd import attack
from grokscope.metrics.attack_suite import measure as suite
from grokscope.metrics.attack_suite.adaptive import adaptive_attack
from grokscope.metrics.attack_suite.declaration import AT_ONCE, ATTACKS, AttackSuiteSettings
from grokscope.metrics.attack_suite.square import square_attack
from grokscope.metrics.context import EvaluationContext
from grokscope.models.network import Network
from metrics_helpers import SEEDS, attack_settings, initialised, random_context, run_settings, spoil

EPSILONS = [0.004, 0.01]


def settings(**changes: object) -> AttackSuiteSettings:
    usual = {"epsilons": EPSILONS, "points": 20, "published_steps": 4, "step_size": 0.002, "steps": 8, "queries": 20}
    return AttackSuiteSettings.model_validate(usual | {"square_points": 7} | changes)


def answered(network: Network, context: EvaluationContext) -> None:
    """Make most labels those that the first seed gives."""
    with torch.no_grad():
        context.test_targets[:] = network(context.test_inputs).argmax(dim=-1)[:1]


def accuracy(table: pd.DataFrame, name: str, seed: int, epsilon: float) -> float:
    chosen = table[(table.attack == name) & (table.seed == seed) & (table.epsilon == epsilon)]
    return float(chosen.accuracy.iloc[0])


@pytest.fixture(params=["float32", "float64"])
def measured(request: pytest.FixtureRequest) -> tuple[Network, EvaluationContext, pd.DataFrame]:
    run = run_settings(dtype=request.param)
    network, context = initialised(run), random_context(run)
    answered(network, context)
    return network, context, suite.build(settings(), context)(network, 3)


def test_rows_are_those_of_each_attack_and_the_worst_case_is_that_of_every_image(measured) -> None:
    network, context, table = measured
    exact = context.test_inputs.dtype == torch.float64
    assert set(table.attack) == set(ATTACKS) - ({"float64"} if exact else set())
    assert (table[table.attack == "square"].points == 7).all()
    assert (table[table.attack != "square"].points == 20).all()
    images, labels = context.points("test", 20)
    right = {"none": (network(images).argmax(dim=-1) == labels)[:, None].expand(-1, 2, -1)}
    published = attack(network, images, labels, EPSILONS, 0.002, 4)
    right["published"] = published.logits.argmax(dim=-1) == labels[:, None]
    other = [
        [network(published.images[1 - seed, column][None].expand(2, -1, -1, -1, -1))[seed] for column in range(2)]
        for seed in range(2)
    ]
    right["transfer"] = torch.stack([torch.stack(rows) for rows in other]).argmax(dim=-1) == labels[:, None]
    right["margin"] = ~adaptive_attack(network, images, labels, EPSILONS, 8, margin, (None, *_starts(images))).fooled
    squares = square_attack(network, images[:, :7], labels[:, :7], EPSILONS, 20)
    right["square"] = ~squares.fooled
    for name, values in right.items():
        for place, seed in enumerate(SEEDS):
            for column, epsilon in enumerate(EPSILONS):
                assert accuracy(table, name, seed, epsilon) == values[place, column].double().mean(), name
    for seed in SEEDS:
        for epsilon in EPSILONS:
            whole = [accuracy(table, name, seed, epsilon) for name in set(table.attack) - {"square", "worst_case"}]
            assert accuracy(table, "worst_case", seed, epsilon) <= min(whole)
    known = right["none"] & right["published"] & right["transfer"] & right["margin"]
    known[..., :7] &= right["square"]
    worst = table[table.attack == "worst_case"].pivot_table(index="seed", columns="epsilon", values="accuracy")
    assert (worst.to_numpy() <= known.double().mean(dim=2).numpy()).all()
    assert table[table.attack == "published"].accuracy.between(0.01, 0.99).any()


def _starts(images: torch.Tensor) -> list[torch.Tensor]:
    return suite._starts(settings(), images)


def test_the_worst_case_is_below_every_single_attack_where_they_fool_different_images() -> None:
    """With two attacks alone, the worst case counts images that withstand both."""
    run = run_settings(dtype="float64")
    network, context = initialised(run), random_context(run)
    answered(network, context)
    table = suite.build(settings(attacks=["transfer", "square"], square_points=None, points=30), context)(network, 0)
    images, labels = context.points("test", 30)
    made = attack(network, images, labels, EPSILONS, 0.002, 4).images
    for place, seed in enumerate(SEEDS):
        for column, epsilon in enumerate(EPSILONS):
            moved = made[1 - place, column][None].expand(2, -1, -1, -1, -1)
            kept = (network(moved).argmax(dim=-1) == labels)[place] & (network(images).argmax(dim=-1) == labels)[place]
            kept &= ~square_attack(network, images, labels, EPSILONS, 20).fooled[place, column]
            assert accuracy(table, "worst_case", seed, epsilon) == kept.double().mean()


def test_the_published_attack_is_that_of_the_metric_adversarial(measured) -> None:
    network, context, table = measured
    alone = attack_settings(epsilons=EPSILONS, points=20, steps=4, step_size=0.002)
    expected = adversarial.build(alone, context)(network, 3)
    for row in expected[expected.epsilon > 0].itertuples():
        assert accuracy(table, "published", row.seed, row.epsilon) == row.accuracy
    assert (table[table.attack == "published"].zero_gradient == expected.zero_gradient_start.iloc[0]).all()


def test_the_scale_of_the_logits_lifts_the_published_attack_alone() -> None:
    run = run_settings(dtype="float32", depth=2)
    network, context = initialised(run), random_context(run)
    answered(network, context)
    plain = suite.build(settings(), context)(network, 0)
    with torch.no_grad():
        for name in ("weight_2", "bias_2"):
            network.get_parameter(name).mul_(2.0**24)
    scaled = suite.build(settings(), context)(network, 0)
    for name in ("rescaled_cross_entropy", "margin", "dlr", "targeted_margin", "square"):
        pd.testing.assert_frame_equal(plain[plain.attack == name], scaled[scaled.attack == name])
    first = SEEDS[0]
    assert accuracy(plain, "published", first, 0.01) < 0.5
    assert accuracy(scaled, "published", first, 0.01) == 1
    assert (scaled[(scaled.attack == "published") & (scaled.seed == first)].zero_gradient == 1).all()
    assert accuracy(scaled, "float64", first, 0.01) == 1  # its softmax is one-hot in float64 too
    assert accuracy(scaled, "worst_case", first, 0.01) < 0.5


def test_float64_sees_a_gradient_where_float32_sees_none() -> None:
    run = run_settings(dtype="float32", depth=2)
    network, context = initialised(run), random_context(run)
    largest = network(context.test_inputs).detach()[0].topk(2, dim=-1).values
    scale = 200 / float((largest[:, 0] - largest[:, 1]).median())  # above the 103 of float32, below the 745 of float64
    with torch.no_grad():
        for name in ("weight_2", "bias_2"):
            network.get_parameter(name).mul_(scale)
    answered(network, context)
    table = suite.build(settings(attacks=["published", "float64"], points=30), context)(network, 0)
    single, double = (table[(table.attack == name) & (table.seed == SEEDS[0])] for name in ("published", "float64"))
    assert (single.zero_gradient > double.zero_gradient.to_numpy()).all()
    assert (double.accuracy < single.accuracy.to_numpy()).any()
    assert (double.accuracy <= single.accuracy.to_numpy()).all()


def test_a_seed_alone_has_no_transfer_and_otherwise_the_same_rows(measured) -> None:
    _, context, table = measured
    run, kept = context.run, set(table.attack) - {"transfer", "worst_case"}
    one = EvaluationContext(
        run, SEEDS[1:], context.train_inputs[1:], context.train_targets[1:], context.test_inputs, context.test_targets,
        context.device,
    )  # fmt: skip
    alone = suite.build(settings(), one)(initialised(run, SEEDS[1:]), 3)
    assert set(alone.attack) == set(table.attack) - {"transfer"}
    both = table[(table.seed == SEEDS[1]) & table.attack.isin(kept)].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone[alone.attack.isin(kept)].reset_index(drop=True), both)


def test_how_many_images_are_attacked_together_does_not_matter(measured, monkeypatch: pytest.MonkeyPatch) -> None:
    network, context, table = measured
    monkeypatch.setattr(suite, "POINTS_AT_A_TIME", {"cpu": 6})
    again = suite.build(settings(), context)(network, 3)
    pd.testing.assert_frame_equal(again, table)


def test_numbers_of_a_diverged_seed_are_nan_and_of_no_other(measured) -> None:
    network, context, table = measured
    spoil(network, 0)
    again = suite.build(settings(), context)(network, 3)
    assert again[again.seed == SEEDS[0]].accuracy.isna().all()
    kept = ~again.attack.isin(["transfer", "worst_case"]) & (again.seed == SEEDS[1])
    pd.testing.assert_frame_equal(again[kept], table[kept])
    assert np.isfinite(again[again.seed == SEEDS[1]].accuracy).all()


def test_on_a_linear_network_the_targeted_attack_is_exact() -> None:
    """Towards each wrong class the worst image is known pixel by pixel; an image is robust if it withstands all."""
    run = run_settings(dtype="float64", depth=1)
    network, context = initialised(run), random_context(run, test=60)
    answered(network, context)
    given = settings(epsilons=[0.001, 0.002], points=None, steps=30, restarts=3, attacks=["targeted_margin"], targets=9)
    table = suite.build(given, context)(network, 0)
    images, labels = context.points("test", None)
    pixels, both = images[0].flatten(1).numpy(), set()
    for place, seed in enumerate(SEEDS):
        weight = network.get_parameter("weight_1")[place].detach().numpy()
        bias, own = network.get_parameter("bias_1")[place, 0].detach().numpy(), labels[place].numpy()
        for epsilon in (0.001, 0.002):
            lowest, highest = np.clip(pixels - epsilon, 0, 1), np.clip(pixels + epsilon, 0, 1)
            robust = np.ones(60, dtype=bool)
            for other in range(10):
                towards = weight[:, other] - weight[:, own].T
                margins = (np.where(towards > 0, highest, lowest) * towards).sum(axis=1) + bias[other] - bias[own]
                robust &= (margins <= 0) | (own == other)
            found = accuracy(table, "worst_case", seed, epsilon)
            np.testing.assert_allclose(found, robust.mean(), atol=1e-12)
            both.add(round(float(robust.mean()), 2))
    assert len(both) > 2


def test_the_memory_that_is_asked_for_is_that_of_the_images_that_are_attacked_together() -> None:
    assert suite.POINTS_AT_A_TIME["cpu"] == AT_ONCE
