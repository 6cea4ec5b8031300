"""Sizes of input gradients and leads of the label's logit, against torch.func, closed forms and numpy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch

from grokscope.metrics.adversarial.objectives.cross_entropy import objective as cross_entropy
from grokscope.metrics.input_gradients import measure
from grokscope.metrics.input_gradients.declaration import InputGradientsSettings
from grokscope.metrics.tables import check_table
from grokscope.training.arithmetic import arithmetic
from metrics_helpers import SEEDS, confident, initialised, random_context, run_settings, spoil

POINTS = 20
MODELS: dict[str, dict[str, Any]] = {
    "mlp": {"width": 6},
    "cnn": {"width": 6},
    "resnet": {"width": 2, "blocks": 1, "stages": 2, "batch_norm": True},
    "resnet_imagenet": {"width": 2, "blocks": 1, "stages": 2},
}


def least_not_exceeded(values: list[float], share: float) -> float:
    """The first of the sorted values at which this share of them is reached."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered) - 1e-9) - 1)]


@pytest.mark.parametrize("chunk", [None, 7])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", MODELS)
def test_quantiles_are_those_of_gradients_sample_by_sample(kind: str, dtype: str, chunk: int | None) -> None:
    settings = run_settings(kind=kind, init_scale=2.0, dtype=dtype, **MODELS[kind])
    context, network = random_context(settings, shared=kind == "cnn"), initialised(settings)
    options = InputGradientsSettings(points=POINTS, quantiles=[0.0, 0.1, 0.5, 1.0])
    table = measure.build(options, context, chunk)(network, 5)
    check_table("input_gradients", table.assign(run="r")[["run", *table.columns]])
    assert set(table["points"]) == {POINTS}
    for seed, (split, objective) in zip(SEEDS, (("train", "margin"), ("test", "cross_entropy")), strict=True):
        images, labels = context.points(split, POINTS)
        place = SEEDS.index(seed)
        alone = initialised(settings, [seed]).double()
        sizes, lengths, leads = [], [], []
        for image, label in zip(images[min(place, len(images) - 1)].double(), labels[place].tolist(), strict=True):

            def lead(x: torch.Tensor, label: int = label, alone: torch.nn.Module = alone) -> torch.Tensor:
                outputs = alone(x[None, None])[0, 0]
                return outputs[label] - torch.cat([outputs[:label], outputs[label + 1 :]]).max()

            def loss(x: torch.Tensor, label: int = label, alone: torch.nn.Module = alone) -> torch.Tensor:
                outputs = alone(x[None, None])[0, 0]
                return torch.logsumexp(outputs, 0) - outputs[label]

            slope = torch.func.grad(lead if objective == "margin" else loss)(image).detach()
            sizes.append(float(slope.abs().sum()))
            lengths.append(float(slope.square().sum().sqrt()))
            leads.append(float(lead(image).detach()))
        rows = table[(table.seed == seed) & (table.split == split) & (table.objective == objective)]
        assert rows["quantile"].tolist() == options.quantiles
        for column, values in {"l1": sizes, "l2": lengths, "margin": leads}.items():
            expected = [least_not_exceeded(values, share) for share in options.quantiles]
            np.testing.assert_allclose(rows[column], expected, rtol=1e-9, atol=1e-12)
        # some images meet dead units alone
        assert rows["zero"].eq(sizes.count(0.0) / POINTS).all()
        assert rows["zero_float64"].eq(sizes.count(0.0) / POINTS).all()


