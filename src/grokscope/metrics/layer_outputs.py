"""Walks samples through a network in chunks that fit into memory, and turns layers into rows of features."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from grokscope.models.declared import Layer
from grokscope.models.network import Network

CHUNK_BYTES = {"cpu": 32 * 2**20, "cuda": 2 * 2**30}
POOLED_SIDE = 4


def samples_per_chunk(network: Network, inputs: Tensor) -> int:
    """How many of `inputs` `(S or 1, N, *shape)` may go through the network at once, by the size of what one sample
    makes.
    """
    made = sum(layer.numel() * layer.element_size() for layer in network.preactivations(inputs[:, :1]))
    budget = CHUNK_BYTES.get(inputs.device.type, CHUNK_BYTES["cpu"])
    return max(1, min(inputs.shape[1], budget // made))


def each_chunk(network: Network, inputs: Tensor, chunk: int | None = None) -> Iterator[tuple[slice, list[Tensor]]]:
    """Yield slices of the samples and all layers' pre-activations `(S, chunk, *layer)` of those samples.

    `chunk` is the number of samples at a time; by default as many as the memory budget allows.
    """
    size = chunk or samples_per_chunk(network, inputs)
    for start in range(0, inputs.shape[1], size):
        part = slice(start, min(start + size, inputs.shape[1]))
        yield part, network.preactivations(inputs[:, part])


def as_samples(output: Tensor, layer: Layer) -> Tensor:
    """Pre-activations `(S, samples, *layer)` as rows of features, `(S, rows, features)`.

    A linear layer has one row for each sample. In a convolution every position is a row and the channels are the
    features: channels times positions would be tens of thousands of features, more than there are images. A linear
    layer on tokens has one row for each token of a sample.
    """
    return output.movedim(2 + layer.feature_axis, -1).flatten(1, -2)


def as_features(output: Tensor, layer: Layer) -> Tensor:
    """Pre-activations `(S, samples, *layer)` as one row of features for each sample, `(S, samples, features)`.

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
