"""Events of every seed of a run: all detectors that its tables allow for.

| event | table | value |
|---|---|---|
| nonfinite | accuracy | none; the loss is not finite |
| collapsed | rank, accuracy | none |
| fit | accuracy | none |
| generalisation | accuracy | gain of test accuracy since step 0 |
| onset | accuracy | gain of test accuracy after fit; only if delayed |
| surge_1, surge_2, ... | accuracy | rise of test accuracy |
| rank_collapse, rank_second_descent | rank | fall as a share of the level before |
| complexity_first_descent, complexity_ascent, complexity_peak, migration, complexity_double_descent | local_complexity | complexity at the peak |
| robustness_lost, robustness_onset | adversarial | accuracy lost, regained |

Ranks are of the second-last layer on test images (P1 Fig 5), counted as the settings say (`collapsed` reads COLLAPSE_DEFINITION), complexity is
that of all layers at the training points with the smallest radius, robustness that at the smallest epsilon above 0 without a random start.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from grokscope.analysis.detectors.complexity_phases import ComplexityPhases, complexity_phases
from grokscope.analysis.detectors.failure import accuracy_collapsed_step, nonfinite_step, rank_collapsed_step, still_classifies
from grokscope.analysis.detectors.fit import fit_step
from grokscope.analysis.detectors.generalisation import delayed_onset, generalisation
from grokscope.analysis.detectors.rank_phases import RankPhases, rank_phases
from grokscope.analysis.detectors.robustness import Robustness, robustness_phases
from grokscope.analysis.detectors.surges import surges
from grokscope.config.detector_settings import DetectorSettings
from grokscope.metrics.tables import ALL_LAYERS

COLUMNS = ["run", "seed", "event", "step", "last_step", "value"]
COLLAPSE_DEFINITION = "relative_1e-3"
"""By which the lowest rank of the hidden layers is counted: a dead layer has rank 0 or 1 by it, whatever the arithmetic."""
Found = dict[str, tuple[float | None, float | None]]
"""Event name -> (step, value), None where absent."""


def detect_events(run: str, tables: Mapping[str, pd.DataFrame], detectors: DetectorSettings, classes: int) -> pd.DataFrame:
    """Events of all seeds, one row per seed and event: run, seed, event, step (NaN when absent), last_step, value (NaN when there is none).

    `tables` may hold accuracy, rank, local_complexity and adversarial; events that need another table are left out. An absent event is
    censored at `last_step`, the last step of the table that it needs. `classes` is how many the network tells apart, which says what
    accuracy is chance.
    """
    rows: list[dict[str, Any]] = []
    for seed, found, last_step in _found(tables, detectors, classes):
        for event, (step, value) in found.items():
            rows.append({"run": run, "seed": seed, "event": event, "step": step, "last_step": last_step, "value": value})
    frame = pd.DataFrame(rows, columns=COLUMNS).astype({"seed": "int64", "step": "float64", "last_step": "int64", "value": "float64"})
    return frame.sort_values(["seed"], kind="stable", ignore_index=True)


def _found(tables: Mapping[str, pd.DataFrame], settings: DetectorSettings, classes: int) -> Iterator[tuple[Any, Found, int]]:
    rank = tables.get("rank")
    if "accuracy" in tables:
        splits = {seed: dict(list(table.groupby("split"))) for seed, table in tables["accuracy"].groupby("seed")}
        lowest = {} if rank is None else dict(list(lowest_hidden_rank(rank).groupby("seed")))
        for seed, by_split in splits.items():
            yield seed, accuracy_events(by_split, lowest.get(seed), settings, classes), int(max(table["step"].max() for table in by_split.values()))
    if rank is not None:
        layers = hidden_layers(rank)
        for seed, curve in select(rank, split=rank_split(rank), layer=max(layers), definition=settings.rank_definition).groupby("seed") if layers else ():
            yield seed, _rank_found(rank_curve_phases(curve, settings)), int(curve["step"].max())
    if "local_complexity" in tables:
        table = tables["local_complexity"]
        for seed, curve in select(table, split="train", layer=ALL_LAYERS, radius=table["radius"].min()).groupby("seed"):
            yield seed, _complexity_found(complexity_curve_phases(curve, settings)), int(curve["step"].max())
    if "adversarial" in tables:
        table = tables["adversarial"]
        epsilons = table.loc[table["epsilon"] > 0, "epsilon"]
        for seed, curve in select(table, epsilon=epsilons.min(), start="none").groupby("seed"):
            found = robust_curve_phases(curve, settings)
            yield seed, _robust_found(found), int(curve["step"].max())


def select(table: pd.DataFrame, **keys: Any) -> pd.DataFrame:
    """Rows of `table` where each of these columns has this value."""
    chosen = np.ones(len(table), dtype=bool)
    for column, value in keys.items():
        chosen &= (table[column] == value).to_numpy()
    return table[chosen]


def hidden_layers(rank: pd.DataFrame) -> list[int]:
    """Layers of a table of ranks but the last, which holds the logits."""
    return sorted(int(layer) for layer in rank["layer"].unique())[:-1]


def rank_split(rank: pd.DataFrame) -> str:
    """The split on which rank is read: test, as in P1's code, or else train."""
    return "test" if (rank["split"] == "test").any() else "train"


