"""The network that a run's settings name."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from grokscope.config.run_settings import ModelSettings, RunSettings
from grokscope.data.catalogue import dataset_info
from grokscope.models.cnn import ConvolutionalNetwork
from grokscope.models.mlp import MultiLayerPerceptron
from grokscope.models.network import Network, NetworkOptions


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
    options: NetworkOptions = {
        "activation": settings.activation,
        "batch_norm": settings.batch_norm,
        "normalize": settings.normalize,
        "channel_mean": channel_mean,
        "channel_deviation": channel_deviation,
    }
    depth, width = settings.depth, settings.width
    network: Network
    if settings.kind == "mlp":
        network = MultiLayerPerceptron(image_shape, classes, seeds, depth=depth, width=width, bottleneck=settings.bottleneck, **options)
    else:
        network = ConvolutionalNetwork(image_shape, classes, seeds, depth=depth, width=width, dense_width=settings.dense_width, **options)
    return network.to(device=device, dtype=dtype)


def network_of_run(run: RunSettings, seeds: int, device: str | torch.device = "cpu") -> Network:
    """`build_network` for the images and in the dtype of a run.

    With `normalize` it divides by the deviations that P2 divided by; for CIFAR-10 these are not the deviations of all pixels, see
    `DatasetInfo.published_channel_deviation`.
    """
    info = dataset_info(run.data.name)
    return build_network(
        run.model,
        info.image_shape,
        info.classes,
        seeds,
        info.channel_mean,
        info.published_channel_deviation,
        dtype=getattr(torch, run.training.dtype),
        device=device,
    )
