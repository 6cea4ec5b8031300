"""The slices that a figure shows, read from the arrays of its run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.run_arrays import RunArrays
from grokscope.config.slice_drawing import Slices
from grokscope.metrics.partition.kept import KeptSlice, unpacked
from grokscope.metrics.registry import METRICS

NAMES = tuple(array.name for array in METRICS["partition"].arrays)


@dataclass(frozen=True)
class Stored:
    """The slices of the first seed of a run of which arrays are kept, by step."""

    run: str
    seed: int | None
    by_step: dict[int, KeptSlice]

    def whole(self) -> list[int]:
        """Steps at which the whole partition is kept, ascending."""
        return [step for step, kept in self.by_step.items() if kept.whole]

    def nearest(self, steps: list[int]) -> list[int]:
        """Those of the steps with a whole partition that are nearest to `steps`, each once."""
        there = np.array(self.whole())
        found = [int(there[np.abs(there - step).argmin()]) for step in steps] if len(there) else []
        return list(dict.fromkeys(found))


def stored_slices(inputs: ItemInputs, settings: Slices) -> Stored:
    """What the figure's only run keeps under the name `settings.partition`; nothing where it keeps nothing."""
    run = inputs.members[0]["run"]
    try:
        arrays = inputs.arrays(run, settings.partition)
    except (FileNotFoundError, KeyError):
        return Stored(run, None, {})
    if not arrays.seeds():
        return Stored(run, None, {})
    seed, found = arrays.seeds()[0], {}
    for step in arrays.steps():
        slices = _slices(arrays, seed, step)
        if settings.slice in slices:
            found[step] = slices[settings.slice]
    return Stored(run, seed, found)


def _slices(arrays: RunArrays, seed: int, step: int) -> dict[str, KeptSlice]:
    return unpacked({name: arrays.array(name, seed, step) for name in NAMES})
