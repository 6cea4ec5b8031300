"""Local complexity along a line of inputs, by directions and radius (P2 Fig 15).

The point x + s (1, ..., 1) moves away from where a network with a default initialisation has its kinks. The counts are
those of local complexity, around one point, so they are whole numbers.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from grokscope.data.declared import Tokens
from grokscope.data.registry import task_facts
from grokscope.metrics.complexity_over_shift.declaration import ComplexityOverShiftSettings
from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.local_complexity.frames import random_points, shared_frame
from grokscope.metrics.local_complexity.measure import count_cuts, counted_layers
from grokscope.metrics.tables import make_table
from grokscope.models.network import Network


def build(settings: ComplexityOverShiftSettings, context: EvaluationContext) -> Callable[[Network, int], pd.DataFrame]:
    """Count the neurons of all layers that are cut, in float64; `neurons` is how many there are. Values of a seed with
    a NaN at a vertex are NaN.
    """
    shifts = np.linspace(0.0, settings.greatest, settings.shifts)
    base = _base(settings.base, context)
    points = base + torch.from_numpy(shifts).to(base).view(1, -1, *[1] * (base.dim() - 2))

    @torch.inference_mode()
    def measure(network: Network, step: int) -> pd.DataFrame:
        if settings.initialisation_only and step:
            return make_table("complexity_over_shift", [])
        precise = copy.deepcopy(network).double().eval()
        counted = [layer - 1 for layer in counted_layers(precise.layers)]
        neurons = sum(precise.layers[layer].outputs for layer in counted)
        rows: list[dict[str, Any]] = []
        for directions in settings.directions:
            frame = shared_frame(points.shape[2:], directions).to(points)
            count = linear_cuts if settings.linear else count_cuts
            cuts = count(precise, points, frame, settings.radii)[..., counted].sum(dim=3)
            for radius, by_seed in zip(settings.radii, cuts.tolist(), strict=True):
                for seed, values in zip(context.seeds, by_seed, strict=True):
                    key = {"seed": seed, "step": step, "radius": radius, "directions": directions, "neurons": neurons}
                    rows += [key | {"shift": s, "value": value} for s, value in zip(shifts, values, strict=True)]
        return make_table("complexity_over_shift", rows)

    return measure


@torch.inference_mode()
def linear_cuts(network: Network, points: Tensor, frame: Tensor, radii: list[float]) -> Tensor:
    """`count_cuts` of a network without its biases and its nonlinearity, by a passage of every vertex through it."""
    linear = copy.deepcopy(network)
    linear.activate = lambda z: z
    for name, parameter in linear.named_parameters():
        if name.startswith("bias_"):
            parameter.zero_()
    found = []
    for radius in radii:
        steps = radius * frame.transpose(0, 1)  # (N or 1, P, *shape)
        vertices = torch.cat([points[:, :, None] + side * steps for side in (1, -1)], dim=2)
        layers = [z.unflatten(1, vertices.shape[1:3]) for z in linear.preactivations(vertices.flatten(1, 2))]
        cut = [(z.amin(dim=2).sign() != z.amax(dim=2).sign()).flatten(2).sum(dim=2) for z in layers]
        found.append(torch.stack(cut, dim=2).double())
    return torch.stack(found).cpu()


def _base(name: str, context: EvaluationContext) -> Tensor:
    """The point that is shifted, `(S or 1, 1, *shape)` float64."""
    if name == "train":
        return context.train_inputs[:, :1].double()
    box = task_facts(context.run.data).input
    assert not isinstance(box, Tokens), "refused when the run was planned: tokens have no neighbourhoods"
    return random_points(1, box.shape, box.lowest, box.highest).to(context.device) * (name == "random")
