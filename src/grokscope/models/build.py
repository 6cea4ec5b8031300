"""The network that a run's settings name."""

from __future__ import annotations

import importlib

import torch

from grokscope.config.run_settings import RunSettings
from grokscope.data.declared import Input, Target
from grokscope.data.registry import task_facts
from grokscope.models.declared import ModelSettings
from grokscope.models.network import Network
from grokscope.models.registry import declaration


def build_network(
    settings: ModelSettings,
    input: Input,
    target: Target,
    seeds: int,
    *,
    dtype: torch.dtype = torch.float32,
    device: str | torch.device = "cpu",
) -> Network:
    """A network of `seeds` stacked copies with all weights zero: call `initialise`, or load a checkpoint with
    `load_state_dict`. The channel statistics of images are used only with `settings.normalize`.
    """
    module, _, name = declaration(settings).network.partition(":")
    kind = getattr(importlib.import_module(module), name)
    network: Network = kind(settings, input, target, seeds)
    return network.to(device=device, dtype=dtype)


def network_of_run(run: RunSettings, seeds: int, device: str | torch.device = "cpu") -> Network:
    """`build_network` for the task and in the dtype of a run.

    With `normalize` it divides by the deviations that P2 divided by; for CIFAR-10 these are not the deviations of all
    pixels, see `DatasetInfo.published_channel_deviation`.
    """
    facts = task_facts(run.data)
    dtype = getattr(torch, run.training.dtype)
    return build_network(run.model, facts.input, facts.target, seeds, dtype=dtype, device=device)
