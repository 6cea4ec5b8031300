"""The phases of local complexity: descent, ascent, and second descent, when regions migrate (P2 section 3.1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from grokscope.analysis.detectors.curve import (
    Curve,
    Span,
    change_time,
    crossing_time,
    noise,
    settled,
    smooth,
    step_at,
)
from grokscope.analysis.detectors.turning_points import Change, changes


@dataclass(frozen=True)
class ComplexityPhases:
    """Steps of the phases; None where absent. The spans are where the changes begin and end."""

    first_descent: float | None = None
    """the low at the end of the first descent, if an ascent follows"""
    ascent: float | None = None
    """where the ascent before the peak has done `onset_share` of itself"""
    peak: float | None = None
    """the high from which the second descent starts"""
    migration: float | None = None
    """where the second descent has left the peak by `peak_tolerance` of the range"""
    second_descent: float | None = None
    """where the second descent has done `onset_share` of itself, to be held against events that are dated in the same
    way; None while it is under way
    """
    peak_value: float | None = None
    rising: bool = False
    """whether the ascent was still under way when the run ended"""
    span_of_first_descent: Span | None = None
    span_of_ascent: Span | None = None
    span_of_second_descent: Span | None = None

    @property
    def double_descent(self) -> bool:
        """Whether the whole sequence is there: descent, ascent, descent."""
        return self.first_descent is not None and self.migration is not None


def complexity_phases(
    steps: ArrayLike,
    complexity: ArrayLike,
    *,
    complexity_change: float,
    peak_tolerance: float,
    onset_share: float,
    smoothing_decades: float,
    final_decades: float,
    settled_share: float,
    noise_multiple: float,
) -> ComplexityPhases:
    """Phases of one curve; a change counts if it exceeds the noise and `complexity_change` of the range.

    The second descent is the largest fall that an ascent precedes, so a curve that only falls has none, whatever its
    last value. With a large initialisation complexity rises from the start (P2 Fig 10): then there is no first descent,
    but an ascent, a peak and a migration. An ascent that no fall follows within the run has no peak.
    """
    curve = smooth(steps, complexity, smoothing_decades)
    if curve is None:
        return ComplexityPhases()
    extent = float(np.ptp(curve.level))
    smallest = max(complexity_change * extent, noise_multiple * noise(curve), 1e-12)
    found = changes(curve.level, lambda high, low: high - low >= smallest)
    rises = [index for index, change in enumerate(found) if change.size > 0]
    if not rises:
        return ComplexityPhases()
    first_rise = found[rises[0]]
    first_descent = step_at(curve.time[first_rise.start]) if rises[0] > 0 else None
    first_span = _span(curve, found[rises[0] - 1]) if rises[0] > 0 else None
    second = min(
        (index for index, change in enumerate(found) if change.size < 0 and index > rises[0]),
        key=lambda i: found[i].size,
        default=None,
    )
    ascent = found[rises[0]] if second is None else found[second - 1]
    ascent_step = step_at(change_time(curve, ascent.start, ascent.end, onset_share))
    if second is None:
        rising = found[-1].size > 0 and not settled(curve, found[-1].size, final_decades, settled_share)
        return ComplexityPhases(
            first_descent,
            ascent_step,
            rising=rising,
            span_of_first_descent=first_span,
            span_of_ascent=_span(curve, ascent),
        )
    fall = found[second]
    top = float(curve.level[fall.start])
    height = top - peak_tolerance * extent
    left = fall.start + int(np.flatnonzero(curve.level[fall.start : fall.end + 1] >= height)[-1])
    migration = crossing_time(curve, min(left + 1, len(curve) - 1), height)
    complete = settled(curve, fall.size, final_decades, settled_share)
    middle = step_at(change_time(curve, fall.start, fall.end, onset_share)) if complete else None
    return ComplexityPhases(
        first_descent,
        ascent_step,
        step_at(curve.time[fall.start]),
        step_at(migration),
        middle,
        top,
        span_of_first_descent=first_span,
        span_of_ascent=_span(curve, ascent),
        span_of_second_descent=_span(curve, fall),
    )


def _span(curve: Curve, change: Change) -> Span:
    return float(curve.time[change.start]), float(curve.time[change.end])
