"""Events of one curve by itself, so that published and own curves are dated alike."""

from __future__ import annotations

import pandas as pd

from grokscope.analysis.detectors.fit import fit_step
from grokscope.analysis.detectors.generalisation import generalisation
from grokscope.analysis.events import complexity_curve_phases, robust_curve_phases
from grokscope.config.detector_settings import DetectorSettings

KINDS = ("train_accuracy", "test_accuracy", "robust_accuracy", "complexity")


def curve_events(kind: str, curve: pd.DataFrame, detectors: DetectorSettings) -> dict[str, float | None]:
    """Steps of the events of a curve (columns step, value; accuracies as fractions) of one of KINDS, None where absent."""
    if kind == "train_accuracy":
        options = {"fit_accuracy": detectors.fit_accuracy, "smoothing_decades": detectors.smoothing_decades}
        return {"fit": fit_step(curve["step"], curve["value"], **options)}
    if kind == "test_accuracy":
        names = {"onset_share", "onset_gain", "smoothing_decades", "final_decades", "settled_share", "noise_multiple"}
        rise = generalisation(curve["step"], curve["value"], **detectors.model_dump(include=names))
        return {"generalisation": None if rise is None else rise.step}
    if kind == "robust_accuracy":
        robust = robust_curve_phases(curve.rename(columns={"value": "accuracy"}), detectors)
        return {"robustness_lost": robust.lost, "robustness_onset": robust.onset}
    phases = complexity_curve_phases(curve, detectors)
    return {"complexity_peak": phases.peak, "migration": phases.migration}
