"""How a network deforms the neighbourhood that local complexity looks at (P2 Figs 5, 21 and 23).

The vertices x +- r v of the cross-polytope around a point are followed into the space of every layer's pre-activations.
The eccentricity of a vertex is its greatest distance to another one, the one opposite left out, so that it measures the
longest of the edges there; that of the frame is the mean over its vertices. The diameter is the greatest distance of
all pairs. At the inputs they are sqrt(2) r and 2 r, whatever the frame.

Distances are differences in float64. Distances by matrix multiplication in float32, as `torch.cdist` computes them by
default, have a floor near 1e-3 of the length of the vectors, far above those of a small frame.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from grokscope.metrics.chosen_points import chosen_points
from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.frame_deformation.declaration import FrameDeformationSettings
from grokscope.metrics.local_complexity.frames import shared_frame
from grokscope.metrics.tables import make_table
from grokscope.models.network import Network

INPUTS = 0
"""The value of the column `layer` in rows that are about the inputs."""
CHUNK_BYTES = 64 * 2**20
"""What all layers at the vertices of the points that are followed together may take."""


def build(settings: FrameDeformationSettings, context: EvaluationContext) -> Callable[[Network, int], pd.DataFrame]:
    """Measure around samples, evenly spaced in their order, and random points, with the frame of local complexity.

    Layer 0 are the inputs as they are given, layer l the pre-activations of layer l. Values are means over points, NaN
    in a seed with weights that are not finite.
    """
    points = {split: inputs.double() for split, inputs in chosen_points(settings.points, context).items()}

    @torch.inference_mode()
    def measure(network: Network, step: int) -> pd.DataFrame:
        precise = copy.deepcopy(network).double().eval()
        rows: list[dict[str, Any]] = []
        for split, inputs in points.items():
            frame = shared_frame(inputs.shape[2:], settings.directions)[:, 0].to(inputs)
            for radius in settings.radii:
                for layer, values in enumerate(deformation(precise, inputs, frame, radius), start=INPUTS):
                    for seed, (eccentricity, diameter) in zip(context.seeds, values.tolist(), strict=True):
                        key = {"seed": seed, "step": step, "split": split, "radius": radius, "layer": layer}
                        rows.append(key | {"eccentricity": eccentricity, "diameter": diameter})
                        rows[-1]["points"] = inputs.shape[1]
        return make_table("frame_deformation", rows)

    return measure


def deformation(network: Network, points: Tensor, frame: Tensor, radius: float) -> list[Tensor]:
    """Mean eccentricity and diameter `(S, 2)` of the embedded `frame` `(P, *shape)` at the inputs and in every layer,
    over `points` `(S or 1, N, *shape)`.
    """
    size = points_at_once(network, points, frame)
    sums: list[Tensor] = []
    for start in range(0, points.shape[1], size):
        part = points[:, start : start + size]
        vertices = torch.cat([part[:, :, None] + radius * frame, part[:, :, None] - radius * frame], dim=2)
        shape = vertices.shape[1:3]
        embedded = [vertices, *(z.unflatten(1, shape) for z in network.preactivations(vertices.flatten(1, 2)))]
        found = [eccentricity_and_diameter(layer.flatten(3)).sum(dim=1) for layer in embedded]
        sums = [total + more for total, more in zip(sums, found, strict=True)] if sums else found
    return [(total / points.shape[1]).expand(network.seeds, 2) for total in sums]


def points_at_once(network: Network, points: Tensor, frame: Tensor) -> int:
    """How many points may be followed together, with the embedded `frame` of each in every layer."""
    features = points[0, 0].numel() + network.seeds * sum(
        z[0, 0].numel() for z in network.preactivations(points[:, :1])
    )
    return max(1, CHUNK_BYTES // (2 * len(frame) * features * points.element_size()))


def eccentricity_and_diameter(vertices: Tensor) -> Tensor:
    """Of frames `(..., 2P, features)` whose vertices v and v + P lie opposite, `(..., 2)`."""
    return spread(torch.cdist(vertices, vertices, compute_mode="donot_use_mm_for_euclid_dist"))


def spread(distances: Tensor) -> Tensor:
    """From distances `(..., 2P, 2P)` of vertices, of which v and v + P lie opposite, `(..., 2)`: the mean over vertices
    of the greatest distance to another one that does not lie opposite, and the greatest of all.
    """
    number = distances.shape[-1]
    same = torch.eye(number, dtype=torch.bool, device=distances.device)
    to_neighbours = distances.masked_fill(same | same.roll(number // 2, dims=1), 0.0)
    return torch.stack([to_neighbours.amax(dim=-1).mean(dim=-1), distances.amax(dim=(-2, -1))], dim=-1)
