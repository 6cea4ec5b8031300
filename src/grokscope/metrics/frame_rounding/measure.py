"""Deformation of the frame of local complexity, exact and as P2's figures have it (Figs 5, 21 and 23).

As in `grokscope.metrics.frame_deformation`, the vertices x +- r v around a point are followed into the space of every
layer. But here x and r are in the units of the inputs after normalisation, as P2's were, and there are two values of
everything:

- exact: vertices, network and distances in float64. Distances come from the products of vertices from which their mean
  is taken, so that nothing large cancels;
- rounded: all in float32, and distances as `torch.cdist` computes them by default for more than 25 vertices, from the
  products of the vertices themselves. Each is the root of a difference of numbers as large as the squared length of
  the vertices, so distances below about 1e-3 of that length are rounding.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from grokscope.metrics.chosen_points import chosen_points
from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.frame_deformation.measure import INPUTS, points_at_once, spread
from grokscope.metrics.frame_rounding.declaration import FrameRoundingSettings
from grokscope.metrics.local_complexity.frames import shared_frame
from grokscope.metrics.tables import make_table
from grokscope.models.network import Network


def build(settings: FrameRoundingSettings, context: EvaluationContext) -> Callable[[Network, int], pd.DataFrame]:
    """Measure around samples, evenly spaced in their order, and random points, with the frame of local complexity.

    Layer 0 are the inputs after normalisation, layer l the pre-activations of layer l. Values are means over points,
    NaN in a seed with weights that are not finite.
    """
    points = chosen_points(settings.points, context)

    @torch.inference_mode()
    def measure(network: Network, step: int) -> pd.DataFrame:
        exact, rounded = (copy.deepcopy(network).to(dtype).eval() for dtype in (torch.float64, torch.float32))
        rows: list[dict[str, Any]] = []
        for split, inputs in points.items():
            frame = shared_frame(inputs.shape[2:], settings.directions)[:, 0].to(inputs.device)
            for radius in settings.radii:
                layers = zip(
                    deformation(exact, inputs.double(), frame, radius, exact_distances),
                    deformation(rounded, inputs.float(), frame.float(), radius, rounded_distances),
                    strict=True,
                )
                for layer, values in enumerate(layers, start=INPUTS):
                    for seed, *of_seed in zip(context.seeds, *(value.tolist() for value in values), strict=True):
                        key = {"seed": seed, "step": step, "split": split, "radius": radius, "layer": layer}
                        key |= dict(zip(("exact_eccentricity", "exact_diameter"), of_seed[0], strict=True))
                        key |= dict(zip(("rounded_eccentricity", "rounded_diameter"), of_seed[1], strict=True))
                        rows.append(key | {"points": inputs.shape[1]})
        return make_table("frame_rounding", rows)

    return measure


def deformation(
    network: Network, points: Tensor, frame: Tensor, radius: float, distances: Callable[[Tensor], Tensor]
) -> list[Tensor]:
    """Mean eccentricity and diameter `(S, 2)` float64 of the embedded `frame` `(P, *shape)` at the inputs and in every
    layer, over `points` `(S or 1, N, *shape)` in pixels.
    """
    found = [torch.zeros(network.seeds, 2, dtype=torch.float64) for _ in range(1 + len(network.layers))]
    for embedded in _embedded(network, points, frame, radius):
        for total, layer in zip(found, embedded, strict=True):
            total += spread(distances(layer)).double().sum(dim=1).cpu()
    return [total / points.shape[1] for total in found]


def exact_distances(vertices: Tensor) -> Tensor:
    """Of vertices `(..., 2P, features)`, `(..., 2P, 2P)`."""
    centred = vertices - vertices.mean(dim=-2, keepdim=True)
    products = centred @ centred.mT
    squares = products.diagonal(dim1=-2, dim2=-1)
    return (squares[..., :, None] + squares[..., None, :] - 2 * products).clamp_min_(0).sqrt_()


def rounded_distances(vertices: Tensor) -> Tensor:
    """As `torch.cdist` computes them by default."""
    return torch.cdist(vertices, vertices, compute_mode="use_mm_for_euclid_dist")


def _embedded(network: Network, points: Tensor, frame: Tensor, radius: float) -> Iterator[list[Tensor]]:
    """For a few points at a time the vertices after normalisation and in every layer, `(S or 1, n, 2P, features)`."""
    for part in points.split(points_at_once(network, points, frame), dim=1):
        centre = network.normalized(part)[:, :, None]
        vertices = torch.cat([centre + radius * frame, centre - radius * frame], dim=2)
        shape = vertices.shape[1:3]
        pixels = vertices.flatten(1, 2)
        if network.normalize:
            pixels = pixels * network.channel_deviation + network.channel_mean
        layers = [z.unflatten(1, shape) for z in network.preactivations(pixels)]
        yield [layer.flatten(3) for layer in (vertices, *layers)]
