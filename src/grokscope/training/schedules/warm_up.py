"""A learning rate that rises linearly over the first updates, as usual for transformers (Power et al., arXiv
2201.02177, and github.com/danielmamay/grokking).

It stands beside the further terms of the loss because these are asked at every update with its number, and are loaded
only where a run names them, so that the code of all other trainings stays what it was. As the rate follows from the
number of the update alone, a training that goes on has the same rates as one that was never stopped.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.optim.optimizer import register_optimizer_step_pre_hook

from grokscope.models.network import Network

Term = Callable[[int, Tensor, list[Tensor]], Tensor]


def build(updates: int, network: Network, seeds: Sequence[int]) -> Term:
    """The function from the step, the inputs and the layers to each seed's addition to the loss (S,), which is 0; from
    then on the optimiser of the network's parameters has the learning rate of that step.

    With `step` updates done, the next one has min(1, (step + 1) / updates) of the learning rate that the optimiser was
    built with. torch calls the hook before every step of every optimiser, and it leaves those of other networks alone;
    it goes when the network does.
    """
    share = 1.0
    owner = weakref.ref(network)

    def term(step: int, inputs: Tensor, layers: list[Tensor]) -> Tensor:
        nonlocal share
        share = min(1.0, (step + 1) / updates)
        return torch.zeros(len(seeds), dtype=layers[-1].dtype, device=layers[-1].device)

    def set_learning_rate(optimiser: torch.optim.Optimizer, arguments: Any, options: Any) -> None:
        warmed = owner()
        if warmed is None or optimiser.param_groups[0]["params"][0] is not next(warmed.parameters()):
            return
        for group in optimiser.param_groups:
            group["lr"] = group.setdefault("initial_lr", group["lr"]) * share

    weakref.finalize(network, register_optimizer_step_pre_hook(set_learning_rate).remove)
    return term
