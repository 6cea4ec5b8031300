"""Arrays that a metric keeps beside its table, of all wanted seeds of a run."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from grokscope.errors import UserError
from grokscope.metrics.arrays import ArrayKey, BlockArrays, arrays_file, read_arrays


@dataclass(frozen=True)
class RunArrays:
    """The arrays of one metric of a run; axes and types are those of its declaration."""

    run: str
    metric: str
    by_key: BlockArrays

    def seeds(self) -> list[int]:
        """Seeds of which there are arrays, ascending."""
        return sorted({key.seed for key in self.by_key})

    def steps(self) -> list[int]:
        """Steps at which there are arrays, ascending."""
        return sorted({key.step for key in self.by_key})

    def array(self, name: str, seed: int, step: int) -> np.ndarray:
        """One array. Raises UserError where there is none."""
        found = self.by_key.get(ArrayKey(name, seed, step))
        if found is None:
            raise UserError(
                f"run {self.run}: metric {self.metric} keeps no array {name} of seed {seed} at step {step}; it has"
                f" seeds {self.seeds()} and steps {self.steps()}"
            )
        return found


def read_run_arrays(run: str, metric: str, tables: Iterable[str | os.PathLike[str]], seeds: Iterable[int]) -> RunArrays:
    """The arrays of `metric` beside the files of its table, one for each block; a seed in two blocks is taken from the
    first.
    """
    missing, found = set(seeds), BlockArrays()
    for table in tables:
        block = read_arrays(arrays_file(table), metric)
        found |= {key: array for key, array in block.items() if key.seed in missing}
        missing -= {key.seed for key in block}
    return RunArrays(run, metric, found)
