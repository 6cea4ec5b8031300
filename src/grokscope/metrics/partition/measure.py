"""The linear regions of a network on squares in planes of its input, exactly: how many there are, and where (P2 Figs 2,
7, 24, 26).

Lengths are in pixels, or in the numbers of vectors. Regions lie where their centres of gravity are, edges where their
midpoints are. Distances are those from the decision boundary within the square.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch

from grokscope.data.declared import Classes
from grokscope.data.registry import task_facts
from grokscope.metrics.compute_arrays import array_seeds, array_steps
from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.partition.declaration import VALUES, PartitionSettings
from grokscope.metrics.partition.kept import KeptSlice, Numbers, no_rows, packed
from grokscope.metrics.partition.near import about_boundary, about_points, distances, dots, grid_points
from grokscope.metrics.partition.picture import picture
from grokscope.metrics.partition.squares import Square, squares
from grokscope.metrics.piecewise_network import piecewise_network
from grokscope.metrics.tables import ALL_LAYERS, make_table
from grokscope.models.network import Network
from grokscope.partitions.decision_boundary import class_maps, decision_boundary
from grokscope.partitions.measures import centroids, edge_lengths, slope_norms
from grokscope.partitions.partition import Partition
from grokscope.partitions.plane import square as corners_of
from grokscope.partitions.subdivide import partition
from grokscope.training.schedule import checkpoint_steps, selected_steps

Floats = npt.NDArray[np.float64]


def build(settings: PartitionSettings, context: EvaluationContext) -> Callable[[Network, int], pd.DataFrame]:
    """Count and place regions and edges on every slice; rows of layer 0 are about regions and all edges together, rows
    of a hidden layer about the edges that its neurons make. A seed with weights that are not finite gets NaN.
    """
    of_seeds, classes = _squares(settings, context), _has_classes(context)
    steps = _steps(settings, context)

    @torch.inference_mode()
    def measure(network: Network, step: int) -> pd.DataFrame:
        rows: list[dict[str, Any]] = []
        if settings.rows == "last" and step != steps[-1]:
            return make_table("partition", rows)
        for place, seed in enumerate(context.seeds):
            for one in of_seeds[place]:
                key = {"seed": seed, "step": step, "slice": one.name, "half_width": one.half_width}
                found = _partition(network, place, one)
                hidden = len(network.layers) - 1
                values = (
                    [dict.fromkeys(VALUES, np.nan)] * (hidden + 1)
                    if found is None
                    else measured(found, one, settings.near, hidden, classes)
                )
                rows += [{**key, "layer": ALL_LAYERS + layer, **row} for layer, row in enumerate(values)]
        return make_table("partition", rows)

    return measure


def build_arrays(
    settings: PartitionSettings, context: EvaluationContext
) -> Callable[[Network, int], Mapping[str, Sequence[Numbers]]]:
    """What drawing the slices takes, of the seeds of which arrays are kept; a seed with weights that are not finite has
    a slice without regions.
    """
    of_seeds, classes = _squares(settings, context), _has_classes(context)
    wanted, whole = array_seeds(settings, context.seeds), _whole_at(settings, context)

    @torch.inference_mode()
    def measure(network: Network, step: int) -> dict[str, list[Numbers]]:
        by_seed = []
        for place, seed in enumerate(context.seeds):
            chosen = of_seeds[place] if seed in wanted else []
            kept = [
                kept_slice(_partition(network, place, one), one, settings.picture_pixels, step in whole, classes)
                for one in chosen
            ]
            by_seed.append(packed(kept, settings.picture_pixels))
        return {name: [arrays[name] for arrays in by_seed] for name in by_seed[0]}

    return measure


def measured(found: Partition, one: Square, near: float, hidden: int, classes: bool) -> list[dict[str, float]]:
    """The row of all layers, then that of each of the `hidden` layers; `near` is in half-widths."""
    boundary = decision_boundary(found).segments if classes else np.zeros((0, 2, 2))
    grid, line = grid_points(one.half_width), dots(boundary, one.half_width)
    to_line, to_points = distances(grid, line), distances(grid, one.points)
    distance, lengths = near * one.half_width, edge_lengths(found)
    middles = found.vertices[found.edges.astype(np.int64)].mean(axis=1)
    rows = []
    for layer in range(hidden + 1):
        chosen = found.edge_layer == layer if layer else found.edge_layer > 0
        places = middles[chosen] if layer else centroids(found)
        at_boundary = about_boundary(distances(places, line), to_line, distance)
        at_points = about_points(distances(places, one.points), to_points, distance)
        rows.append(
            {
                "regions": np.nan if layer else float(found.regions),
                "edges": float(chosen.sum()),
                "edge_length": float(lengths[chosen].sum()),
                "boundary_length": np.nan if layer or not classes else _length(boundary),
                "near_boundary": at_boundary.near,
                "area_near_boundary": at_boundary.area,
                "near_points": at_points.near,
                "area_near_points": at_points.area,
                "boundary_contrast": at_boundary.contrast,
                "point_contrast": at_points.contrast,
            }
        )
    return rows


def kept_slice(found: Partition | None, one: Square, pixels: int, whole: bool, classes: bool) -> KeptSlice:
    """What is kept of a slice: the number of its regions and a picture, and with `whole` everything."""
    rows = no_rows() | {"points": one.points}
    if found is None:
        return KeptSlice(one.name, one.half_width, 0, np.zeros((pixels, pixels), dtype=np.uint8), **rows)
    boundary = decision_boundary(found).segments if classes else np.zeros((0, 2, 2))
    inner = found.vertices[found.edges[found.edge_layer > 0].astype(np.int64)]
    if whole:
        rows |= {
            "boundary": boundary,
            "vertices": found.vertices,
            "edges": found.edges,
            "edge_layers": found.edge_layer,
            "region_sizes": np.diff(found.region_starts),
            "region_vertices": found.region_vertices,
            "slope_norms": slope_norms(found),
            "classes": _classes(found) if classes else np.full(found.regions, -1),
        }
        rows |= {} if classes else {"heights": _heights(found)}
    return KeptSlice(one.name, one.half_width, found.regions, picture(inner, boundary, one.half_width, pixels), **rows)


def _squares(settings: PartitionSettings, context: EvaluationContext) -> list[list[Square]]:
    """The squares of every seed."""
    images = context.train_inputs.flatten(2).double().cpu().numpy()
    found = [squares(settings, context.run, of_seed) for of_seed in images]
    return found if len(found) == len(context.seeds) else found * len(context.seeds)


def _partition(network: Network, place: int, one: Square) -> Partition | None:
    """The partition of one seed's square; None where its weights are not finite."""
    if not all(parameter[place].isfinite().all() for parameter in network.parameters()):
        return None
    return partition(piecewise_network(network, place), one.plane, corners_of(one.half_width))


