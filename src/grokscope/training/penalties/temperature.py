"""A term that turns the cross-entropy into that of logits over a temperature: an intervention on the arithmetic alone.

A temperature that is not trained divides the logits before the loss (arXiv 2606.18465, "output temperature"). It moves
the scale of the logits at which the softmax saturates, and with it the loss and its gradient, without touching the
network. The scale stays free: at temperature T the softmax saturates once the logits have grown T times as large. A
loss under which no scale saturates it is `grokscope.training.losses.normalized_cross_entropy`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from grokscope.models.network import Network

Term = Callable[[int, Tensor, list[Tensor]], Tensor]


def build(temperature: float, network: Network, seeds: Sequence[int]) -> Term:
    """The function from the step, the inputs and the layers, outputs (S, B, ..., classes) last, to each seed's addition
    to the loss (S,).

    With labels y the cross-entropy of outputs z is log(sum(exp(z))) - z_y, and T times that of z / T is
    T log(sum(exp(z / T))) - z_y. Their difference, which is the term, does not depend on the labels. The factor T keeps
    the gradient in the outputs at softmax(z / T) minus the one-hot label, whatever T is; to Adam and RMSprop a factor
    of the whole loss makes no difference.
    """

    def term(step: int, inputs: Tensor, layers: list[Tensor]) -> Tensor:
        outputs = layers[-1]
        # a shift of all classes by a constant moves both logarithms by it, and large logits would cost digits
        outputs = outputs - outputs.detach().amax(dim=-1, keepdim=True)
        cooled = temperature * torch.logsumexp(outputs / temperature, dim=-1)
        return (cooled - torch.logsumexp(outputs, dim=-1)).flatten(1).mean(dim=1)

    return term
