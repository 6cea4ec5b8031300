"""Auto-PGD on the cross-entropy, image by image against the published algorithm, and what its table says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from attack_helpers import published_algorithm
from grokscope.metrics.apgd import measure
from grokscope.metrics.apgd.declaration import ApgdSettings
from grokscope.metrics.attack_suite.pairs import random_start
from grokscope.metrics.tables import check_table
from grokscope.models.network import Network
from metrics_helpers import SEEDS, confident, initialised, random_context, run_settings, spoil

EPSILONS = {"mlp": [0.01, 0.03], "cnn": [0.01, 0.03], "resnet": [0.001, 0.01]}
POINTS = {"mlp": 12, "cnn": 8, "resnet": 6}
MODELS: dict[str, dict[str, Any]] = {
    "mlp": {"width": 8},
    "cnn": {"width": 3},
    "resnet": {"width": 2, "blocks": 1, "stages": 2},
}


def withstands(network: Network, seed: int, image: torch.Tensor, label: int, epsilon: float, starts: list) -> bool:
    """Whether the published algorithm fools the network from none of the starts."""
    return not any(
        published_algorithm(network, seed, image.numpy(), label, epsilon, 6, start, cross_entropy=True)[1]
        for start in starts
    )


def has_no_gradient(network: Network, seed: int, image: torch.Tensor, label: int) -> bool:
    variable = image.clone().requires_grad_()
    logits = network(variable[None, None])[seed, 0]
    (logits.logsumexp(0) - logits[label]).backward()
    return variable.grad is not None and not variable.grad.any()


@pytest.mark.parametrize("chunk", [None, 5])
@pytest.mark.parametrize(("kind", "restarts"), [("mlp", 2), ("cnn", 1), ("resnet", 1)])
def test_accuracies_are_those_of_the_published_algorithm(kind: str, restarts: int, chunk: int | None) -> None:
    count = POINTS[kind]
    settings = run_settings(kind=kind, dtype="float64", init_scale=2.0, **MODELS[kind])
    context, network = random_context(settings), initialised(settings).eval()
    every = context.test_inputs.expand(2, -1, -1, -1, -1)
    with torch.no_grad():
        # the output bias takes the mean away, so that no class leads at all images
        bias = [value for name, value in network.named_parameters() if name.startswith("bias")][-1]
        bias -= network(every).mean(dim=1, keepdim=True)
        context.test_targets[:] = network(every)[:1].argmax(dim=-1)
    options = ApgdSettings(
        epsilons=[*EPSILONS[kind], 0.0], steps=6, restarts=restarts, points=count, starts=["none", "random"]
    )
    table = measure.build(options, context, chunk)(network, 5)
    check_table("apgd", table.assign(run="r")[["run", *table.columns]])
    assert set(table["points"]) == {count}
    images, labels = context.points("test", count)
    differ = set()
    for row in table.itertuples():
        place = SEEDS.index(row.seed)
        kept = still = 0
        for point in range(count):
            drawn = [
                random_start(row.epsilon, restart, count, (1, 28, 28))[point].double().numpy()
                for restart in range(1, restarts + 1)
            ]
            starts = [None] if row.start == "none" or row.epsilon == 0 else drawn
            image, label = images[0, point], int(labels[place, point])
            kept += withstands(network, place, image, label, row.epsilon, starts)
            begin = image if starts[0] is None else (image + row.epsilon * torch.from_numpy(starts[0])).clamp(0, 1)
            still += has_no_gradient(network, place, begin, label)
        assert row.accuracy == pytest.approx(kept / count)
        assert row.zero_gradient == pytest.approx(still / count)
        differ.add((row.start, row.accuracy))
    assert len(differ) > 4


def test_without_a_gradient_it_does_not_move() -> None:
    """In float32 a lead of 150 leaves no gradient: every image keeps its answer at every size of the attack."""
    context = random_context(run_settings(depth=2))
    context.test_targets[:] = 0
    context.test_targets[0, :6] = 1
    options = ApgdSettings(epsilons=[0.1, 1.0], points=None, starts=["none", "random"])
    table = measure.build(options, context)(confident("float32", 150.0), 0)
    # where the label is another class, the answer is wrong and there is a gradient
    np.testing.assert_allclose(table["accuracy"], 24 / 30)
    np.testing.assert_allclose(table["zero_gradient"], 24 / 30)
    weak = measure.build(options, context)(confident("float32", 2.0), 0)
    assert weak["zero_gradient"].eq(0).all()
    assert (weak[weak.epsilon == 1.0]["accuracy"] < 0.5).all()


def test_clean_accuracy_alone_and_a_diverged_seed() -> None:
    settings = run_settings()
    context, network = random_context(settings), initialised(settings)
    spoil(network, 0)
    table = measure.build(ApgdSettings(epsilons=[0.0], starts=["random"]), context)(network, 0).set_index("seed")
    assert table["epsilon"].tolist() == [0.0, 0.0]
    assert table.loc[SEEDS[0], ["accuracy", "zero_gradient"]].isna().all()
    with torch.no_grad():
        right = network(context.test_inputs.expand(2, -1, -1, -1, -1))[1].argmax(dim=-1) == context.test_targets[0]
    assert table.loc[SEEDS[1], "accuracy"] == pytest.approx(float(right.double().mean()))
    under = measure.build(ApgdSettings(epsilons=[0.02]), context)(network, 0)
    assert under[under.seed == SEEDS[0]][["accuracy", "zero_gradient"]].isna().all(axis=None)
