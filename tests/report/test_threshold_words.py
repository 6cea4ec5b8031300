"""Thresholds and parameters have words of their own, all of them."""

from __future__ import annotations

from typing import Any

import pytest

from grokscope.analysis.declarations.events import EVENTS, FAILURES
from grokscope.config.detector_settings import DetectorSettings
from grokscope.report.threshold_words import (
    SAID,
    THRESHOLDS,
    parameter_in_words,
    threshold_in_words,
    threshold_said,
    value_in_words,
)
from grokscope.report.wording import event_in_words


def test_every_threshold_has_words() -> None:
    assert set(DetectorSettings.model_fields) <= set(THRESHOLDS)
    assert len(set(THRESHOLDS.values())) == len(THRESHOLDS)
    assert not any("_" in words for words in THRESHOLDS.values())
    assert threshold_in_words("of_a_plugin") == "of a plugin"
    assert set(DetectorSettings.model_fields) <= set(SAID)
    assert threshold_said("fit_accuracy", 0.99) == "accuracy 0.99"
    assert threshold_said("rank_definition", "relative_1e-3") == "rank counted as: above 1/1000 of the largest"
    assert threshold_said("of_a_plugin", 2) == "of a plugin: 2"


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("first", "fit", ("First event", "training set fitted")),
        ("second.event", "robustness_onset", ("Second event", "robustness back")),
        ("second.epsilon", 0.06, ("Second event: epsilon", "0.06")),
        ("second.start", None, None),
        ("second.start", "none", ("Second event: start of the attack", "at the point itself")),
        ("minus.start", "random", ("Compared with: start of the attack", "at a random place nearby")),
        ("curve.attack", "rescaled_cross_entropy", ("Curve: attack", "rescaled logits")),
        ("event", "surge_2", ("Event", "second surge of test accuracy")),
        ("axis", "train_size", ("Axis", "train size")),
        ("method", "level", ("Method", "by the level that each has reached")),
        ("first", "norm_fall", ("First event", "steepest fall of the norm")),
        ("curve", "attacked_accuracy", ("Curve", "accuracy under one of several attacks")),
        ("curve.definition", "relative_1e-3", ("Curve: definition", "above 1/1000 of the largest")),
        ("curve.layer", "second_last", ("Curve: layer", "second last")),
        ("curve.curve", "weight_norm", ("Curve", "norm of the weights")),
        ("minus.curve", "regions_of_side", ("Compared with", "density of linear regions on one side of a line")),
        ("minus.side", "above", ("Compared with: side", "above")),
        ("statistic", "final", ("What of the curve", "level at the end of the run")),
        ("scale", "log10", ("Compared as", "decades, the logarithm to base 10")),
    ],
)
def test_parameters_in_words(path: str, value: Any, told: tuple[str, str] | None) -> None:
    assert parameter_in_words(path, value) == told


@pytest.mark.parametrize("event", sorted({*EVENTS, *FAILURES}))
def test_no_event_is_shown_by_its_name_in_the_code(event: str) -> None:
    assert "_" not in event_in_words(event)
    assert not event_in_words(event).startswith("the ")


def test_values_of_thresholds_in_words() -> None:
    assert value_in_words("rank_definition", "effective") == "effective rank"
    assert value_in_words("fit_accuracy", 0.99) == "0.99"
    assert value_in_words("measure", "by exact numbers of regions") == "by exact numbers of regions"
