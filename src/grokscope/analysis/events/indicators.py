"""Events that only claims ask for: the fall of the weight norm, and the rise of a linear probe or of accuracy under
attack, from its first level to its last.
"""

from __future__ import annotations

from grokscope.analysis.detectors.generalisation import generalisation, rise_under_way
from grokscope.analysis.detectors.rank_phases import steepest_fall
from grokscope.analysis.events.family import ABSENT, Dates, Occurrence, Points, thresholds
from grokscope.config.detector_settings import DetectorSettings


def _norm_fall(curve: Points, settings: DetectorSettings) -> Occurrence:
    fall = steepest_fall(curve["step"], curve["value"], smoothing_decades=max(settings.smoothing_decades, 0.1))
    if fall is None:
        return ABSENT
    return Occurrence(fall.step, False, fall.share, span=fall.span, nearly=fall.nearly)


def _rise(curve: Points, settings: DetectorSettings) -> Occurrence:
    limits = thresholds(settings, "onset_share", "onset_gain")
    rise = generalisation(curve["step"], curve["value"], **limits)
    if rise is None:
        return Occurrence(None, True, under_way=rise_under_way(curve["step"], curve["value"], **limits))
    return Occurrence(rise.step, False, rise.gain, span=rise.span)


def read_rise(curve: Points, settings: DetectorSettings) -> dict[str, Occurrence]:
    """The rise of accuracy under attack for good (columns step, value)."""
    return {"robustness_rise": _rise(curve, settings)}


DATES: Dates = {
    "norm_fall": ("weight_norm", _norm_fall),
    "probe_rise": ("probe", _rise),
    "robustness_rise": ("robust_accuracy", _rise),
}