def lowest_hidden_rank(rank: pd.DataFrame) -> pd.DataFrame:
    """The lowest rank among the hidden layers, by COLLAPSE_DEFINITION: columns seed, step, rank."""
    kept = rank[rank["layer"].isin(hidden_layers(rank)) & (rank["definition"] == COLLAPSE_DEFINITION)]
    return kept.groupby(["seed", "step"])["rank"].min().reset_index()


def accuracy_events(
    by_split: Mapping[Any, pd.DataFrame], lowest_rank: pd.DataFrame | None, settings: DetectorSettings, classes: int
) -> Found:
    """Events of one seed's table accuracy, given by split, and whether the seed failed (with its `lowest_hidden_rank`, if there is one)."""
    every = pd.concat(list(by_split.values()))
    found: Found = {"nonfinite": (nonfinite_step(every["step"], every["loss"]), None)}
    train, test = by_split.get("train"), by_split.get("test")
    found["collapsed"] = (_collapsed(train if train is not None else every, lowest_rank, settings, classes), None)
    fit = None
    if train is not None:
        fit = fit_step(train["step"], train["accuracy"], fit_accuracy=settings.fit_accuracy, smoothing_decades=settings.smoothing_decades)
        found["fit"] = (fit, None)
    if test is None:
        return found
    common = settings.model_dump(include={"smoothing_decades", "final_decades", "settled_share", "noise_multiple", "onset_share"})
    rise = generalisation(test["step"], test["accuracy"], onset_gain=settings.onset_gain, **common)
    onset = delayed_onset(test["step"], test["accuracy"], fit, onset_gain=settings.onset_gain, delay_decades=settings.delay_decades, **common)
    surge_settings = settings.model_dump(include={"surge_rise", "plateau_decades", "plateau_share"})
    rises = surges(test["step"], test["accuracy"], chance_accuracy=settings.chance_accuracy(classes), **surge_settings, **common)
    found |= {name: (None, None) if one is None else (one.step, one.gain) for name, one in (("generalisation", rise), ("onset", onset))}
    found |= {"surge_1": (None, None), "surge_2": (None, None)}
    return found | {f"surge_{number}": (one.step, one.gain) for number, one in enumerate(rises, start=1)}


def _collapsed(accuracy: pd.DataFrame, lowest: pd.DataFrame | None, settings: DetectorSettings, classes: int) -> float | None:
    options = {"chance_accuracy": settings.chance_accuracy(classes), "smoothing_decades": settings.smoothing_decades}
    by_accuracy = accuracy_collapsed_step(accuracy["step"], accuracy["accuracy"], **options)
    by_rank = None
    if lowest is not None:
        by_rank = rank_collapsed_step(lowest["step"], lowest["rank"], collapse_rank=settings.collapse_rank)
        limits = settings.model_dump(include={"smoothing_decades", "final_decades", "collapse_accuracy"})
        if still_classifies(accuracy["step"], accuracy["accuracy"], **limits):
            by_rank = None
    return min((step for step in (by_accuracy, by_rank) if step is not None), default=None)


def rank_curve_phases(curve: pd.DataFrame, settings: DetectorSettings) -> RankPhases:
    """Phases of one curve of a table of ranks."""
    names = {"rank_drop", "rank_range_share", "smoothing_decades", "final_decades", "settled_share", "noise_multiple"}
    return rank_phases(curve["step"], curve["rank"], **settings.model_dump(include=names))


def complexity_curve_phases(curve: pd.DataFrame, settings: DetectorSettings) -> ComplexityPhases:
    """Phases of one curve of a table of local complexity."""
    names = {"complexity_change", "peak_tolerance", "smoothing_decades", "final_decades", "settled_share", "noise_multiple"}
    return complexity_phases(curve["step"], curve["value"], **settings.model_dump(include=names))


def robust_curve_phases(curve: pd.DataFrame, settings: DetectorSettings) -> Robustness:
    """Loss and return of accuracy of one curve of a table of attacks."""
    names = {"robustness_change", "onset_share", "smoothing_decades", "final_decades", "settled_share", "noise_multiple"}
    return robustness_phases(curve["step"], curve["accuracy"], **settings.model_dump(include=names))


def _rank_found(phases: RankPhases) -> Found:
    falls = {"rank_collapse": phases.collapse, "rank_second_descent": phases.second_descent}
    return {name: (None, None) if fall is None else (fall.step, fall.share) for name, fall in falls.items()}


def _complexity_found(phases: ComplexityPhases) -> Found:
    return {
        "complexity_first_descent": (phases.first_descent, None),
        "complexity_ascent": (phases.ascent, None),
        "complexity_peak": (phases.peak, phases.peak_value),
        "migration": (phases.migration, phases.peak_value),
        "complexity_double_descent": (phases.migration if phases.double_descent else None, phases.peak_value),
    }


def _robust_found(phases: Robustness) -> Found:
    return {
        "robustness_lost": (phases.lost, None if phases.lost is None else phases.loss),
        "robustness_onset": (phases.onset, None if phases.onset is None else phases.regained),
    }
