"""Events of accuracy under attack: its loss and its late return (P2 Fig 2)."""

from __future__ import annotations

import pandas as pd

from grokscope.analysis.detectors.robustness import robustness_phases
from grokscope.analysis.events.family import Dates, Occurrence, Points, Reading, Readings, curve_of, date_of, thresholds
from grokscope.analysis.tables import select
from grokscope.config.detector_settings import DetectorSettings


def readings(adversarial: pd.DataFrame) -> Readings:
    """Every seed of a table of attacks, at the smallest epsilon above 0 without a random start."""
    epsilons = adversarial.loc[adversarial["epsilon"] > 0, "epsilon"]
    kept = select(adversarial, epsilon=epsilons.min(), start="none")
    for seed, rows in kept.groupby("seed"):
        yield Reading(seed, curve_of(rows, "accuracy"), read, int(rows["step"].max()))


def read(curve: Points, settings: DetectorSettings) -> dict[str, Occurrence]:
    """Loss and return on a curve of accuracy under attack (columns step, value)."""
    found = robustness_phases(curve["step"], curve["value"], **thresholds(settings, "robustness_change", "onset_share"))
    if found.lost is None:
        note = "robust accuracy is not lost"
        return dict.fromkeys(("robustness_lost", "robustness_onset"), Occurrence(None, False, note=note))
    lost = Occurrence(found.lost, found.unfinished, found.loss, span=found.span_of_loss)
    if found.onset is None:
        note = "robust accuracy is lost and does not return within the run"
        onset = Occurrence(None, found.unfinished, note=note, under_way=found.unfinished)
    else:
        onset = Occurrence(found.onset, found.unfinished, found.regained, span=found.span_of_return)
    return {"robustness_lost": lost, "robustness_onset": onset}


DATES: Dates = {
    "robustness_lost": ("robust_accuracy", date_of(read, "robustness_lost")),
    "robustness_onset": ("robust_accuracy", date_of(read, "robustness_onset")),
    "train_robustness_lost": ("robust_train_accuracy", date_of(read, "robustness_lost")),
    "train_robustness_onset": ("robust_train_accuracy", date_of(read, "robustness_onset")),
    "robustness_onset_random": ({"curve": "robust_accuracy", "start": "random"}, date_of(read, "robustness_onset")),
}
