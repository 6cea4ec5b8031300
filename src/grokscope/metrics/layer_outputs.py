"""Walks images through a network in chunks that fit into memory, and turns layers into rows of features."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from grokscope.models.declared import Layer
from grokscope.models.network import Network

CHUNK_BYTES = {"cpu": 32 * 2**20, "cuda": 2 * 2**30}
POOLED_SIDE = 4


def images_per_chunk(network: Network, images: Tensor) -> int:
    """How many `images` (S or 1, N, C, H, W) may go through the network at once, by what one image makes."""
    made = sum(layer.numel() * layer.element_size() for layer in network.preactivations(images[:, :1]))
    budget = CHUNK_BYTES.get(images.device.type, CHUNK_BYTES["cpu"])
    return max(1, min(images.shape[1], budget // made))


def each_chunk(network: Network, images: Tensor, chunk: int | None = None) -> Iterator[tuple[slice, list[Tensor]]]:
    """Yield slices of the images and all layers' pre-activations `(S, chunk, *layer)` of those images.

    `chunk` is the number of images at a time; by default as many as the memory budget allows.
    """
    size = chunk or images_per_chunk(network, images)
    for start in range(0, images.shape[1], size):
        part = slice(start, min(start + size, images.shape[1]))
        yield part, network.preactivations(images[:, part])


def as_samples(output: Tensor, layer: Layer) -> Tensor:
    """Pre-activations `(S, images, *layer)` as rows of features, `(S, samples, features)`.

    A linear layer has one sample for each image. In a convolution every position is a sample and the channels are the
    features: channels times positions would be tens of thousands of features, more than there are images.
    """
    return output.movedim(2 + layer.feature_axis, -1).flatten(1, -2)


def as_features(output: Tensor, layer: Layer) -> Tensor:
    """Pre-activations `(S, images, *layer)` as one row of features for each image, `(S, images, features)`.

    A convolution is averaged over a grid of at most 4 x 4 areas, which keeps a linear probe on it to at most 16
    features for each channel.
    """
    if layer.kind == "convolution":
        sides = (min(POOLED_SIDE, output.shape[3]), min(POOLED_SIDE, output.shape[4]))
        return (
            torch.nn.functional.adaptive_avg_pool2d(output.flatten(0, 1), sides)
            .unflatten(0, output.shape[:2])
            .flatten(2)
        )
    return output.flatten(2)
