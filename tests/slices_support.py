"""A made-up network's slices as a run keeps them, for the tests of figures and films."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np

from grokscope.analysis.inputs import ItemInputs
from grokscope.metrics.arrays import ArrayKey, arrays_file, write_arrays
from grokscope.metrics.partition.kept import KeptSlice, no_rows, packed
from grokscope.metrics.partition.measure import kept_slice
from grokscope.metrics.partition.squares import Square
from grokscope.partitions.network import DenseLayer, PiecewiseLinearNetwork
from grokscope.partitions.plane import Plane
from grokscope.partitions.plane import square as corners_of
from grokscope.partitions.subdivide import partition

HALF_WIDTH = 2.0
PIXELS = 24


def made_up_slice(name: str = "through", seed: int = 0, whole: bool = True, classes: bool = True) -> KeptSlice:
    """The slice of a random network with three hidden layers, or of a step at which only a picture is kept."""
    generator = np.random.default_rng(seed)
    sizes = [2, 8, 8, 8, 3 if classes else 1]
    layers = tuple(
        DenseLayer(generator.normal(0, 1, (before, after)), generator.normal(0, 0.5, after))
        for before, after in pairwise(sizes)
    )
    points = np.array([[-1.0, -1.0], [1.2, -0.5], [0.2, 1.3]]) if name == "through" else np.zeros((0, 2))
    square = Square(name, Plane.whole(), HALF_WIDTH, points)
    found = partition(PiecewiseLinearNetwork(layers), square.plane, corners_of(HALF_WIDTH))
    return kept_slice(found, square, PIXELS, whole, classes)


def empty_slice(name: str = "through") -> KeptSlice:
    """Of a network that diverged."""
    return KeptSlice(name, HALF_WIDTH, 0, np.zeros((PIXELS, PIXELS), dtype=np.uint8), **no_rows())


def keep(
    inputs: ItemInputs, folder: Path, by_step: dict[int, KeptSlice], table: str, seeds: tuple[int, ...] = (0,)
) -> ItemInputs:
    """The same inputs, whose run keeps these slices of these seeds in arrays beside `table`."""
    run, path = inputs.members[0]["run"], folder / "seeds_0-2" / "metrics" / f"{table}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {
        ArrayKey(name, seed, step): array
        for seed in seeds
        for step, kept in by_step.items()
        for name, array in packed([kept], PIXELS).items()
    }
    write_arrays(arrays_file(path), "partition", arrays)
    inputs.metric_files = {run: {table: [path]}}
    inputs.seeds = [0, 1, 2]
    inputs.runs[run].kinds[table] = "partition"
    return inputs
