"""Local complexity at every point of a grid over two inputs (P2 Fig 25)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from grokscope.data.declared import Vectors
from grokscope.data.registry import task_facts
from grokscope.metrics.complexity_map.declaration import ComplexityMapSettings
from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.local_complexity.frames import shared_frame
from grokscope.metrics.local_complexity.measure import count_cuts, counted_layers
from grokscope.metrics.tables import make_table
from grokscope.models.network import Network

UNKNOWN = -1
"""What a map holds where a pre-activation is NaN."""


def build(settings: ComplexityMapSettings, context: EvaluationContext) -> Callable[[Network, int], pd.DataFrame]:
    """Mean and highest number of cut neurons over the grid; NaN in a seed with a NaN at a vertex."""
    points = _grid(settings, context)

    def measure(network: Network, step: int) -> pd.DataFrame:
        maps = _maps(settings, network, points)
        rows = [
            {"seed": seed, "step": step, "radius": radius, "value": of_seed.mean(), "highest": of_seed.max()}
            for radius, of_radius in zip(settings.radii, maps, strict=True)
            for seed, of_seed in zip(context.seeds, of_radius, strict=True)
        ]
        return make_table("complexity_map", rows)

    return measure


def build_arrays(
    settings: ComplexityMapSettings, context: EvaluationContext
) -> Callable[[Network, int], Mapping[str, Sequence[np.ndarray]]]:
    """The maps themselves, of all seeds."""
    points = _grid(settings, context)

    def measure(network: Network, step: int) -> Mapping[str, Sequence[np.ndarray]]:
        maps = np.nan_to_num(_maps(settings, network, points), nan=UNKNOWN).astype(np.int32)
        frame = shared_frame((2,), settings.directions).reshape(-1, 2).numpy()
        known = {"radii": np.array(settings.radii), "frame": frame}
        return {name: [array] * len(context.seeds) for name, array in known.items()} | {
            "maps": list(maps.swapaxes(0, 1))
        }

    return measure


def _grid(settings: ComplexityMapSettings, context: EvaluationContext) -> Tensor:
    """The points of the grid, `(1, rows * columns, 2)`, row by row from the lowest x2."""
    box = task_facts(context.run.data).input
    assert isinstance(box, Vectors), "refused when the run was planned: only two numbers make a map"
    line = torch.linspace(box.lowest, box.highest, settings.grid, dtype=torch.float64)
    x2, x1 = torch.meshgrid(line, line, indexing="ij")
    return torch.stack([x1, x2], dim=-1).reshape(1, -1, 2).to(context.test_inputs)


@torch.inference_mode()
def _maps(settings: ComplexityMapSettings, network: Network, points: Tensor) -> np.ndarray:
    """Cut neurons `(radii, S, rows, columns)` float64, NaN where a pre-activation is."""
    network.eval()
    frame = shared_frame((2,), settings.directions).to(points)
    counted = [layer - 1 for layer in counted_layers(network.layers)]
    cuts = count_cuts(network, points, frame, settings.radii)[..., counted].sum(dim=3)
    found: np.ndarray = cuts.unflatten(2, (settings.grid, settings.grid)).numpy()
    return found
