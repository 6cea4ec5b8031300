"""Events of accuracy: fit, generalisation, delayed onset, surges, and the two ways in which a seed fails."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from grokscope.analysis.detectors.failure import (
    accuracy_collapsed_step,
    nonfinite_step,
    rank_collapsed_step,
    still_classifies,
)
from grokscope.analysis.detectors.fit import fit_step
from grokscope.analysis.detectors.generalisation import delayed_onset, generalisation, rise_under_way
from grokscope.analysis.detectors.surges import surges
from grokscope.analysis.events.family import (
    ABSENT,
    Occurrence,
    Points,
    Reader,
    Reading,
    Readings,
    arrays_of,
    thresholds,
)
from grokscope.analysis.tables import hidden_layers
from grokscope.config.detector_settings import DetectorSettings

COLLAPSE_DEFINITION = "relative_1e-3"
"""How the lowest rank of the hidden layers is counted: a dead layer then has rank 0 or 1 in any arithmetic."""
STILL_RISING = {"train": "train accuracy was still rising at the end of the run"}
STILL_RISING["test"] = STILL_RISING["train"].replace("train", "test")


def readings(
    accuracy: pd.DataFrame, rank: pd.DataFrame | None, settings: DetectorSettings, chance: Fraction
) -> Readings:
    """Every seed of a table of accuracies; a table of ranks shows hidden layers that died."""
    lowest = {} if rank is None else dict(list(lowest_hidden_rank(rank).groupby("seed")))
    for seed, rows in by_seed(accuracy).items():
        last_step = int(rows["step"].max())
        failures = partial(_failures, lowest_rank=lowest.get(seed), chance=chance)
        yield Reading(seed, rows, failures, last_step)
        curve = by_split(rows)
        yield from (Reading(seed, curve, read, last_step) for read in readers(curve, chance))


def readings_of_loss(loss: pd.DataFrame) -> Readings:
    """Every seed of a table of losses, for tasks without classes: whether the loss stays finite."""
    for seed, rows in loss.groupby("seed"):
        yield Reading(seed, rows, _divergence, int(rows["step"].max()))


def by_seed(accuracy: pd.DataFrame) -> dict[int, dict[str, NDArray[Any]]]:
    """Steps, splits, accuracies and losses of every seed of a table, as its rows have them; by seed."""
    columns = {name: accuracy[name].to_numpy() for name in ("step", "split", "accuracy", "loss")}
    seeds = accuracy["seed"].to_numpy()
    return {int(seed): arrays_of(columns, seeds == seed) for seed in np.unique(seeds)}


def by_split(rows: Points) -> dict[str, NDArray[Any]]:
    """The accuracies of one seed by step: the steps, and those of each split."""
    steps, places = np.unique(rows["step"], return_inverse=True)
    splits, accuracies = rows["split"], rows["accuracy"]
    curves: dict[str, NDArray[Any]] = {"step": steps}
    for split in sorted(set(splits)):
        of_split = splits == split
        curves[str(split)] = np.full(len(steps), np.nan)
        curves[str(split)][places[of_split]] = accuracies[of_split]
    return curves


def readers(curve: Points, chance: Fraction) -> Iterator[Reader]:
    """How the events of accuracy are read, each by itself so that no reading is made in vain."""
    if "train" in curve:
        yield read_fit
    if "test" in curve:
        yield read_generalisation
        yield _onset
        yield partial(_surges, chance=chance)


def reader_of(event: str, chance: Fraction) -> Reader:
    """How one of the events of accuracy but failures is read from a curve with both splits."""
    known: dict[str, Reader] = {"fit": read_fit, "generalisation": read_generalisation, "onset": _onset}
    return known[event] if event in known else partial(_surges, chance=chance)


def read_fit(curve: Points, settings: DetectorSettings) -> dict[str, Occurrence]:
    """The fit on a curve of train accuracy (columns step, train)."""
    step = date_of_fit(curve["step"], curve["train"], settings)
    begun = step is None and _rising(curve, "train", settings)
    return {"fit": Occurrence(step, step is None, note=STILL_RISING["train"] if begun else "", under_way=begun)}


def read_generalisation(curve: Points, settings: DetectorSettings) -> dict[str, Occurrence]:
    """The rise of test accuracy, delayed or not (columns step, test)."""
    rise = generalisation(curve["step"], curve["test"], **thresholds(settings, "onset_share", "onset_gain"))
    if rise is not None:
        return {"generalisation": Occurrence(rise.step, False, rise.gain, span=rise.span, column="test")}
    begun = _rising(curve, "test", settings)
    return {"generalisation": Occurrence(None, True, note=STILL_RISING["test"] if begun else "", under_way=begun)}


def _onset(curve: Points, settings: DetectorSettings) -> dict[str, Occurrence]:
    fit = date_of_fit(curve["step"], curve["train"], settings) if "train" in curve else None
    limits = thresholds(settings, "onset_share", "onset_gain", "delay_decades")
    rise = delayed_onset(curve["step"], curve["test"], fit, **limits)
    if rise is not None:
        return {"onset": Occurrence(rise.step, False, rise.gain, span=rise.span, column="test")}
    begun = fit is not None and _rising(arrays_of(curve, curve["step"] >= fit), "test", settings)
    return {"onset": Occurrence(None, begun, note=STILL_RISING["test"] if begun else "", under_way=begun)}


def _surges(curve: Points, settings: DetectorSettings, chance: Fraction) -> dict[str, Occurrence]:
    limits = thresholds(settings, "onset_share", "surge_rise", "plateau_decades", "plateau_share")
    rises, under_way = surges(curve["step"], curve["test"], chance_accuracy=chance_accuracy(settings, chance), **limits)
    found = {"surge_1": ABSENT, "surge_2": ABSENT}
    for number, rise in enumerate(rises, start=1):
        found[f"surge_{number}"] = Occurrence(rise.step, False, rise.gain, span=rise.span, column="test")
    if under_way:
        found[f"surge_{len(rises) + 1}"] = Occurrence(None, True, note=STILL_RISING["test"], under_way=True)
    return found


def _rising(curve: Points, split: str, settings: DetectorSettings) -> bool:
    return rise_under_way(curve["step"], curve[split], **thresholds(settings, "onset_share", "onset_gain"))


def _divergence(rows: Points, settings: DetectorSettings) -> dict[str, Occurrence]:
    return {"nonfinite": Occurrence(nonfinite_step(rows["step"], rows["loss"]), False)}


def _failures(
    rows: Points, settings: DetectorSettings, lowest_rank: pd.DataFrame | None, chance: Fraction
) -> dict[str, Occurrence]:
    """Whether one seed failed, by its rows of the table and its `lowest_hidden_rank`."""
    train = rows["split"] == "train"
    kept = arrays_of(rows, train) if train.any() else rows
    collapsed = _collapsed(kept, lowest_rank, settings, chance)
    steps = {"nonfinite": nonfinite_step(rows["step"], rows["loss"]), "collapsed": collapsed}
    return {event: Occurrence(step, False) for event, step in steps.items()}


def chance_accuracy(settings: DetectorSettings, chance: Fraction) -> float:
    """The accuracy, a fraction, up to which a network does no better than by chance, which gives it `chance`."""
    # exact until the end: 1.5 times one in ten is the number that 0.15 stands for
    return float(Fraction(settings.chance_multiple) * chance)


def lowest_hidden_rank(rank: pd.DataFrame) -> pd.DataFrame:
    """The lowest rank among the hidden layers, by COLLAPSE_DEFINITION: columns seed, step, rank."""
    kept = rank[rank["layer"].isin(hidden_layers(rank)) & (rank["definition"] == COLLAPSE_DEFINITION)]
    return kept.groupby(["seed", "step"])["rank"].min().reset_index()


def date_of_fit(steps: Any, train_accuracy: Any, settings: DetectorSettings) -> float | None:
    """The step of the fit on a curve of train accuracy."""
    return fit_step(
        steps, train_accuracy, fit_accuracy=settings.fit_accuracy, smoothing_decades=settings.smoothing_decades
    )


def _collapsed(
    accuracy: Points, lowest: pd.DataFrame | None, settings: DetectorSettings, chance: Fraction
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
