"""torch's optimisers by name, and their state as named tensors."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from grokscope.config.run_settings import TrainingSettings

PREFIX = "optimiser."


def build_optimiser(settings: TrainingSettings, network: nn.Module) -> torch.optim.Optimizer:
    """AdamW (decoupled weight decay), Adam (L2 term in the gradient) or SGD with momentum over all parameters, fused.

    Every parameter decays, biases and batch normalisation too, as in both papers' codes. Parameters must be on their device already.
    """
    parameters = list(network.parameters())
    if settings.optimizer == "sgd":
        return torch.optim.SGD(
            parameters, lr=settings.learning_rate, momentum=settings.momentum, weight_decay=settings.weight_decay, fused=True
        )
    kind = torch.optim.AdamW if settings.optimizer == "adamw" else torch.optim.Adam
    return kind(parameters, lr=settings.learning_rate, betas=settings.betas, weight_decay=settings.weight_decay, fused=True)


def optimiser_tensors(optimiser: torch.optim.Optimizer, network: nn.Module) -> dict[str, Tensor]:
    """The optimiser's state as `optimiser.<parameter>.<quantity>`; empty before the first update."""
    tensors = {}
    for name, parameter in network.named_parameters():
        for quantity, value in optimiser.state.get(parameter, {}).items():
            if isinstance(value, Tensor):
                tensors[f"{PREFIX}{name}.{quantity}"] = value
    return tensors


def restore_optimiser(optimiser: torch.optim.Optimizer, network: nn.Module, tensors: Mapping[str, Tensor]) -> None:
    """Put the state that `optimiser_tensors` gave back, on the device of the parameters."""
    parameters = dict(network.named_parameters())
    for key, value in tensors.items():
        if key.startswith(PREFIX):
            name, quantity = key.removeprefix(PREFIX).rsplit(".", 1)
            optimiser.state[parameters[name]][quantity] = value.to(parameters[name].device)
