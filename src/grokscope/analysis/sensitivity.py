"""Other readings of a claim, under which its verdict is repeated: detector thresholds, and smallest effects."""

from __future__ import annotations

from collections.abc import Iterable

from grokscope.config.detector_settings import DetectorSettings

ALTERNATIVES: dict[str, tuple[float | str, ...]] = {
    "smoothing_decades": (0.02, 0.1),
    "settled_share": (0.1, 0.3),
    "fit_accuracy": (0.95, 0.999),
    "onset_share": (0.3, 0.7),
    "rise_share": (0.05, 0.2),
    "onset_gain": (0.05, 0.2),
    "delay_decades": (0.05, 0.2),
    "surge_rise": (0.03, 0.1),
    "chance_multiple": (1.2, 2.0),
    "plateau_decades": (0.03, 0.1),
    "plateau_share": (0.15, 0.4),
    "rank_drop": (0.2, 0.5),
    "rank_definition": ("relative_1e-6", "pca_99", "effective", "stable", "p1_code"),
    "complexity_change": (0.1, 0.3),
    "peak_tolerance": (0.02, 0.1),
    "robustness_change": (0.03, 0.1),
    "date_spread_decades": (0.3, 1.0),
}
"""Other values of every threshold that an estimand may depend on: laxer and stricter, or other definitions."""


SIZES = (0.5, 2.0)
"""Multiples of the smallest effect that matters."""


def other_sizes(smallest_effect: float) -> list[float]:
    """Half and twice the smallest effect that matters; none where every effect matters."""
    return [share * smallest_effect for share in SIZES] if smallest_effect > 0 else []


def threshold_grid(detectors: DetectorSettings, thresholds: Iterable[str]) -> list[tuple[str, float | str]]:
    """(threshold, value) of every change to try, one at a time; a value that is already set is left out."""
    return [(name, value) for name in thresholds for value in ALTERNATIVES[name] if value != getattr(detectors, name)]
