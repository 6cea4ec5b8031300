"""The metric loss against numpy, and against the loss that the metric accuracy records."""

from __future__ import annotations

import numpy as np
import pytest

from grokscope.metrics.accuracy import measure as accuracy
from grokscope.metrics.accuracy.declaration import AccuracySettings
from grokscope.metrics.loss import measure as loss_metric
from grokscope.metrics.loss.declaration import LossSettings
from metrics_helpers import SEEDS, initialised, random_context, run_settings, spoil


@pytest.mark.parametrize("loss", ["mse", "cross_entropy"])
@pytest.mark.parametrize("kind", ["mlp", "cnn"])
def test_it_is_that_of_numpy(loss: str, kind: str) -> None:
    settings = run_settings(kind=kind, width=4, dtype="float64", loss=loss)
    context, network = random_context(settings), initialised(settings)
    table = loss_metric.build(LossSettings(), context)(network, 7)
    assert list(table.columns) == ["seed", "step", "split", "loss"]
    assert len(table) == 4
    for row in table.itertuples():
        position = SEEDS.index(row.seed)
        logits = network(context.inputs(row.split)).detach().numpy()[position]
        labels = context.targets(row.split)[position].numpy()
        if loss == "mse":
            expected = np.mean((logits - np.eye(10)[labels]) ** 2)
        else:
            expected = np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(labels)), labels])
        assert row.loss == pytest.approx(expected)
        assert row.step == 7


def test_chunks_do_not_change_the_result_and_accuracy_records_the_same() -> None:
    context, network = random_context(run_settings()), initialised(run_settings())
    whole = loss_metric.build(LossSettings(), context)(network, 0)
    chunked = loss_metric.build(LossSettings(), context, chunk=7)(network, 0)
    np.testing.assert_allclose(chunked["loss"], whole["loss"], rtol=1e-6)
    np.testing.assert_array_equal(whole["loss"], accuracy.build(AccuracySettings(), context)(network, 0)["loss"])


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_diverged_seed_is_nan_and_leaves_the_other_alone(value: float) -> None:
    context, network = random_context(run_settings()), initialised(run_settings())
    before = loss_metric.build(LossSettings(), context)(network, 0)
    spoil(network, 0, value)
    after = loss_metric.build(LossSettings(), context)(network, 0)
    assert after[after["seed"] == SEEDS[0]]["loss"].isna().all()
    np.testing.assert_array_equal(after[after["seed"] == SEEDS[1]]["loss"], before[before["seed"] == SEEDS[1]]["loss"])
