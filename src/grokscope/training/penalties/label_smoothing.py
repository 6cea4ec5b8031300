"""A term that turns the cross-entropy into that of smoothed labels, under which logits stay finite.

Szegedy and others (2016, arXiv 1512.00567, section 7) give a share of each label to all classes alike. The loss then
has its least value at finite logits, and its gradient does not vanish as they grow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from grokscope.models.network import Network

Term = Callable[[int, Tensor, list[Tensor]], Tensor]


def build(share: float, network: Network, seeds: Sequence[int]) -> Term:
    """The function from the step, the inputs and the layers, outputs (S, B, ..., classes) last, to each seed's addition
    to the loss (S,).

    The cross-entropy of smoothed labels is (1 - share) times that of the labels plus `share` times the mean of that of
    all classes (Pereyra and others 2017, arXiv 1701.06548, section 3.2). The term is the second part over 1 - share, so
    that the loss with it is 1 / (1 - share) times that of smoothed labels; to Adam and RMSprop a factor of the whole
    loss makes no difference.
    """

    def term(step: int, inputs: Tensor, layers: list[Tensor]) -> Tensor:
        of_all_classes = -torch.log_softmax(layers[-1], dim=-1).mean(dim=-1)
        return share / (1 - share) * of_all_classes.flatten(1).mean(dim=1)

    return term
