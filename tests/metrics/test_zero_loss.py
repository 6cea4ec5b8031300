"""Losses and gradients of exactly zero, against closed forms, numpy and a loop over samples."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from grokscope.config.run_settings import RunSettings
from grokscope.metrics.tables import check_table
from grokscope.metrics.zero_loss import measure
from grokscope.metrics.zero_loss.declaration import ZeroLossSettings
from grokscope.training.arithmetic import arithmetic
from metrics_helpers import SEEDS, confident, initialised, random_context, run_settings, spoil

MODELS: dict[str, dict[str, Any]] = {
    "mlp": {"width": 4, "init_scale": 14.0},
    "cnn": {"width": 4, "init_scale": 8.0},
    "resnet": {"width": 2, "blocks": 1, "stages": 2, "init_scale": 6.0},
}


def trained_with(settings: RunSettings, **training: Any) -> RunSettings:
    sections = settings.model_dump(mode="json")
    sections["training"] |= {"loss": "cross_entropy", **training}
    return RunSettings.model_validate(sections)


@pytest.mark.parametrize(
    ("lead", "dtype", "loss", "gradient"),
    [
        (10.0, "float32", 0, 0),
        (30.0, "float32", 1, 0),
        (120.0, "float32", 1, 1),
        (30.0, "float64", 0, 0),
        (120.0, "float64", 1, 0),
        (800.0, "float64", 1, 1),
    ],
)
def test_a_sure_network_in_closed_form(lead: float, dtype: str, loss: int, gradient: int) -> None:
    """exp(-lead) is lost in the sum below the rounding of 1, and is nothing below the least number."""
    settings = trained_with(run_settings(dtype=dtype, depth=2))
    context, network = random_context(settings), confident(dtype, lead)
    context.train_targets[:] = 0
    context.train_targets[1, :10] = 1
    with arithmetic(device="cpu", threads=1, flush_denormal=True):
        table = measure.build(ZeroLossSettings(), context)(network, 4).set_index("seed")
    assert table.loc[SEEDS[0], ["zero_loss", "zero_gradient"]].tolist() == [loss, gradient]
    # a wrong answer has a loss, and never a gradient of zero
    assert table.loc[SEEDS[1], ["zero_loss", "zero_gradient"]].tolist() == [0.75 * loss, 0.75 * gradient]


@pytest.mark.parametrize(
    ("training", "loss", "gradient"),
    [
        ({"temperature": 10.0}, 0, 0),
        ({"temperature": 0.5}, 1, 1),
        ({"label_smoothing": 0.1}, 0, 0),
        ({"loss": "normalized_cross_entropy"}, 1, 0),
        ({"loss": "mse"}, 0, 0),
    ],
    ids=str,
)
def test_it_is_the_loss_of_the_run(training: dict[str, Any], loss: int, gradient: int) -> None:
    """At a lead of 60, which is 6 at a temperature of 10, 120 at one of a half, and 25 among logits of norm 25."""
    settings = trained_with(run_settings(depth=2), **training)
    context, network = random_context(settings), confident("float32", 60.0)
    context.train_targets[:] = 0
    table = measure.build(ZeroLossSettings(), context)(network, 0)
    assert table["zero_loss"].tolist() == [loss, loss]
    assert table["zero_gradient"].tolist() == [gradient, gradient]


def test_losses_are_torchs_sample_by_sample() -> None:
    logits, labels = torch.randn(2, 3, 4, 5, dtype=torch.float64), torch.randint(5, (2, 3, 4))
    for training, options in (
        ({"temperature": 3.0}, {}),
        ({"label_smoothing": 0.2}, {"label_smoothing": 0.2}),
        ({}, {}),
    ):
        found = measure.losses_of_training(logits, labels, trained_with(run_settings(), **training).training)
        for place in np.ndindex(2, 3, 4):
            expected = torch.nn.functional.cross_entropy(
                logits[place] / training.get("temperature", 1.0), labels[place], **options
            )
            torch.testing.assert_close(found[place], expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize("chunk", [None, 7])
def test_shares_are_those_of_a_loop_over_samples(kind: str, chunk: int | None) -> None:
    settings = trained_with(run_settings(kind=kind, **MODELS[kind]))
    context, network = random_context(settings), initialised(settings)
    with torch.no_grad():
        context.train_targets[:] = network(context.train_inputs).argmax(dim=-1)
        context.train_targets[:, ::3] += 1
        context.train_targets.remainder_(10)
    table = measure.build(ZeroLossSettings(splits=["train", "test"], points=25), context, chunk)(network, 3)
    check_table("zero_loss", table.assign(run="r")[["run", *table.columns]])
    found = set()
    for row in table.itertuples():
        inputs, labels = context.points(row.split, 25)
        place = SEEDS.index(row.seed)
        with torch.no_grad():
            logits = network(inputs.expand(2, *inputs.shape[1:]))[place].numpy()
        shifted = np.exp(logits - logits.max(axis=1, keepdims=True), dtype=np.float32)
        own = logits[np.arange(25), labels[place].numpy()] == logits.max(axis=1)
        none = own & (shifted.sum(axis=1, dtype=np.float32) == 1)
        assert row.zero_loss == pytest.approx(none.mean())
        assert row.points == 25
        found.add(0 < row.zero_loss < 1)
    assert True in found


def test_a_diverged_seed_has_no_numbers() -> None:
    settings = trained_with(run_settings())
    context, network = random_context(settings), initialised(settings)
    spoil(network, 0)
    table = measure.build(ZeroLossSettings(), context)(network, 0).set_index("seed")
    assert table.loc[SEEDS[0], ["zero_loss", "zero_gradient"]].isna().all()
    assert table.loc[SEEDS[1], ["zero_loss", "zero_gradient"]].tolist() == [0, 0]