@pytest.mark.parametrize(("lead", "zero", "zero_float64"), [(40.0, 0, 0), (150.0, 1, 0), (900.0, 1, 1)])
def test_the_gradient_of_the_cross_entropy_vanishes_and_that_of_the_margin_does_not(
    lead: float, zero: int, zero_float64: int
) -> None:
    """It shrinks with the exponential of the lead, to nothing in float32 at 150 and in float64 at 900, while the
    network around the points is the same.
    """
    context = random_context(run_settings(depth=2))
    context.test_targets[:] = 0
    measured = measure.build(InputGradientsSettings(splits=["test"]), context)
    with arithmetic(device="cpu", threads=1, flush_denormal=True):
        near, far = (
            measured(confident("float32", value), 0).set_index(["objective", "seed"]) for value in (20.0, lead)
        )
    climbed = far.loc["cross_entropy"]
    assert climbed["zero"].eq(zero).all()
    assert climbed["zero_float64"].eq(zero_float64).all()
    expected = near.loc["cross_entropy"]["l1"] * math.exp(20 - lead)
    np.testing.assert_allclose(climbed["l1"], 0 if zero_float64 else expected, rtol=1e-4)
    assert far.loc["margin"]["zero"].eq(0).all()
    np.testing.assert_allclose(far.loc["margin"]["margin"] - near.loc["margin"]["margin"], lead - 20, rtol=1e-4)
    np.testing.assert_array_equal(far.loc["margin"]["l1"], near.loc["margin"]["l1"])


def test_the_form_without_loss_is_the_cross_entropy_and_keeps_the_part_of_the_label() -> None:
    """At a lead of 200 the label's own gradient is minus the sum of the others, and torch's own says 0."""
    logits = torch.randn(2, 6, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    labels = torch.tensor([[0, 1, 2, 3, 4, 0], [1, 1, 0, 2, 3, 4]])
    torch.testing.assert_close(
        measure.exact_cross_entropy(logits, labels),
        torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="none").view(2, 6),
    )
    sure = torch.zeros(1, 1, 5, dtype=torch.float64)
    sure[0, 0, 0] = 200
    parts = {}
    for name, loss in (("ours", measure.exact_cross_entropy), ("theirs", cross_entropy)):
        variable = sure.clone().requires_grad_()
        loss(variable, torch.zeros(1, 1, dtype=torch.int64)).sum().backward()
        assert variable.grad is not None
        parts[name] = variable.grad[0, 0].tolist()
    assert parts["ours"] == pytest.approx([-4 * math.exp(-200), *[math.exp(-200)] * 4], rel=1e-12)
    assert parts["theirs"] == pytest.approx([0, *[math.exp(-200)] * 4], rel=1e-12)


def test_a_linear_network_in_closed_form() -> None:
    """The gradient of the margin is a difference of rows; that of the cross-entropy weighs them by the softmax."""
    settings = run_settings(depth=1, dtype="float64")
    context, network = random_context(settings), initialised(settings)
    options = InputGradientsSettings(splits=["test"], points=1, quantiles=[0.5])
    table = measure.build(options, context)(network, 0).set_index(["seed", "objective"])
    image, label = context.points("test", 1)
    for place, seed in enumerate(SEEDS):
        rows = network.get_parameter("weight_1")[place].detach().numpy()
        logits = image[0, 0].numpy().ravel() @ rows + network.get_parameter("bias_1")[place, 0].detach().numpy()
        own = int(label[place, 0])
        other = max((number for number in range(10) if number != own), key=lambda number: logits[number])
        chances = np.exp(logits) / np.exp(logits).sum()
        slope = rows @ chances - rows[:, own]
        found = table.loc[(seed, "cross_entropy")]
        np.testing.assert_allclose([found["l1"], found["l2"]], [np.abs(slope).sum(), np.linalg.norm(slope)], rtol=1e-9)
        found = table.loc[(seed, "margin")]
        np.testing.assert_allclose(found["l1"], np.abs(rows[:, other] - rows[:, own]).sum(), rtol=1e-9)
        np.testing.assert_allclose(found["margin"], logits[own] - logits[other], rtol=1e-9)


def test_a_diverged_seed_has_no_numbers_and_the_other_keeps_its_own() -> None:
    settings = run_settings()
    context, network = random_context(settings), initialised(settings)
    plain = measure.build(InputGradientsSettings(), context)(network, 0)
    spoil(network, 0)
    again = measure.build(InputGradientsSettings(), context)(network, 0)
    numbers = ["l1", "l2", "margin", "zero", "zero_float64"]
    assert again.loc[again.seed == SEEDS[0], numbers].isna().all(axis=None)
    np.testing.assert_array_equal(
        again.loc[again.seed == SEEDS[1], numbers], plain.loc[plain.seed == SEEDS[1], numbers]
    )
