"""Thresholds and parameters have words of their own, all of them."""

from __future__ import annotations

from typing import Any

import pytest

from grokscope.config.detector_settings import DetectorSettings
from grokscope.report.threshold_words import THRESHOLDS, parameter_in_words, threshold_in_words


def test_every_threshold_has_words() -> None:
    assert set(DetectorSettings.model_fields) <= set(THRESHOLDS)
    assert len(set(THRESHOLDS.values())) == len(THRESHOLDS)
    assert not any("_" in words for words in THRESHOLDS.values())
    assert threshold_in_words("of_a_plugin") == "of a plugin"


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("first", "fit", ("First event", "training set fitted")),
        ("second.event", "robustness_onset", ("Second event", "robustness back")),
        ("second.epsilon", 0.06, ("Second event: epsilon", "0.06")),
        ("second.start", None, None),
        ("event", "surge_2", ("Event", "second surge of test accuracy")),
        ("axis", "train_size", ("Axis", "train size")),
        ("method", "level", ("Method", "level")),
    ],
)
def test_parameters_in_words(path: str, value: Any, told: tuple[str, str] | None) -> None:
    assert parameter_in_words(path, value) == told
