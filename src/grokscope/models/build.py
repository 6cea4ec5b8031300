"""The network that a run's settings name."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from grokscope.config.run_settings import ModelSettings
from grokscope.models.cnn import ConvolutionalNetwork
from grokscope.models.mlp import MultiLayerPerceptron
from grokscope.models.network import Network


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
    """A network of `seeds` stacked copies with all weights zero: call `initialise`, or load a checkpoint with `load_state_dict`.

    `image_shape` is (channels, height, width); the channel statistics are in pixels and used only with `settings.normalize`.
    """
    network: Network
    if settings.kind == "mlp":
        network = MultiLayerPerceptron(
            image_shape,
            classes,
            seeds,
            depth=settings.depth,
            width=settings.width,
            activation=settings.activation,
            batch_norm=settings.batch_norm,
            normalize=settings.normalize,
            channel_mean=channel_mean,
            channel_deviation=channel_deviation,
        )
    else:
        network = ConvolutionalNetwork(
            image_shape,
            classes,
            seeds,
            depth=settings.depth,
            width=settings.width,
            dense_width=settings.dense_width,
            activation=settings.activation,
            batch_norm=settings.batch_norm,
            normalize=settings.normalize,
            channel_mean=channel_mean,
            channel_deviation=channel_deviation,
        )
    return network.to(device=device, dtype=dtype)
