"""Thresholds of the event detectors, in one place so that a verdict's sensitivity to them can be stated."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from grokscope.config.section import Section

RankDefinition = Literal[
    "relative_1e-3",
    "relative_1e-6",
    "pca_95",
    "pca_99",
    "effective",
    "stable",
    "participation",
    "p1_code",
    "p1_text",
    "p1_text_absolute",
]
"""Names of the definitions in `grokscope.metrics.rank`."""


class DetectorSettings(Section):
    """Thresholds of `grokscope.analysis.detectors`; accuracies are fractions, decades are of step + 1."""

    smoothing_decades: float = Field(
        default=0.05,
        ge=0,
        description="curves are smoothed by a running median over this many decades, at least three points",
    )
    final_decades: float = Field(
        default=0.1,
        gt=0,
        description="the final level of a curve is its median over this many last decades, at least three points",
    )
    settled_share: float = Field(
        default=0.2,
        gt=0,
        lt=1,
        description=(
            "a change is cut off by the end, and so not dated, if more than this share of it came in the last"
            " final_decades"
        ),
    )
    noise_multiple: float = Field(
        default=5.0,
        ge=0,
        description="changes smaller than this many standard deviations of a curve's noise do not count as events",
    )
    date_spread_decades: float = Field(
        default=0.5,
        gt=0,
        description=("a date is not sharp if other ways of reading its curve move it over more than this many decades"),
    )
    fit_accuracy: float = Field(default=0.99, gt=0, le=1, description="fit: train accuracy reaches this")
    onset_share: float = Field(
        default=0.5,
        gt=0,
        lt=1,
        description="rises of accuracy, losses of robustness and descents of complexity are dated at this share",
    )
    rise_share: float = Field(
        default=0.1,
        gt=0,
        lt=0.5,
        description="a rise goes on from this share of itself until no more than this share is left",
    )
    onset_gain: float = Field(
        default=0.1,
        gt=0,
        lt=1,
        description="a rise of test accuracy counts as generalisation if it gains at least this much",
    )
    delay_decades: float = Field(
        default=0.1, ge=0, description="generalisation is delayed if its onset is at least this many decades after fit"
    )
    surge_rise: float = Field(default=0.05, gt=0, lt=1, description="a surge lifts test accuracy by at least this")
    plateau_decades: float = Field(
        default=0.05, gt=0, description="a plateau between surges lasts at least this many decades and three points"
    )
    plateau_share: float = Field(
        default=0.25,
        gt=0,
        lt=1,
        description="on a plateau the curve climbs at most at this share of the slopes beside it",
    )
    rank_definition: RankDefinition = Field(
        default="relative_1e-3",
        description="how rank is counted where events and claims read it (grokscope.metrics.rank)",
    )
    rank_drop: float = Field(
        default=0.3, gt=0, lt=1, description="rank collapse: rank falls by this share of its level before"
    )
    rank_range_share: float = Field(
        default=0.1,
        ge=0,
        lt=1,
        description="and by this share of its whole range, so that small fluctuations of low ranks do not count",
    )
    complexity_change: float = Field(
        default=0.2,
        gt=0,
        lt=1,
        description="a descent or ascent of local complexity changes it by this share of its range",
    )
    peak_tolerance: float = Field(
        default=0.05,
        ge=0,
        lt=1,
        description="migration starts when local complexity has left its peak by this share of its range",
    )
    robustness_change: float = Field(
        default=0.05, gt=0, lt=1, description="a loss or return of robust accuracy counts if it is at least this large"
    )
    collapse_rank: float = Field(
        default=1.0, ge=0, description="collapsed: a hidden layer's rank stays at or below this to the end"
    )
    collapse_accuracy: float = Field(default=0.5, gt=0, lt=1, description="and the final train accuracy is below this")
    chance_multiple: float = Field(
        default=1.5, gt=1, lt=10, description="accuracies up to this many times the chance level of the task are chance"
    )
