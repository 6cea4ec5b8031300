"""The maps that a figure shows, read from the arrays of its run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grokscope.analysis.inputs import ItemInputs
from grokscope.config.map_drawing import ComplexityMaps

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class BlockMap:
    """The map of one block at one step: neurons cut `(row, column)`, NaN where nothing is known; the radius and the
    half-width of the square in units of the embedding; and the three sequences in coordinates of the plane.
    """

    step: int
    block: int
    cuts: Floats
    radius: float
    half_width: float
    samples: Floats

    @property
    def mean(self) -> float:
        """Mean over the grid; NaN where nothing is known."""
        return float(np.nanmean(self.cuts)) if np.isfinite(self.cuts).any() else float("nan")

    def relative(self) -> Floats | None:
        """Neurons cut as multiples of the map's mean; None where no neuron is cut or nothing is known."""
        return self.cuts / self.mean if self.mean > 0 else None


@dataclass(frozen=True)
class StoredMaps:
    """Maps of the first seed of which any are kept, by step and then by block, those that the figure shows."""

    run: str
    seed: int | None
    maps: list[BlockMap]


def stored_maps(inputs: ItemInputs, settings: ComplexityMaps) -> StoredMaps:
    """The maps nearest to the figure's steps, each step once; none where the run keeps none."""
    run = inputs.members[0]["run"]
    try:
        arrays = inputs.arrays(run, settings.maps)
    except (FileNotFoundError, KeyError):
        return StoredMaps(run, None, [])
    for seed in arrays.seeds():
        known = [step for step in arrays.steps() if len(arrays.array("layers", seed, step))]
        if known:
            break
    else:
        return StoredMaps(run, None, [])
    wanted = settings.steps.at(inputs.scale)
    steps = list(dict.fromkeys(min(known, key=lambda step: abs(step - one)) for one in wanted))
    found = []
    for step in steps:
        maps = arrays.array("maps", seed, step).astype(np.float64)
        maps[maps < 0] = np.nan
        radius, half_width = (float(arrays.array(name, seed, step)[0]) for name in ("radius", "half_width"))
        samples = arrays.array("samples", seed, step)
        every = [BlockMap(step, block, cuts, radius, half_width, samples) for block, cuts in enumerate(maps, start=1)]
        found += every if settings.blocks == "all" else every[-1:]
    return StoredMaps(run, seed, found)
