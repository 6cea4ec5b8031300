"""Times of runs on data that are made."""

from __future__ import annotations

import math

import numpy as np
import pytest

from grokscope.config.metric_settings import metric_settings
from grokscope.cost.made_up import made_up_samples
from grokscope.cost.measure import metric_time, training_time
from task_support import toy_settings


def test_made_up_vectors_lie_in_their_box() -> None:
    samples = made_up_samples(toy_settings().data, 400, 100)
    assert samples.train_inputs.shape == (400, 2)
    assert samples.test_targets.shape == (100, 1)
    assert samples.train_inputs.dtype == samples.train_targets.dtype == np.float64
    assert 5 < np.abs(samples.train_inputs).max() <= 10


@pytest.mark.parametrize("name", ["loss", "spectra", "weight_norm"])
def test_a_training_and_its_metrics_take_time(name: str) -> None:
    training = training_time(toy_settings(), 2, device="cpu", threads=1, budget_seconds=0.02)
    measured = metric_time(metric_settings(name, {}), toy_settings(), 2, device="cpu", threads=1, budget_seconds=0.01)
    for seconds in (training.step_seconds, training.save_seconds, measured.checkpoint_seconds):
        assert math.isfinite(seconds)
        assert seconds > 0
