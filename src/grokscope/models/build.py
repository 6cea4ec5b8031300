"""The network that a run's settings name."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

import torch

from grokscope.config.run_settings import RunSettings
from grokscope.data.catalogue import network_facts
from grokscope.models.declared import ModelSettings
from grokscope.models.network import Network
from grokscope.models.registry import declaration


def build_network(
    settings: ModelSettings,
    image_shape: Sequence[int],
    classes: int,
    seeds: int,
    channel_mean: Sequence[float] = (0.0,),
    channel_deviation: Sequence[float] = (1.0,),
    *,
    dtype: torch.dtype = torch.float32,
    device: str | torch.device = "cpu",
) -> Network:
    """A network of `seeds` stacked copies with zero weights: call `initialise` or load a checkpoint.

    `image_shape` is (channels, height, width); the channel statistics are in pixels and used only with
    `settings.normalize`.
    """
    module, _, name = declaration(settings).network.partition(":")
    kind = getattr(importlib.import_module(module), name)
    network: Network = kind(
        settings, image_shape, classes, seeds, channel_mean=channel_mean, channel_deviation=channel_deviation
    )
    return network.to(device=device, dtype=dtype)


def network_of_run(run: RunSettings, seeds: int, device: str | torch.device = "cpu") -> Network:
    """`build_network` for the images and in the dtype of a run.

    With `normalize` it divides by the deviations that P2 divided by; for CIFAR-10 these are not the deviations of all
    pixels, see `DatasetInfo.published_channel_deviation`.
    """
    facts = network_facts(run.data.name)
    return build_network(
        run.model,
        facts["image_shape"],
        facts["classes"],
        seeds,
        facts["channel_mean"],
        facts["channel_deviation"],
        dtype=getattr(torch, run.training.dtype),
        device=device,
    )
