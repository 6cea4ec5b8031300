"""What is kept of a network of two inputs: its exact regions, and its local complexity on a grid (P2 Figs 4 and 25)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from grokscope.analysis.inputs import ItemInputs
from grokscope.errors import UserError
from grokscope.figures.kinds.slices.stored import NAMES
from grokscope.metrics.partition.kept import KeptSlice, unpacked

PARTITION, MAPS = "partition", "complexity_map"


class ToyNetwork(NamedTuple):
    """What is kept of the first seed at the last step."""

    regions: KeptSlice | None
    radii: list[float]
    maps: np.ndarray
    """`(radius, row, column)`, NaN where nothing is known."""

    frame: np.ndarray
    """`(direction, coordinate)`, the directions around a point."""


def toy_network(inputs: ItemInputs) -> ToyNetwork:
    """The exact regions, maps and directions that the figure's run keeps; nothing where it keeps none."""
    run = inputs.members[0]["run"]
    nothing = ToyNetwork(None, [], np.zeros((0, 0, 0)), np.zeros((0, 2)))
    try:
        exact, maps = inputs.arrays(run, PARTITION), inputs.arrays(run, MAPS)
    except (FileNotFoundError, KeyError, UserError):
        return nothing
    seeds = sorted(set(exact.seeds()) & set(maps.seeds()))
    if not seeds:
        return nothing
    seed = seeds[0]
    slices = unpacked({name: exact.array(name, seed, exact.steps()[-1]) for name in NAMES})
    values = maps.array("maps", seed, maps.steps()[-1]).astype(np.float64)
    values[values < 0] = np.nan
    last = maps.steps()[-1]
    radii, frame = (maps.array(name, seed, last) for name in ("radii", "frame"))
    return ToyNetwork(slices.get("input"), radii.tolist(), values, frame)
