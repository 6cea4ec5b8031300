"""A term of the loss that moves linear regions: an intervention on region migration with everything else the same.

Local complexity (P2 section 3) counts the hidden neurons whose zero set cuts a small neighbourhood of a point. A count
has no gradient, so this is its smooth stand-in: the share of neurons whose zero set passes near, which decays
exponentially with the distance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from grokscope.config.penalty_settings import RegionPenaltySettings
from grokscope.models.network import Network
from grokscope.training.penalties.draws import normal_draws
from grokscope.training.penalties.pieces import slopes

Term = Callable[[int, Tensor, list[Tensor]], Tensor]


def build(settings: RegionPenaltySettings, network: Network, seeds: Sequence[int]) -> Term:
    """The function from the step, the inputs (S, B, *shape) and the layers to each seed's addition to the loss (S,):
    `settings.strength` times `share_nearby`, or times the squared distance of that share from `settings.level`.

    The slopes are taken along directions that are drawn anew at every step, for every sample. Without a level a
    positive strength pushes zero sets away from the points, and a negative one draws them near.
    """

    def term(step: int, inputs: Tensor, layers: list[Tensor]) -> Tensor:
        directions = normal_draws("regions", seeds, step, inputs.shape[1:]).to(inputs)
        share = share_nearby(network, inputs, layers, directions, settings.distance)
        return settings.strength * (share if settings.level is None else (share - settings.level).square())

    return term


def share_nearby(
    network: Network, inputs: Tensor, layers: Sequence[Tensor], directions: Tensor, distance: float
) -> Tensor:
    """Mean over points and hidden neurons of exp(-d / distance): (S,), from 0 (all far away) to 1 (all at the points).

    d = |z| / g estimates the 2-norm between a point and a neuron's zero set: z is the neuron's pre-activation there,
    and g the root mean square over the batch of the norm of its gradient in the inputs. As the mean of (gradient .
    direction)^2 over standard normal `directions` (S, B, *shape) is the squared norm of the gradient, one direction for
    each point is enough for g. d does not change where a layer is multiplied by a factor, so the term cannot be made
    small by the size of the weights. A neuron without a slope anywhere in the batch has no zero set near and counts 0.
    `layers` are the pre-activations of the inputs (S, B, *shape).
    """
    total: Tensor = torch.zeros(inputs.shape[0], dtype=inputs.dtype, device=inputs.device)
    neurons = 0
    for value, slope in zip(layers[:-1], slopes(network, inputs, layers, directions), strict=True):
        squared = slope.square().mean(dim=1, keepdim=True)
        moves = squared > 0
        size = torch.where(moves, squared, 1.0).sqrt()
        near = torch.where(moves, torch.exp(-value.abs() / (size * distance)), 0.0)
        neurons += near[0, 0].numel()
        total = total + near.mean(dim=1).flatten(1).sum(dim=1)
    return total / neurons
