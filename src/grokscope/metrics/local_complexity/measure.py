"""Local complexity: how many neurons' zero sets cut a small neighbourhood of a point (P2 section 2).

The neighbourhood of x is a cross-polytope with the 2P vertices x +- r v_p, v_p orthonormal. A neuron is cut when the
signs of its pre-activation at the vertices are not all equal, sign(0) being a class of its own: that is, when the signs
of its smallest and of its largest value differ. For a nonlinearity without kinks (GELU, tanh) the sign changes are
counted all the same (P2 Fig 34).

The first layer is affine, so its values at the vertices are z +- r A v_p and it is cut iff |z| < r max_p |A v_p| (or
equal, if that is not zero): no vertex is ever formed in pixel space. The later layers start from these first-layer
values (`vertex_layers`). P2's code pushes every vertex through the whole network instead, once for every radius; the
counts are the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from grokscope.data.declared import Tokens
from grokscope.data.registry import task_facts
from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.local_complexity.declaration import LocalComplexitySettings
from grokscope.metrics.local_complexity.frames import point_frames, random_points, shared_frame
from grokscope.metrics.local_complexity.linear_pieces import LinearPieces
from grokscope.metrics.local_complexity.neuron_cuts import count_around
from grokscope.metrics.tables import ALL_LAYERS, make_table
from grokscope.models.declared import Layer
from grokscope.models.network import Network

# What one layer at the vertices of a group of points may take, all seeds together. On a CPU two of them should stay in
# the cache.
GROUP_BYTES = {"cpu": 2**20, "cuda": 64 * 2**20}

GROUPS = 24
"""Groups in a chunk; what is done for a chunk takes little work for many small calls."""


def build(
    settings: LocalComplexitySettings, context: EvaluationContext, chunk: int | None = None
) -> Callable[[Network, int], pd.DataFrame]:
    """Measure local complexity around train and test samples, evenly spaced in their order, and around random points;
    `chunk`: points at a time.

    Radii are in the numbers of a sample, pixels of images. `value` is the mean over points of the number of cut
    neurons, `deviation` the standard deviation over points (divisor points - 1; NaN for one point). Layer 0 is the sum
    over `counted_layers`. A seed that has a NaN at a vertex gets NaN for the layers where it has it. Splits with fewer
    samples than asked for use all of them; a split of 0 points is left out. Raises UserError when there are more
    directions than numbers in a sample.
    """
    points = _points(settings, context)
    frames = _frames(settings, points)

    def measure(network: Network, step: int) -> pd.DataFrame:
        network.eval()
        rows: list[dict[str, Any]] = []
        for split, inputs in points.items():
            cuts = count_cuts(network, inputs, frames[split], settings.radii, chunk)
            for radius, of_radius in zip(settings.radii, cuts, strict=True):
                key = {"step": step, "split": split, "radius": radius, "points": inputs.shape[1]}
                rows += _rows(network, context.seeds, of_radius, key)
        return make_table("local_complexity", rows)

    return measure


def counted_layers(layers: Sequence[Layer]) -> list[int]:
    """Layers that count for the total: a CNN's convolutions (P2 App C), else all, logits included (P2's code)."""
    return [number for number, layer in enumerate(layers, start=1) if layer.counted]


@torch.inference_mode()
def count_cuts(
    network: Network, points: Tensor, frame: Tensor, radii: Sequence[float], chunk: int | None = None
) -> Tensor:
    """Cut neurons of each layer: `(radii, S, points, layers)` float64 on the CPU, NaN where a pre-activation is.

    `points` `(S or 1, N, *shape)` and the orthonormal `frame` `(P, N or 1, *shape)` are in pixels, or the numbers of
    vectors, and in the network's dtype. `network` must be in evaluation mode.
    """
    origin = network.first(torch.zeros_like(points[:1, :1]))  # (S, 1, *layer)
    offsets = None if frame.shape[1] > 1 else _first_layer_offsets(network, frame, origin)
    group = _points_per_group(origin, len(frame))
    size = chunk or GROUPS * group
    room: dict[int, Tensor] = {}
    parts = []
    for start in range(0, points.shape[1], size):
        part = slice(start, start + size)
        z = network.first(points[:, part])
        around = offsets if offsets is not None else _first_layer_offsets(network, frame[:, part], origin)
        pieces = LinearPieces(network, z, around, group, room)
        parts.append(torch.stack([count_around(pieces, radius) for radius in radii]))
    return torch.cat(parts, dim=2).cpu()


def _first_layer_offsets(network: Network, frame: Tensor, origin: Tensor) -> Tensor:
    """`A v`: what the directions `(P, N or 1, *shape)` add to the first layer's pre-activation, `(S, P, N or 1,
    *layer)`.
    """
    offsets = network.first(frame.flatten(0, 1)[None]) - origin
    return offsets.unflatten(1, frame.shape[:2])


def _points_per_group(origin: Tensor, directions: int) -> int:
    """By the size of the first layer, the largest of our networks."""
    bytes_of_point = 2 * directions * origin.numel() * origin.element_size()
    workers = torch.get_num_threads() if origin.device.type == "cpu" else 1
    return max(1, workers * GROUP_BYTES.get(origin.device.type, GROUP_BYTES["cpu"]) // bytes_of_point)


def _points(settings: LocalComplexitySettings, context: EvaluationContext) -> dict[str, Tensor]:
    """The points of every split that has any, `(S or 1, points, *shape)` in the run's dtype."""
    points = {split: context.points(split, getattr(settings.points, split))[0] for split in ("train", "test")}
    box = task_facts(context.run.data).input
    assert not isinstance(box, Tokens), "refused when the run was planned: tokens have no neighbourhoods"
    random = random_points(settings.points.random, box.shape, box.lowest, box.highest)
    points["random"] = random.to(context.test_inputs)
    return {split: inputs for split, inputs in points.items() if inputs.shape[1] > 0}


def _frames(settings: LocalComplexitySettings, points: dict[str, Tensor]) -> dict[str, Tensor]:
    """The frame or frames of every split, `(P, 1 or points, *shape)`; those of points are kept, for making them takes
    seconds.
    """
    if settings.frames == "shared":
        return {
            split: shared_frame(inputs.shape[2:], settings.directions).to(inputs) for split, inputs in points.items()
        }
    stream = {"train": 0, "test": 1, "random": 2}
    return {
        split: point_frames(inputs.shape[1], inputs.shape[2:], settings.directions, stream[split]).to(inputs)
        for split, inputs in points.items()
    }


def _rows(network: Network, seeds: Sequence[int], cuts: Tensor, key: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows of one split and radius from cuts `(S, points, layers)`."""
    counted = [layer - 1 for layer in counted_layers(network.layers)]
    table = torch.cat(
        [cuts[..., counted].sum(dim=2, keepdim=True), cuts], dim=2
    )  # (S, points, 1 + layers), layer 0 first
    values = table.mean(dim=1)
    deviations = table.std(dim=1) if table.shape[1] > 1 else torch.full_like(values, math.nan)
    return [
        key | {"seed": seed, "layer": layer, "value": value, "deviation": deviation}
        for seed, of_value, of_deviation in zip(seeds, values.tolist(), deviations.tolist(), strict=True)
        for layer, (value, deviation) in enumerate(zip(of_value, of_deviation, strict=True), start=ALL_LAYERS)
    ]