def _has_classes(context: EvaluationContext) -> bool:
    return isinstance(task_facts(context.run.data).target, Classes)


def _steps(settings: PartitionSettings, context: EvaluationContext) -> list[int]:
    run = context.run
    return selected_steps(settings, checkpoint_steps(run.checkpoints, run.training.steps))


def _whole_at(settings: PartitionSettings, context: EvaluationContext) -> set[int]:
    """The steps at which whole partitions are kept."""
    run = context.run
    steps = np.array(array_steps(settings, checkpoint_steps(run.checkpoints, run.training.steps)))
    return {int(steps[np.abs(steps - wanted).argmin()]) for wanted in settings.partitions_at or [steps[-1]]}


def _classes(found: Partition) -> npt.NDArray[np.int64]:
    """The class at the centre of each region."""
    ones = np.concatenate([np.ones((found.regions, 1)), centroids(found)], axis=1)
    return np.einsum("rok,rk->ro", class_maps(found), ones).argmax(axis=1)


def _heights(found: Partition) -> Floats:
    """The first output at each vertex, which is the same in all regions that meet there."""
    sizes = np.diff(found.region_starts)
    maps = found.region_map[np.repeat(np.arange(found.regions), sizes), 0]
    heights = np.empty(len(found.vertices))
    corners = found.vertices[found.region_vertices]
    heights[found.region_vertices] = maps[:, 0] + (maps[:, 1:] * corners).sum(axis=1)
    return heights


def _length(segments: Floats) -> float:
    return float(np.linalg.norm(segments[:, 1] - segments[:, 0], axis=1).sum())
