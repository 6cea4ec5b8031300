"""Thresholds of the event detectors, in one place so that a verdict's sensitivity to them can be stated."""

from __future__ import annotations

from pydantic import Field

from grokscope.config.run_settings import Section


class DetectorSettings(Section):
    """Thresholds of `grokscope.analysis.detectors`; accuracies are fractions."""

    fit_accuracy: float = Field(default=0.99, gt=0, le=1, description="fit: train accuracy reaches this")
    onset_share: float = Field(default=0.5, gt=0, lt=1, description="generalisation onset: test accuracy passes this share of its final gain")
    surge_rise: float = Field(default=0.05, gt=0, lt=1, description="a surge lifts test accuracy by at least this")
    plateau_decades: float = Field(default=0.1, gt=0, description="a plateau between surges lasts at least so many decades of steps")
    rank_drop: float = Field(default=0.3, gt=0, lt=1, description="rank collapse: rank falls by this share of its level before")
    complexity_change: float = Field(default=0.2, gt=0, lt=1, description="a descent or ascent of local complexity changes it by this share of its range")
    robustness_change: float = Field(default=0.05, gt=0, lt=1, description="robust accuracy lost or regained counts from this on")
