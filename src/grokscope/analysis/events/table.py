"""The table of events of a run: all that its tables allow for.

| event | table | value |
|---|---|---|
| nonfinite | accuracy, or loss where there are no classes | none; the loss is not finite |
| collapsed | rank, accuracy | none |
| fit | accuracy | none |
| generalisation | accuracy | gain of test accuracy since step 0 |
| onset | accuracy | gain of test accuracy after fit; only if delayed |
| surge_1, surge_2, ... | accuracy | rise of test accuracy |
| rank_collapse, rank_second_descent | rank | fall as a share of the level before |
| complexity_first_descent, complexity_ascent, complexity_peak, migration, complexity_double_descent | local_complexity
  | complexity at the peak |
| robustness_lost, robustness_onset | adversarial | accuracy lost, regained |

Ranks are of the second-last layer on test images (P1 Fig 5), counted as the settings say (`collapsed` reads
COLLAPSE_DEFINITION), complexity is that of all layers at the training points with the smallest radius, robustness that
at the smallest epsilon above 0 without a random start. `state` is that of `grokscope.analysis.events.family`; how well
an event is dated is added by `dated_events` (`grokscope.analysis.events.uncertainty`), NaN where it is not dated on a
curve.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from grokscope.analysis.events import accuracy, complexity, indicators, rank, robustness
from grokscope.analysis.events.family import Occurrence, Points, Reader, Readings
from grokscope.analysis.events.uncertainty import Uncertainty, uncertainties
from grokscope.config.detector_settings import DetectorSettings

COLUMNS = ["run", "seed", "event", "step", "last_step", "value", "state"]
OF_DATES = ["earliest", "latest", "lost_share", "sharpness", "sharp"]
"""Columns that `dated_events` adds."""
TYPES = {"seed": "int64", "step": "float64", "last_step": "int64", "value": "float64"}
TYPES_OF_DATES = dict.fromkeys(OF_DATES[:-1], "float64") | {"sharp": "bool"}
Tables = Mapping[str, pd.DataFrame]


def _events_of(read: Reader, column: str, *events: str) -> Reader:
    def dated(curve: Points, settings: DetectorSettings) -> dict[str, Occurrence]:
        found = read({"step": curve["step"], column: curve["value"]}, settings)
        return {event: found[event] for event in events}

    return dated


ON_CURVES: dict[str, Reader] = {
    "train_accuracy": _events_of(accuracy.read_fit, "train", "fit"),
    "test_accuracy": _events_of(accuracy.read_generalisation, "test", "generalisation"),
    "robust_accuracy": _events_of(robustness.read, "value", "robustness_lost", "robustness_onset"),
    "robust_accuracy_of_embeddings": _events_of(indicators.read_rise, "value", "robustness_rise"),
    "complexity": _events_of(complexity.read, "value", "complexity_peak", "migration"),
    "embedding_complexity": _events_of(complexity.read, "value", "complexity_peak", "migration"),
}
"""Name of a curve -> its events by itself, so that published and own curves are dated alike."""


def detect_events(run: str, tables: Tables, detectors: DetectorSettings, chance: Fraction | None) -> pd.DataFrame:
    """One row for each seed and event: COLUMNS; step and value are NaN where there is none.

    `tables` may hold accuracy, or else loss, rank, local_complexity and adversarial; events that need another table are
    left out. An absent event is censored at `last_step`, the last step of the table that it needs. `chance` is the
    accuracy that needs no input, None where there are no classes and so no accuracy.
    """
    return _frame(_rows(run, _readings(tables, detectors, chance), detectors, dated=False), COLUMNS, TYPES)


def detect_accuracy_events(
    run: str, tables: Tables, detectors: DetectorSettings, chance: Fraction | None
) -> pd.DataFrame:
    """Those rows of `detect_events` that tell of accuracy."""
    return _frame(_rows(run, _accuracy_readings(tables, detectors, chance), detectors, dated=False), COLUMNS, TYPES)


def dated_events(run: str, tables: Tables, detectors: DetectorSettings, chance: Fraction | None) -> pd.DataFrame:
    """The same with the columns OF_DATES: the range of every date, the share of readings that do not find the event,
    the sharpness of its change, and whether its date is sharp. This reads every curve some ten times.
    """
    rows = _rows(run, _readings(tables, detectors, chance), detectors, dated=True)
    return _frame(rows, [*COLUMNS, *OF_DATES], TYPES | TYPES_OF_DATES)


def _frame(rows: Iterator[dict[str, Any]], columns: list[str], types: Mapping[str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=columns).astype(dict(types))
    return frame.sort_values(["seed"], kind="stable", ignore_index=True)


def _rows(run: str, readings: Readings, settings: DetectorSettings, dated: bool) -> Iterator[dict[str, Any]]:
    for seed, curve, read, last_step in readings:
        found = read(curve, settings)
        known = uncertainties(curve, read, settings, found) if dated else {}
        for event, one in found.items():
            row = {"run": run, "seed": seed, "event": event, "step": one.step, "last_step": last_step}
            row |= {"value": None if one.step is None else one.size, "state": one.state}
            yield row | (_of_dates(known.get(event), settings) if dated else {})


def _of_dates(known: Uncertainty | None, settings: DetectorSettings) -> dict[str, Any]:
    if known is None:
        return dict.fromkeys(OF_DATES[:-1], np.nan) | {"sharp": False}
    sharpness = np.nan if known.sharpness is None else known.sharpness
    values = (known.earliest, known.latest, known.lost_share, sharpness, known.sharp(settings))
    return dict(zip(OF_DATES, values, strict=True))


def _accuracy_readings(tables: Tables, settings: DetectorSettings, chance: Fraction | None) -> Readings:
    if "accuracy" in tables:
        assert chance is not None, "accuracy is measured only where there are classes"
        yield from accuracy.readings(tables["accuracy"], tables.get("rank"), settings, chance)
    elif "loss" in tables:
        yield from accuracy.readings_of_loss(tables["loss"])


def _readings(tables: Tables, settings: DetectorSettings, chance: Fraction | None) -> Readings:
    yield from _accuracy_readings(tables, settings, chance)
    if "rank" in tables:
        yield from rank.readings(tables["rank"], settings)
    if "local_complexity" in tables:
        yield from complexity.readings(tables["local_complexity"])
    if "adversarial" in tables:
        yield from robustness.readings(tables["adversarial"])
