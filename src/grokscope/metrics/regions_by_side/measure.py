"""Exact numbers of linear regions on either side of a line through the square of inputs (P2 Fig 3).

The network is parted on the two rectangles that the line makes of the square, in float64; a region that the line cuts
counts on both sides.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch

from grokscope.data.declared import Vectors
from grokscope.data.registry import task_facts
from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.piecewise_network import piecewise_network
from grokscope.metrics.regions_by_side.declaration import SIDES, RegionsBySideSettings
from grokscope.metrics.tables import make_table
from grokscope.models.network import Network
from grokscope.partitions.plane import Plane, rectangle
from grokscope.partitions.subdivide import partition


def build(settings: RegionsBySideSettings, context: EvaluationContext) -> Callable[[Network, int], pd.DataFrame]:
    """Count the regions of both sides; `density` is their number for each unit of area. A seed with weights that are
    not finite gets NaN.
    """
    box = task_facts(context.run.data).input
    assert isinstance(box, Vectors), "samples are two numbers"
    rectangles = dict(zip(SIDES, sides(box.lowest, box.highest, settings.coordinate, settings.at), strict=True))

    @torch.inference_mode()
    def measure(network: Network, step: int) -> pd.DataFrame:
        network.eval()
        rows = []
        for place, seed in enumerate(context.seeds):
            finite = all(parameter[place].isfinite().all() for parameter in network.parameters())
            exact = piecewise_network(network, place) if finite else None
            for side, corners in rectangles.items():
                regions = math.nan if exact is None else float(partition(exact, Plane.whole(), corners).regions)
                area = float(np.prod(corners[2] - corners[0]))
                rows.append({"seed": seed, "step": step, "side": side, "regions": regions, "density": regions / area})
        return make_table("regions_by_side", rows)

    return measure


def sides(
    lowest: float, highest: float, coordinate: int, at: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Corners (4, 2) of the parts of the square below and above the value `at` of its first or second coordinate."""
    low, high = np.full(2, lowest), np.full(2, highest)
    line_high, line_low = high.copy(), low.copy()
    line_high[coordinate - 1] = line_low[coordinate - 1] = at
    return rectangle(low, line_high), rectangle(line_low, high)
