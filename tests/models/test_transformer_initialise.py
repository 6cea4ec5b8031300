"""Initial weights of transformers: the distributions of torch's modules and of minGPT, and what they depend on."""

from __future__ import annotations

import math

import pytest
import torch
from scipy import stats
from torch import Tensor, nn

from grokscope.data.declared import Classes, Tokens
from grokscope.models.build import build_network
from grokscope.models.init_schemes.by_architecture import initialise_by_scheme
from grokscope.models.network import Network
from transformer_support import PlainTransformer, pairs, transformer_settings

TOKENS, CLASSES, WIDTH, HIDDEN, BLOCKS = Tokens(6, 19), 17, 12, 20, 2


def made(
    seeds: list[int], scheme: str = "torch", scale: float = 1.0, dtype: torch.dtype = torch.float64, **changes: object
) -> Network:
    settings = transformer_settings(init_scheme=scheme, **changes)
    network = build_network(settings, TOKENS, Classes(CLASSES), len(seeds), dtype=dtype)
    initialise_by_scheme(network, seeds, scale, settings.init_scheme)
    return network


def same_distribution(own: Tensor, theirs: Tensor) -> bool:
    """Of all numbers, by Kolmogorov and Smirnov; constants have to be the same constant."""
    if own.min() == own.max() or theirs.min() == theirs.max():
        return bool(own.min() == own.max() == theirs.min() == theirs.max())
    return bool(stats.ks_2samp(own.flatten().numpy(), theirs.flatten().numpy()).pvalue > 1e-4)


def test_every_parameter_is_distributed_as_that_of_torchs_modules() -> None:
    network = made(list(range(40)), norm="pre")
    torch.manual_seed(0)
    settings = transformer_settings(norm="pre")
    theirs: dict[str, list[Tensor]] = {}
    for _ in range(40):
        module = PlainTransformer(settings, TOKENS.positions, TOKENS.vocabulary, CLASSES, of_positions=False)
        for name, parameter, _ in pairs(module, len(network.layers)):
            theirs.setdefault(name, []).append(parameter.detach().double())
    assert theirs.keys() == dict(network.named_parameters()).keys()
    for name, values in theirs.items():
        assert same_distribution(network.get_parameter(name).detach(), torch.stack(values)), name


def test_a_wrong_distribution_would_be_seen() -> None:
    network = made(list(range(40)))
    torch.manual_seed(0)
    wider = 1.25 * torch.randn(9000, dtype=torch.float64)
    assert not same_distribution(network.get_parameter("token_embedding").detach(), wider)
    # queries, keys and values drawn one by one would have other bounds
    apart = torch.stack([nn.init.xavier_uniform_(torch.empty(WIDTH, WIDTH, dtype=torch.float64)) for _ in range(120)])
    assert not same_distribution(network.get_parameter("attention_weight_2").detach(), apart)


@pytest.mark.parametrize("tied", [False, True])
def test_gpt2_is_normal_and_adds_less_to_the_stream_with_more_blocks(tied: bool) -> None:
    network = made(list(range(60)), "gpt2", tied=tied, norm="pre")
    for name, parameter in network.named_parameters():
        values = parameter.detach().flatten()
        if "bias_" in name or name.startswith("shift_"):
            assert bool((values == 0).all()), name
        elif name.startswith("scale_"):
            assert bool((values == 1).all()), name
        else:
            # the projections of attention and the second layers of the MLPs
            adds = name in ("projection_weight_2", "projection_weight_4", "weight_3", "weight_5")
            deviation = 0.02 / math.sqrt(2 * BLOCKS) if adds else 0.02
            assert stats.kstest(values.numpy(), stats.norm(scale=deviation).cdf).pvalue > 1e-4, name


@pytest.mark.parametrize("norm", ["post", "pre", "none"])
@pytest.mark.parametrize("scheme", ["torch", "gpt2"])
def test_a_seed_depends_on_neither_its_block_nor_the_dtype(scheme: str, norm: str) -> None:
    block = made([4, 9, 2], scheme, dtype=torch.float32, norm=norm)
    alone = made([9], scheme, dtype=torch.float32, norm=norm)
    scaled = made([9], scheme, scale=8.0, norm=norm)
    for name, value in alone.named_parameters():
        assert torch.equal(block.get_parameter(name)[1], value[0]), name
        factor = 1 if name.startswith(("scale_", "shift_")) else 8
        assert torch.equal((scaled.get_parameter(name) / factor).float(), value), name
    assert not torch.equal(block.get_parameter("weight_2")[0], block.get_parameter("weight_2")[1])


def test_again_resets_everything() -> None:
    network, fresh = made([0, 1]), made([0, 1])
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.fill_(3.0)
    initialise_by_scheme(network, [0, 1], 1.0, "torch")
    for name, value in fresh.state_dict().items():
        assert torch.equal(network.state_dict()[name], value), name


def test_wrong_number_of_seeds() -> None:
    with pytest.raises(ValueError, match="3 seeds for a network of 2"):
        initialise_by_scheme(made([0, 1]), [0, 1, 2], 1.0, "torch")
