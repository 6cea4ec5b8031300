"""When something happens in every seed of a run: the events of `grokscope.analysis.events` and some that only claims ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from grokscope.analysis.detectors.generalisation import generalisation
from grokscope.analysis.detectors.rank_phases import steepest_fall
from grokscope.analysis.effects import SeedEvents
from grokscope.analysis.events import complexity_curve_phases, rank_curve_phases, robust_curve_phases
from grokscope.analysis.named_curves import SeedCurves, named_curves
from grokscope.analysis.run_tables import RunTables
from grokscope.config.detector_settings import DetectorSettings
from grokscope.errors import UserError


@dataclass(frozen=True)
class Moment:
    """Step of an event, None where it did not happen; `open_end`: it may still have been to come when the run ended, at `last_step`."""

    step: float | None
    last_step: float
    open_end: bool
    size: float | None = None


FROM_ACCURACY = ("fit", "generalisation", "onset", "surge_1", "surge_2")
THRESHOLDS = {
    "fit": ("fit_accuracy", "smoothing_decades"),
    "generalisation": ("onset_share", "onset_gain", "settled_share", "smoothing_decades"),
    "onset": ("fit_accuracy", "onset_share", "onset_gain", "delay_decades", "smoothing_decades"),
    "surge": ("surge_rise", "chance_multiple", "plateau_decades", "plateau_share", "smoothing_decades"),
    "rank": ("rank_drop", "rank_definition", "smoothing_decades"),
    "norm": ("smoothing_decades",),
    "probe": ("onset_share", "onset_gain", "smoothing_decades"),
    "complexity": ("complexity_change", "peak_tolerance", "settled_share", "smoothing_decades"),
    "migration": ("complexity_change", "peak_tolerance", "smoothing_decades"),
    "robustness": ("robustness_change", "onset_share", "settled_share", "smoothing_decades"),
}
"""Detector thresholds on which the date of an event depends, by the first word of its name."""


def thresholds_of(*events: str | None) -> tuple[str, ...]:
    """Thresholds that the dates of these events depend on, each once."""
    return tuple(dict.fromkeys(name for event in events if event for name in THRESHOLDS.get(event.split("_")[0], ())))


def moments(tables: RunTables, event: str, seeds: list[SeedEvents], where: str) -> dict[int, Moment]:
    """The moment of `event` in every seed of a run; `seeds` are `seed_events(tables)`.

    Known are fit, generalisation (open-ended, as accuracy may rise later), onset, surge_1, surge_2 (open-ended in a seed that has not
    generalised by the end of its run); rank_collapse, rank_first_descent, rank_second_descent (second-last layer); norm_fall (steepest fall of
    the norm of all weights); probe_rise (of the second-last layer); complexity_peak, migration (the start of the second descent),
    complexity_second_descent (its middle), complexity_double_descent (training points, smallest radius); robustness_lost, robustness_onset,
    robustness_onset_random (smallest attack). Raises UserError for another name.
    """
    if event in FROM_ACCURACY:
        return {one.seed: Moment(one.step(event), float(one.last_steps[event]), _may_come(one, event)) for one in seeds}
    if event not in DERIVED:
        raise UserError(f"{where}: event {event!r} is unknown; known are {', '.join((*FROM_ACCURACY, *DERIVED))}")
    curve, date = DERIVED[event]
    curves: SeedCurves = named_curves(tables, curve, where)
    return {one.seed: _moment(curves[one.seed], date, tables.detectors) for one in seeds if one.seed in curves}


def _may_come(events: SeedEvents, event: str) -> bool:
    return event in ("fit", "generalisation") or events.step("generalisation") is None


Date = Callable[[pd.DataFrame, DetectorSettings], tuple[float | None, bool, float | None]]
"""Curve and thresholds -> step, whether it was under way or may still come, size."""


def _moment(curve: pd.DataFrame, date: Date, detectors: DetectorSettings) -> Moment:
    step, open_end, size = date(curve, detectors)
    return Moment(step, float(curve["step"].max()), open_end, size)


def _rank(which: str) -> Date:
    def date(curve: pd.DataFrame, detectors: DetectorSettings) -> tuple[float | None, bool, float | None]:
        phases = rank_curve_phases(curve.rename(columns={"value": "rank"}), detectors)
        fall = getattr(phases, which)
        return (None if fall is None else fall.step), phases.unfinished, (None if fall is None else fall.share)

    return date


def _complexity(which: str) -> Date:
    def date(curve: pd.DataFrame, detectors: DetectorSettings) -> tuple[float | None, bool, float | None]:
        phases = complexity_curve_phases(curve, detectors)
        step = phases.migration if which == "double_descent" else getattr(phases, which)
        if which == "double_descent" and not phases.double_descent:
            step = None
        rising = phases.ascent is not None and phases.peak is None  # the peak may be to come
        falling = which == "second_descent" and phases.peak is not None and step is None
        return step, rising or falling, phases.peak_value

    return date


def _robustness(which: str) -> Date:
    def date(curve: pd.DataFrame, detectors: DetectorSettings) -> tuple[float | None, bool, float | None]:
        phases = robust_curve_phases(curve.rename(columns={"value": "accuracy"}), detectors)
        return getattr(phases, which), phases.unfinished, phases.regained

    return date


def _norm_fall(curve: pd.DataFrame, detectors: DetectorSettings) -> tuple[float | None, bool, float | None]:
    fall = steepest_fall(curve["step"], curve["value"], smoothing_decades=max(detectors.smoothing_decades, 0.1))
    return (None, False, None) if fall is None else (fall.step, False, fall.share)


def _probe_rise(curve: pd.DataFrame, detectors: DetectorSettings) -> tuple[float | None, bool, float | None]:
    names = {"onset_share", "onset_gain", "smoothing_decades", "final_decades", "settled_share", "noise_multiple"}
    rise = generalisation(curve["step"], curve["value"], **detectors.model_dump(include=names))
    return (None, True, None) if rise is None else (rise.step, False, rise.gain)


DERIVED: dict[str, tuple[str | dict[str, str], Date]] = {
    "rank_collapse": ("rank", _rank("collapse")),
    "rank_first_descent": ("rank", _rank("first_descent")),
    "rank_second_descent": ("rank", _rank("second_descent")),
    "norm_fall": ("weight_norm", _norm_fall),
    "probe_rise": ("probe", _probe_rise),
    "complexity_peak": ("complexity", _complexity("peak")),
    "migration": ("complexity", _complexity("migration")),
    "complexity_second_descent": ("complexity", _complexity("second_descent")),
    "complexity_double_descent": ("complexity", _complexity("double_descent")),
    "robustness_lost": ("robust_accuracy", _robustness("lost")),
    "robustness_onset": ("robust_accuracy", _robustness("onset")),
    "robustness_onset_random": ({"curve": "robust_accuracy", "start": "random"}, _robustness("onset")),
}
