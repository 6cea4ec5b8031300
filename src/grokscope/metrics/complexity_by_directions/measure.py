"""Local complexity with several numbers of directions at the same points.

A cross-polytope with more directions reaches farther along each neuron's slope: the first layer's neuron i is cut where
|z_i| < r max_p |w_i v_p|, and the largest of P random slopes grows with P.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import torch

from grokscope.metrics.chosen_points import chosen_points
from grokscope.metrics.complexity_by_directions.declaration import ComplexityByDirectionsSettings
from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.local_complexity.frames import shared_frame
from grokscope.metrics.local_complexity.measure import count_cuts, counted_layers
from grokscope.metrics.tables import make_table
from grokscope.models.network import Network


def build(
    settings: ComplexityByDirectionsSettings, context: EvaluationContext
) -> Callable[[Network, int], pd.DataFrame]:
    """Measure around samples, evenly spaced in their order, and random points: those of local complexity, with its
    frames, so that 25 directions give its values. `value` and `deviation` are mean and standard deviation over points
    (divisor points - 1) of the number of cut neurons in all counted layers; NaN in a seed with a NaN at a vertex.
    """
    points = chosen_points(settings.points, context)

    @torch.inference_mode()
    def measure(network: Network, step: int) -> pd.DataFrame:
        network.eval()
        counted = [layer - 1 for layer in counted_layers(network.layers)]
        rows: list[dict[str, Any]] = []
        for split, inputs in points.items():
            for directions in settings.directions:
                frame = shared_frame(inputs.shape[2:], directions).to(inputs)
                cuts = count_cuts(network, inputs, frame, settings.radii)[..., counted].sum(dim=3)
                means = cuts.mean(dim=2).tolist()
                deviations = (cuts.std(dim=2) if cuts.shape[2] > 1 else torch.full(cuts.shape[:2], math.nan)).tolist()
                for number, radius in enumerate(settings.radii):
                    for position, seed in enumerate(context.seeds):
                        key = {"seed": seed, "step": step, "split": split, "radius": radius, "directions": directions}
                        rows.append(key | {"value": means[number][position], "points": inputs.shape[1]})
                        rows[-1]["deviation"] = deviations[number][position]
        return make_table("complexity_by_directions", rows)

    return measure
