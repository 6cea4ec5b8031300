"""How many neurons truly cut the neighbourhood that local complexity looks at (P2 section 2).

Local complexity counts a neuron if its pre-activation changes its sign between the vertices of a cross-polytope. A
neuron may cut the cross-polytope without that, wherever earlier layers bend its zero set; and it is counted once,
however many pieces its zero set has there. Here the cross-polytope is divided exactly, in float64, layer by layer
(`count`), for few directions, since the number of its regions grows with their number.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from grokscope.metrics.chosen_points import chosen_points
from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.exact_complexity.count import count_in_neighbourhood
from grokscope.metrics.exact_complexity.declaration import ExactComplexitySettings
from grokscope.metrics.local_complexity.frames import shared_frame
from grokscope.metrics.local_complexity.measure import count_cuts
from grokscope.metrics.piecewise_network import piecewise_network
from grokscope.metrics.tables import ALL_LAYERS, make_table
from grokscope.models.network import Network
from grokscope.partitions.network import DenseLayer, PiecewiseLinearNetwork


def build(settings: ExactComplexitySettings, context: EvaluationContext) -> Callable[[Network, int], pd.DataFrame]:
    """Measure around samples, evenly spaced in their order, and random points, with the frames of local complexity.

    All columns of numbers are means over points: `approximate` is local complexity in float64, `neurons` the neurons
    whose zero set cuts the neighbourhood, `pieces` the flat pieces of these zero sets and `regions` the parts into
    which the layers up to this one divide the neighbourhood; the outputs divide nothing. Layer 0 is the sum over
    layers, and the regions of all of them. `missed` is the share of cut neurons that local complexity misses, `error`
    the root mean square over points of approximate - neurons. Values are NaN where a neighbourhood has more than
    `regions_at_most` regions, and in a seed with weights that are not finite.
    """
    points = {split: inputs.double() for split, inputs in chosen_points(settings.points, context).items()}

    @torch.inference_mode()
    def measure(network: Network, step: int) -> pd.DataFrame:
        precise = copy.deepcopy(network).double().eval()
        rows: list[dict[str, Any]] = []
        for split, inputs in points.items():
            for directions in settings.directions:
                frame = shared_frame(inputs.shape[2:], directions).to(inputs.device)
                approximate = count_cuts(precise, inputs, frame, settings.radii).numpy()
                for position, seed in enumerate(context.seeds):
                    around = neighbourhoods(precise, inputs, frame, position)
                    for radius, cuts in zip(settings.radii, approximate, strict=True):
                        exact = _exact(around, len(precise.layers), radius, settings.regions_at_most)
                        key = {"seed": seed, "step": step, "split": split, "radius": radius, "directions": directions}
                        rows += [key | row for row in _rows(cuts[position], *exact)]
        return make_table("exact_complexity", rows)

    return measure


def neighbourhoods(
    network: Network, points: Tensor, frame: Tensor, position: int
) -> list[PiecewiseLinearNetwork] | None:
    """One seed of a perceptron as a function of the coordinates along the directions of `frame` `(P, 1, *shape)` around
    each of the points; None where its weights are not finite.
    """
    if not all(parameter[position].isfinite().all() for parameter in network.parameters()):
        return None
    whole = piecewise_network(network, position)
    x = points[min(position, len(points) - 1)].flatten(1).cpu().numpy()
    weight = whole.layers[0].linear(frame.flatten(1).cpu().numpy())
    firsts = [DenseLayer(weight, bias) for bias in whole.layers[0].values(x)]
    return [PiecewiseLinearNetwork((first, *whole.layers[1:]), whole.negative_slope) for first in firsts]


def _exact(
    around: list[PiecewiseLinearNetwork] | None, layers: int, radius: float, most: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Neurons, pieces and regions of all points `(points, layers)`, NaN where they cannot be counted."""
    found = [np.full((3, layers), np.nan)]
    for number, network in enumerate(around or ()):
        counts = count_in_neighbourhood(network, radius, most)
        if counts is None:
            found = found[:1]
            break  # the mean has no value, so the other points need not be counted
        found[number:] = [np.array([counts.neurons, counts.pieces, counts.regions])]
    neurons, pieces, regions = np.array(found, dtype=np.float64).swapaxes(0, 1)
    return neurons, pieces, regions


def _rows(
    approximate: np.ndarray, neurons: np.ndarray, pieces: np.ndarray, regions: np.ndarray
) -> Iterator[dict[str, Any]]:
    """Rows of one seed, split, radius and number of directions, all layers together first."""
    for layer in range(ALL_LAYERS, approximate.shape[1] + 1):
        chosen = slice(None) if layer == ALL_LAYERS else slice(layer - 1, layer)
        ours, exact = approximate[:, chosen].sum(axis=1), neurons[:, chosen].sum(axis=1)
        known = len(exact) == len(ours) and bool(np.isfinite(exact).all())
        total = exact.sum()
        yield {
            "layer": layer,
            "approximate": ours.mean(),
            "neurons": exact.mean() if known else np.nan,
            "pieces": pieces[:, chosen].sum(axis=1).mean() if known else np.nan,
            "regions": regions[:, chosen][:, -1].mean() if known else np.nan,
            "missed": ((total - ours.sum()) / total if total else 0.0) if known else np.nan,
            "error": float(np.sqrt(np.mean((ours - exact) ** 2))) if known else np.nan,
            "points": len(ours),
        }
