"""A term of the loss that keeps the outputs from changing with the inputs: an intervention on robustness.

Hoffman, Roberts and Yaida (2019, "Robust learning with Jacobian regularization") estimate the norm from random
projections; Walker et al. (2025, "GrokAlign") press it down to bring delayed robustness about.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from grokscope.config.penalty_settings import JacobianPenaltySettings
from grokscope.models.network import Network
from grokscope.training.penalties.draws import normal_draws
from grokscope.training.penalties.pieces import gradients

Term = Callable[[int, Tensor, list[Tensor]], Tensor]


def build(settings: JacobianPenaltySettings, network: Network, seeds: Sequence[int]) -> Term:
    """The function from the step, the inputs (S, B, *shape) and the layers to each seed's addition to the loss (S,):
    `settings.strength` times the `mean_squared_jacobian` along directions that are drawn anew at every step, for every
    sample.
    """

    def term(step: int, inputs: Tensor, layers: list[Tensor]) -> Tensor:
        outputs = network.layers[-1].outputs
        drawn = normal_draws("jacobian", seeds, step, (inputs.shape[1], outputs, settings.projections))
        directions = torch.linalg.qr(drawn.double()).Q.to(dtype=inputs.dtype, device=inputs.device)
        return settings.strength * mean_squared_jacobian(network, inputs, layers, directions)

    return term


def mean_squared_jacobian(network: Network, inputs: Tensor, layers: Sequence[Tensor], directions: Tensor) -> Tensor:
    """Mean over the batch of the squared Frobenius norm of the outputs' Jacobian in the inputs: (S,).

    `layers` are the pre-activations of the inputs (S, B, *shape). `directions` (S, B, outputs, K) are orthonormal along
    their last axis. The squared norm along them, times outputs / K, has the squared norm of the whole Jacobian as its
    mean over random directions, and is that norm if K is the number of outputs. Gradients are in the units in which
    networks take inputs, so pixels count from 0 to 1.
    """
    squares = [
        gradients(network, inputs, layers, direction).square().sum(dim=(1, 2))
        for direction in directions.unbind(dim=-1)
    ]
    return torch.stack(squares).sum(dim=0) * (directions.shape[-2] / (directions.shape[-1] * inputs.shape[1]))
