"""Exact numbers of linear regions in small squares around points (P2 Fig 35).

Local complexity stands for the number of linear regions near a point. This counts them: in a square around the point,
in a plane through it, in float64 (`grokscope.partitions.squares`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import torch
from scipy.spatial.distance import cdist

from grokscope.metrics.chosen_points import chosen_points
from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.local_complexity.frames import FRAME_SEED
from grokscope.metrics.piecewise_network import piecewise_network
from grokscope.metrics.region_counts.declaration import RegionCountsSettings
from grokscope.metrics.tables import make_table
from grokscope.models.network import Network
from grokscope.partitions.plane import Plane
from grokscope.partitions.squares import count_in_squares

PLANES = 3
"""Stream of random numbers of the planes, beside those of frames and points of local complexity."""
SPLITS = ("train", "test", "random")
FLAT = 1e-6
"""Two directions to neighbours make a plane if the second leaves the first by more than this share of its length."""


def build(settings: RegionCountsSettings, context: EvaluationContext) -> Callable[[Network, int], pd.DataFrame]:
    """Count around samples, evenly spaced in their order, and around random points; planes are the same at all steps.

    `value`, `deviation` and `median` are the mean, the standard deviation (divisor squares - 1; NaN for one square) and
    the median over squares of the number of regions; `dropped` is how many cuts, lines or slivers were merged or left
    out in all of them. A seed with weights that are not finite gets NaN.
    """
    points = {
        split: inputs.double().flatten(2).cpu().numpy()
        for split, inputs in chosen_points(settings.points, context).items()
    }
    seeds = range(len(context.seeds))
    planes = {
        (split, kind): [_planes(settings, kind, split, of_split, context, position) for position in seeds]
        for split, of_split in points.items()
        for kind in settings.planes
    }

    @torch.inference_mode()
    def measure(network: Network, step: int) -> pd.DataFrame:
        network.eval()
        rows: list[dict[str, Any]] = []
        for position, seed in enumerate(context.seeds):
            finite = all(parameter[position].isfinite().all() for parameter in network.parameters())
            exact = piecewise_network(network, position) if finite else None
            for (split, kind), by_seed in planes.items():
                for half_width in settings.half_widths:
                    counts = None if exact is None else count_in_squares(exact, by_seed[position], half_width)
                    regions = np.array([math.nan]) if counts is None else counts.regions
                    rows.append({"seed": seed, "step": step, "split": split, "plane": kind, "half_width": half_width})
                    rows[-1] |= {
                        "value": float(regions.mean()),
                        "deviation": float(regions.std(ddof=1)) if len(regions) > 1 else math.nan,
                        "median": float(np.median(regions)),
                        "dropped": 0 if counts is None else counts.dropped.total(),
                        "squares": len(by_seed[position]),
                    }
        return make_table("region_counts", rows)

    return measure


def neighbours_plane(point: np.ndarray, samples: np.ndarray) -> Plane:
    """The plane through `point` `(D,)` and the two of `samples` `(N, D)` nearest to it, the point itself left out; a
    sample on the line through the point and the nearest one gives way to the next. Its origin is the point.
    """
    distances = cdist(point[None], samples)[0]
    order = np.argsort(distances, kind="stable")
    ways = samples[order[distances[order] > 0]] - point
    first = ways[0] / np.linalg.norm(ways[0])
    for way in ways[1:]:
        second = way - (way @ first) * first
        length = np.linalg.norm(second)
        if length > FLAT * np.linalg.norm(way):
            second /= length
            second -= (second @ first) * first
            return Plane(point, np.stack([first, second / np.linalg.norm(second)]))
    raise ValueError("all samples lie on one line")


def _planes(
    settings: RegionCountsSettings, kind: str, split: str, points: np.ndarray, context: EvaluationContext, position: int
) -> list[Plane]:
    """The planes of one kind through the points `(S or 1, N, D)` of a split, of one seed."""
    chosen = points[min(position, len(points) - 1)]
    if kind == "neighbours":
        samples = context.train_inputs[min(position, len(context.train_inputs) - 1)]
        known = samples.flatten(1).double().cpu().numpy()
        return [neighbours_plane(point, known) for point in chosen]
    generator = np.random.default_rng([FRAME_SEED, PLANES, SPLITS.index(split)])
    return [Plane.random(point, generator) for point in chosen for _ in range(settings.random_planes)]
