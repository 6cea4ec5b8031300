"""Thresholds of the detectors and parameters of estimands, in words for readers who do not know their names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grokscope.analysis.declarations.curves import curve_words
from grokscope.analysis.declarations.events import EVENTS
from grokscope.config.rank_words import RANK_WORDS
from grokscope.metrics.registry import CURVES
from grokscope.report.claims import words
from grokscope.report.wording import EVENTS_IN_WORDS, event_in_words, setting

THRESHOLDS = {
    "smoothing_decades": "width of the smoothing, in decades",
    "final_decades": "length of the end of a run, in decades",
    "settled_share": "share of a change that may come at the end of the run",
    "noise_multiple": "changes count from this multiple of the noise",
    "date_spread_decades": "widest range of a sharp date, in decades",
    "fit_accuracy": "train accuracy that counts as fitted",
    "onset_share": "share of a change at which it is dated",
    "rise_share": "share of a rise before it begins and after it ends",
    "onset_gain": "smallest gain of test accuracy",
    "delay_decades": "shortest delay after the fit, in decades",
    "surge_rise": "smallest rise of a surge",
    "plateau_decades": "shortest plateau, in decades",
    "plateau_share": "steepest plateau, as a share of the slopes beside it",
    "rank_definition": "definition of rank",
    "rank_drop": "smallest fall of rank, as a share of its level",
    "rank_range_share": "smallest fall of rank, as a share of its range",
    "complexity_change": "smallest change of local complexity",
    "peak_tolerance": "distance from the peak at which migration starts",
    "robustness_change": "smallest change of accuracy under attack",
    "collapse_rank": "rank of a collapsed network",
    "collapse_accuracy": "train accuracy of a collapsed network",
    "chance_multiple": "accuracy counts as chance up to this multiple of it",
    "smallest_effect": "smallest effect that matters",
    "measure": "measure",
}
"""Every threshold of `DetectorSettings`, and what else `sensitivity` changes."""
SAID = {
    "smoothing_decades": "smoothed over {} decades",
    "final_decades": "the last {} decades being the end",
    "settled_share": "at most {} of the change at the end of the run",
    "noise_multiple": "at least {} times the noise of the curve",
    "date_spread_decades": "dated within {} decades",
    "fit_accuracy": "accuracy {}",
    "onset_share": "dated at {} of the change",
    "rise_share": "the rise going on from {0} of itself until {0} is left",
    "onset_gain": "gain of at least {}",
    "delay_decades": "at least {} decades after the fit",
    "surge_rise": "rise of at least {}",
    "plateau_decades": "plateaus of at least {} decades",
    "plateau_share": "slope of a plateau at most {} of the slopes beside it",
    "rank_definition": "rank counted as: {}",
    "rank_drop": "fall of at least {} of the level",
    "rank_range_share": "fall of at least {} of the range",
    "complexity_change": "change of at least {} of its range",
    "peak_tolerance": "{} of its range below the peak",
    "robustness_change": "change of at least {}",
    "collapse_rank": "rank of at most {}",
    "collapse_accuracy": "final train accuracy below {}",
    "chance_multiple": "accuracy up to {} times chance counts as chance",
}
"""Thresholds with their values beside the event that they date, in brackets: `accuracy 0.99`."""
NAMES = {
    "first": "First event",
    "second": "Second event",
    "by": "Together with",
    "minus": "Compared with",
    "than": "Rather than",
    "times": "Steps multiplied by",
    "statistic": "What of the curve",
    "scale": "Compared as",
    "rise": "While this rises",
}
"""Parameters of estimands whose names say little."""
PARTS = {
    "start": "start of the attack",
    "split": "points",
    "measured": "size of the attack or radius",
}
"""Parts of a parameter whose names say little."""
ATTACKS = {
    "published": "the published attack",
    "float64": "the published attack, repeated in float64",
    "rescaled_cross_entropy": "rescaled logits",
    "margin": "margin",
    "dlr": "ratio of differences of logits",
    "targeted_margin": "margin towards one class after the other",
    "transfer": "images made for another seed",
    "square": "search with random squares",
    "worst_case": "worst of all attacks",
}
"""Attacks, as the page on attacks names them."""
VALUES: dict[str, Mapping[str, str]] = {
    "statistic": {
        "first": "first level",
        "highest": "highest level",
        "final": "level at the end of the run",
        "relative_range": "range, as a share of the highest level",
    },
    "scale": {
        "plain": "they are",
        "log10": "decades, the logarithm to base 10",
        "range": "a share of the curve's range",
    },
    "method": {"event": "by the dates of their falls", "level": "by the level that each has reached"},
    "start": {"none": "at the point itself", "random": "at a random place nearby"},
    "attack": ATTACKS,
    "measured": {"fixed": "fixed, the same for all", "relative": "relative to the size of the embeddings"},
    "split": {"train": "training data", "test": "test data", "random": "random points"},
}
"""Values of such parameters."""
CHOICES = {
    "cifar10": "CIFAR-10",
    "cifar100": "CIFAR-100",
    "fashion_mnist": "Fashion-MNIST",
    "mnist": "MNIST",
    "leaky_relu": "leaky ReLU",
    "relu": "ReLU",
    "adamw": "AdamW",
    "adam": "Adam",
    "rmsprop": "RMSprop",
    "sgd": "SGD",
}
"""Values of settings that have names of their own."""
DETAILS = {
    "share_low": "Share of seeds, lower end",
    "share_high": "Share of seeds, upper end",
    "sign_flip_p": "p-value of sign flips",
    "equivalence_p": "p-value of equivalence",
    "restricted_to": "Delays compared up to, in decades",
}
"""Details of a test."""


def threshold_in_words(name: str) -> str:
    """The name of a threshold for a reader."""
    return THRESHOLDS.get(name, words(name))


def threshold_said(name: str, value: Any) -> str:
    """A threshold with its value, to stand in brackets after an event."""
    told = value_in_words(name, value)
    return SAID[name].format(told) if name in SAID else f"{threshold_in_words(name)}: {told}"


def parameter_in_words(path: str, value: Any) -> tuple[str, str] | None:
    """Name and value of a parameter, the path to it with dots; None for one that is not given.

    The event or the curve of a parameter, such as `second.event`, has the name of that parameter.
    """
    if value is None:
        return None
    parts = path.split(".")
    if len(parts) > 1 and parts[-1] in ("event", "curve"):
        parts = parts[:-1]
    name = NAMES.get(parts[0], words(parts[0]).capitalize())
    more = ", ".join(PARTS.get(part) or words(part) for part in parts[1:])
    return f"{name}: {more}" if more else name, _told(parts[-1], value)


def value_in_words(threshold: str, value: Any) -> str:
    """The value of a threshold, or of what else `sensitivity` changes."""
    return RANK_WORDS.get(value, setting(value)) if threshold == "rank_definition" else setting(value)


def setting_in_words(value: Any) -> str:
    """The value of a setting by which runs differ: names as they are written, and no underscores."""
    if not isinstance(value, str):
        return setting(value)
    return CHOICES.get(value, value.replace("_", " "))


def _told(parameter: str, value: Any) -> str:
    if not isinstance(value, str):
        return setting(value)
    if value in VALUES.get(parameter, {}):
        return VALUES[parameter][value]
    if parameter in ("axis", "layer", "measured_as", "times"):
        return words(value)
    if value in EVENTS_IN_WORDS or value in EVENTS or value.startswith("surge_"):
        return event_in_words(value)
    if value in CURVES:
        return curve_words(value)[0]
    if parameter == "definition":
        return RANK_WORDS.get(value, value)
    return value
