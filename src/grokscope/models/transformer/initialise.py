"""Initial weights of transformers, drawn by one generator for each seed, times a factor."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from grokscope.models.transformer.network import Transformer

GPT2_DEVIATION = 0.02


def initialise_by_scheme(network: Transformer, seeds: Sequence[int], init_scale: float, scheme: str) -> None:
    """Draw the parameters of every seed in place by `torch` or `gpt2` and multiply them by `init_scale`.

    With `torch` the parameters are distributed as those of `torch.nn.Embedding` (standard normal),
    `torch.nn.MultiheadAttention` (queries, keys and values together by `xavier_uniform_`, their projection as in a
    linear layer, biases zero) and `torch.nn.Linear` (weights and biases uniform in +-1 / sqrt(fan in)). With `gpt2`
    weights and embeddings are normal with deviation 0.02, those of the two layers of each block that add to the
    residual stream with 0.02 / sqrt(2 blocks), and all biases are zero, as in minGPT and nanoGPT (Radford et al. 2019,
    section 2.3). Scales of layer normalisation are 1 and shifts 0; the factor does not touch them.

    A seed's generator draws in float64, parameter by parameter in the order of `network.named_parameters()`. So a
    seed's weights depend neither on the other seeds nor, beyond rounding, on the dtype. Raises ValueError when the
    number of seeds is not the network's.
    """
    if len(seeds) != network.seeds:
        raise ValueError(f"{len(seeds)} seeds for a network of {network.seeds}")
    draw = {"torch": _as_torch, "gpt2": _as_gpt2}[scheme]
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if name.startswith(("scale_", "shift_")):
                parameter.fill_(1.0 if name.startswith("scale_") else 0.0)
                continue
            for index, generator in enumerate(generators):
                parameter[index].copy_(draw(network, name, parameter.shape[1:], generator) * init_scale)


def _as_torch(network: Transformer, name: str, shape: torch.Size, generator: torch.Generator) -> Tensor:
    if name.endswith("_embedding"):
        return torch.randn(shape, dtype=torch.float64, generator=generator)
    if name.startswith(("attention_bias_", "projection_bias_")):
        return torch.zeros(shape, dtype=torch.float64)
    bound = (6 / sum(shape)) ** 0.5 if name.startswith("attention_weight_") else network.fan_in[name] ** -0.5
    return (2 * torch.rand(shape, dtype=torch.float64, generator=generator) - 1) * bound


def _as_gpt2(network: Transformer, name: str, shape: torch.Size, generator: torch.Generator) -> Tensor:
    if "bias_" in name:
        return torch.zeros(shape, dtype=torch.float64)
    layer = network.parameter_layers[name]
    adds = name.startswith("projection_weight_") or (
        name.startswith("weight_") and layer % 2 == 1 and layer < len(network.layers)
    )
    deviation = GPT2_DEVIATION / (2 * network.blocks) ** 0.5 if adds else GPT2_DEVIATION
    return torch.randn(shape, dtype=torch.float64, generator=generator) * deviation
