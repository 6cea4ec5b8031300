"""Events of accuracy under attack: its loss and its late return (P2 Fig 2)."""

from __future__ import annotations

import pandas as pd

from grokscope.analysis.detectors.robustness import Robustness, robustness_phases
from grokscope.analysis.events.family import Date, Dates, Found, Occurrence, Rows, thresholds
from grokscope.analysis.tables import select
from grokscope.config.detector_settings import DetectorSettings


def rows(adversarial: pd.DataFrame, settings: DetectorSettings) -> Rows:
    """The events of every seed in a table of attacks, at the smallest epsilon above 0 without a random start."""
    epsilons = adversarial.loc[adversarial["epsilon"] > 0, "epsilon"]
    kept = select(adversarial, epsilon=epsilons.min(), start="none")
    for seed, curve in kept.groupby("seed"):
        yield seed, _found(phases(curve.rename(columns={"accuracy": "value"}), settings)), int(curve["step"].max())


def phases(curve: pd.DataFrame, settings: DetectorSettings) -> Robustness:
    """Loss and return on a curve of accuracy under attack (columns step, value)."""
    return robustness_phases(curve["step"], curve["value"], **thresholds(settings, "robustness_change", "onset_share"))


def on_curve(curve: pd.DataFrame, settings: DetectorSettings) -> dict[str, float | None]:
    """The events of a curve of accuracy under attack by itself."""
    found = phases(curve, settings)
    return {"robustness_lost": found.lost, "robustness_onset": found.onset}


def _found(found: Robustness) -> Found:
    return {
        "robustness_lost": (found.lost, None if found.lost is None else found.loss),
        "robustness_onset": (found.onset, None if found.onset is None else found.regained),
    }


def _date(which: str) -> Date:
    def date(curve: pd.DataFrame, settings: DetectorSettings) -> Occurrence:
        found = phases(curve, settings)
        note = (
            "robust accuracy is not lost"
            if found.lost is None
            else "robust accuracy is lost and does not return within the run"
        )
        step = getattr(found, which)
        return Occurrence(step, found.unfinished, found.regained, "" if step is not None else note)

    return date


DATES: Dates = {
    "robustness_lost": ("robust_accuracy", _date("lost")),
    "robustness_onset": ("robust_accuracy", _date("onset")),
    "robustness_onset_random": ({"curve": "robust_accuracy", "start": "random"}, _date("onset")),
}
