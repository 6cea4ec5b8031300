"""The table of events of a run: all that its tables allow for.

| event | table | value |
|---|---|---|
| nonfinite | accuracy | none; the loss is not finite |
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
at the smallest epsilon above 0 without a random start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from grokscope.analysis.events import accuracy, complexity, rank, robustness
from grokscope.analysis.events.family import Rows
from grokscope.config.detector_settings import DetectorSettings

COLUMNS = ["run", "seed", "event", "step", "last_step", "value"]

ON_CURVES: dict[str, Callable[[pd.DataFrame, DetectorSettings], dict[str, float | None]]] = {
    "train_accuracy": accuracy.on_train_curve,
    "test_accuracy": accuracy.on_test_curve,
    "robust_accuracy": robustness.on_curve,
    "complexity": complexity.on_curve,
}
"""Name of a curve -> its events by itself, so that published and own curves are dated alike."""


def detect_events(
    run: str, tables: Mapping[str, pd.DataFrame], detectors: DetectorSettings, chance: Fraction | None
) -> pd.DataFrame:
    """One row for each seed and event: run, seed, event, step (NaN: absent), last_step, value (NaN: none).

    `tables` may hold accuracy, rank, local_complexity and adversarial; events that need another table are left out. An
    absent event is censored at `last_step`, the last step of the table that it needs. `chance` is the accuracy that
    needs no input, None where there are no classes and so no accuracy.
    """
    found: list[dict[str, Any]] = []
    for seed, events, last_step in _rows(tables, detectors, chance):
        for event, (step, value) in events.items():
            found.append(
                {"run": run, "seed": seed, "event": event, "step": step, "last_step": last_step, "value": value}
            )
    frame = pd.DataFrame(found, columns=COLUMNS).astype(
        {"seed": "int64", "step": "float64", "last_step": "int64", "value": "float64"}
    )
    return frame.sort_values(["seed"], kind="stable", ignore_index=True)


def _rows(tables: Mapping[str, pd.DataFrame], settings: DetectorSettings, chance: Fraction | None) -> Rows:
    if "accuracy" in tables:
        assert chance is not None, "accuracy is measured only where there are classes"
        yield from accuracy.rows(tables["accuracy"], tables.get("rank"), settings, chance)
    if "rank" in tables:
        yield from rank.rows(tables["rank"], settings)
    if "local_complexity" in tables:
        yield from complexity.rows(tables["local_complexity"], settings)
    if "adversarial" in tables:
        yield from robustness.rows(tables["adversarial"], settings)
