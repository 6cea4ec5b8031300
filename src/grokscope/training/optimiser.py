"""torch's optimisers by name, and their state as named tensors."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from grokscope.config.run_settings import TrainingSettings
from grokscope.training.registry import OPTIMISERS

PREFIX = "optimiser."


def build_optimiser(settings: TrainingSettings, network: nn.Module) -> torch.optim.Optimizer:
    """The optimiser that the settings name over all parameters, which must be on their device already."""
    optimiser: torch.optim.Optimizer = importlib.import_module(OPTIMISERS[settings.optimizer]).build(
        settings, list(network.parameters())
    )
    return optimiser


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
