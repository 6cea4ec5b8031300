"""Events of accuracy: fit, generalisation, delayed onset, surges, and the two ways in which a seed fails."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from grokscope.analysis.detectors.failure import (
    accuracy_collapsed_step,
    nonfinite_step,
    rank_collapsed_step,
    still_classifies,
)
from grokscope.analysis.detectors.fit import fit_step
from grokscope.analysis.detectors.generalisation import delayed_onset, generalisation
from grokscope.analysis.detectors.surges import surges
from grokscope.analysis.events.family import Found, Rows, thresholds
from grokscope.analysis.tables import hidden_layers
from grokscope.config.detector_settings import DetectorSettings

COLLAPSE_DEFINITION = "relative_1e-3"
"""How the lowest rank of the hidden layers is counted: a dead layer then has rank 0 or 1 in any arithmetic."""


def rows(accuracy: pd.DataFrame, rank: pd.DataFrame | None, settings: DetectorSettings, chance: Fraction) -> Rows:
    """The events of every seed in a table accuracy; a table of ranks shows hidden layers that died."""
    splits = {seed: dict(list(table.groupby("split"))) for seed, table in accuracy.groupby("seed")}
    lowest = {} if rank is None else dict(list(lowest_hidden_rank(rank).groupby("seed")))
    for seed, by_split in splits.items():
        last_step = int(max(table["step"].max() for table in by_split.values()))
        yield seed, accuracy_events(by_split, lowest.get(seed), settings, chance), last_step


def chance_accuracy(settings: DetectorSettings, chance: Fraction) -> float:
    """The accuracy, a fraction, up to which a network does no better than by chance, which gives it `chance`."""
    # exact until the end: 1.5 times one in ten is the number that 0.15 stands for
    return float(Fraction(settings.chance_multiple) * chance)


def lowest_hidden_rank(rank: pd.DataFrame) -> pd.DataFrame:
    """The lowest rank among the hidden layers, by COLLAPSE_DEFINITION: columns seed, step, rank."""
    kept = rank[rank["layer"].isin(hidden_layers(rank)) & (rank["definition"] == COLLAPSE_DEFINITION)]
    return kept.groupby(["seed", "step"])["rank"].min().reset_index()


def accuracy_events(
    by_split: Mapping[Any, pd.DataFrame], lowest_rank: pd.DataFrame | None, settings: DetectorSettings, chance: Fraction
) -> Found:
    """Events of one seed's accuracies by split, and whether the seed failed (by its `lowest_hidden_rank`)."""
    every = pd.concat(list(by_split.values()))
    found: Found = {"nonfinite": (nonfinite_step(every["step"], every["loss"]), None)}
    train, test = by_split.get("train"), by_split.get("test")
    found["collapsed"] = (_collapsed(train if train is not None else every, lowest_rank, settings, chance), None)
    fit = None
    if train is not None:
        fit = date_of_fit(train["step"], train["accuracy"], settings)
        found["fit"] = (fit, None)
    if test is None:
        return found
    steps, values = test["step"], test["accuracy"]
    rise = generalisation(steps, values, **thresholds(settings, "onset_share", "onset_gain"))
    onset = delayed_onset(steps, values, fit, **thresholds(settings, "onset_share", "onset_gain", "delay_decades"))
    of_surges = thresholds(settings, "onset_share", "surge_rise", "plateau_decades", "plateau_share")
    rises = surges(steps, values, chance_accuracy=chance_accuracy(settings, chance), **of_surges)
    found |= {
        name: (None, None) if one is None else (one.step, one.gain)
        for name, one in (("generalisation", rise), ("onset", onset))
    }
    found |= {"surge_1": (None, None), "surge_2": (None, None)}
    return found | {f"surge_{number}": (one.step, one.gain) for number, one in enumerate(rises, start=1)}


def date_of_fit(steps: Any, train_accuracy: Any, settings: DetectorSettings) -> float | None:
    """The step of the fit on a curve of train accuracy."""
    return fit_step(
        steps, train_accuracy, fit_accuracy=settings.fit_accuracy, smoothing_decades=settings.smoothing_decades
    )


def on_train_curve(curve: pd.DataFrame, settings: DetectorSettings) -> dict[str, float | None]:
    """The events of a curve of train accuracy by itself."""
    return {"fit": date_of_fit(curve["step"], curve["value"], settings)}


def on_test_curve(curve: pd.DataFrame, settings: DetectorSettings) -> dict[str, float | None]:
    """The events of a curve of test accuracy by itself."""
    rise = generalisation(curve["step"], curve["value"], **thresholds(settings, "onset_share", "onset_gain"))
    return {"generalisation": None if rise is None else rise.step}


def _collapsed(
    accuracy: pd.DataFrame, lowest: pd.DataFrame | None, settings: DetectorSettings, chance: Fraction
) -> float | None:
    options = {"chance_accuracy": chance_accuracy(settings, chance), "smoothing_decades": settings.smoothing_decades}
    by_accuracy = accuracy_collapsed_step(accuracy["step"], accuracy["accuracy"], **options)
    by_rank = None
    if lowest is not None:
        by_rank = rank_collapsed_step(lowest["step"], lowest["rank"], collapse_rank=settings.collapse_rank)
        limits = settings.model_dump(include={"smoothing_decades", "final_decades", "collapse_accuracy"})
        if still_classifies(accuracy["step"], accuracy["accuracy"], **limits):
            by_rank = None
    return min((step for step in (by_accuracy, by_rank) if step is not None), default=None)
