"""Events that only claims ask for: the fall of the weight norm and the rise of a linear probe."""

from __future__ import annotations

import pandas as pd

from grokscope.analysis.detectors.generalisation import generalisation
from grokscope.analysis.detectors.rank_phases import steepest_fall
from grokscope.analysis.events.family import Dates, Occurrence, thresholds
from grokscope.config.detector_settings import DetectorSettings


def _norm_fall(curve: pd.DataFrame, settings: DetectorSettings) -> Occurrence:
    fall = steepest_fall(curve["step"], curve["value"], smoothing_decades=max(settings.smoothing_decades, 0.1))
    return Occurrence(None, False) if fall is None else Occurrence(fall.step, False, fall.share)


def _probe_rise(curve: pd.DataFrame, settings: DetectorSettings) -> Occurrence:
    rise = generalisation(curve["step"], curve["value"], **thresholds(settings, "onset_share", "onset_gain"))
    return Occurrence(None, True) if rise is None else Occurrence(rise.step, False, rise.gain)


DATES: Dates = {"norm_fall": ("weight_norm", _norm_fall), "probe_rise": ("probe", _probe_rise)}
