"""Initialisation schemes against those of `torch.nn.init`, and what a seed's weights depend on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from scipy import stats
from torch import Tensor, nn

from grokscope.data.declared import Classes, Images
from grokscope.models.build import build_network
from grokscope.models.init_schemes.initialise import initialise_by_scheme
from grokscope.models.init_schemes.registry import INIT_SCHEMES
from grokscope.models.network import Network
from grokscope.models.registry import model_settings
from residual_support import residual

THEIRS: dict[str, Callable[[Tensor], Tensor]] = {
    "kaiming_normal": lambda weight: nn.init.kaiming_normal_(weight, nonlinearity="relu"),
    "xavier_uniform": nn.init.xavier_uniform_,
    "orthogonal": lambda weight: nn.init.orthogonal_(weight, gain=nn.init.calculate_gain("relu")),
}


def made(scheme: str, seeds: list[int], kind: str = "mlp", scale: float = 1.0, **options: object) -> Network:
    settings = model_settings(kind=kind, depth=3, width=30, batch_norm=True)
    network = build_network(settings, Images((1, 8, 9)), Classes(10), len(seeds), **options)
    initialise_by_scheme(network, seeds, scale, scheme)
    return network


def test_every_scheme_is_compared() -> None:
    assert THEIRS.keys() == INIT_SCHEMES.keys()


@pytest.mark.parametrize("layer", [1, 2, 3])
@pytest.mark.parametrize("scheme", INIT_SCHEMES)
def test_weights_are_distributed_as_torchs(scheme: str, layer: int) -> None:
    weights = made(scheme, list(range(40)), dtype=torch.float64).get_parameter(f"weight_{layer}").detach()
    torch.manual_seed(0)
    theirs = torch.stack([THEIRS[scheme](torch.empty(*weights.shape[1:], dtype=torch.float64).T) for _ in range(40)])
    assert stats.ks_2samp(weights.flatten().numpy(), theirs.flatten().numpy()).pvalue > 1e-3
    # single numbers say nothing of how columns lie to each other
    found, expected = (torch.linalg.svdvals(one) for one in (weights, theirs))
    torch.testing.assert_close(found.mean(dim=0), expected.mean(dim=0), rtol=0.03, atol=0.01)


@pytest.mark.parametrize("inputs_first", [True, False])
def test_orthogonal_weights_are_orthonormal(inputs_first: bool) -> None:
    weight = made("orthogonal", [0], dtype=torch.float64).get_parameter("weight_1" if inputs_first else "weight_3")[0]
    torch.testing.assert_close(weight.T @ weight, 2 * torch.eye(weight.shape[1], dtype=torch.float64))


def test_kaiming_weights_of_a_convolution_have_the_variance_of_theirs() -> None:
    weights = made("kaiming_normal", list(range(20)), "cnn", dtype=torch.float64).get_parameter("weight_2").detach()
    theirs = nn.init.kaiming_normal_(torch.empty(weights.shape[1:], dtype=torch.float64), nonlinearity="relu")
    assert float(weights.std()) == pytest.approx((2 / (9 * 30)) ** 0.5, rel=0.02)
    assert float(weights.std()) == pytest.approx(float(theirs.std()), rel=0.05)


@pytest.mark.parametrize("kind", ["mlp", "cnn"])
@pytest.mark.parametrize("scheme", INIT_SCHEMES)
def test_a_seed_depends_on_neither_its_block_nor_the_dtype(scheme: str, kind: str) -> None:
    block, alone = made(scheme, [4, 9, 2], kind), made(scheme, [9], kind)
    scaled = made(scheme, [9], kind, scale=8.0, dtype=torch.float64)
    for name, value in alone.named_parameters():
        assert torch.equal(block.get_parameter(name)[1], value[0]), name
        if name.startswith("bias"):
            assert bool((value == 0).all())
        elif name.startswith("weight"):
            assert torch.equal((scaled.get_parameter(name) / 8).float(), value)
        else:
            assert torch.equal(scaled.get_parameter(name).float(), value)
    assert not torch.equal(block.weight_1[0], block.weight_1[1])
    assert bool((alone.scale_1 == 1).all())


@pytest.mark.parametrize("kind", ["resnet", "resnet_imagenet"])
@pytest.mark.parametrize("scheme", INIT_SCHEMES)
def test_every_convolution_of_a_residual_network_is_drawn(scheme: str, kind: str) -> None:
    block, alone = (residual(kind, seeds=seeds, init_scheme=scheme) for seeds in ([4, 9, 2], [9]))
    for network, seeds in ((block, [4, 9, 2]), (alone, [9])):
        initialise_by_scheme(network, seeds, 1.0, scheme)
    last = len(alone.layers)
    torch.manual_seed(0)
    for name, value in alone.named_parameters():
        assert torch.equal(block.get_parameter(name)[1], value[0]), name
        if name.startswith("bias"):
            assert bool((value == 0).all())
            continue
        weight = (value[0].T if name == f"weight_{last}" else value[0]).detach()  # (outputs, ...), as theirs
        theirs = [THEIRS[scheme](torch.empty(weight.shape, dtype=torch.float64)) for _ in range(30)]
        # one draw's mean square against that of 30; xavier_uniform counts the outputs of a convolution otherwise
        if scheme != "xavier_uniform" or name == f"weight_{last}":
            size = torch.stack(theirs).square().mean()
            assert float(weight.square().mean() / size) == pytest.approx(1, abs=6 * (2 / weight.numel()) ** 0.5), name
    assert set(alone.fan_in) == {name for name, _ in alone.named_parameters()}


def test_the_default_by_its_name_is_none() -> None:
    plain = model_settings(kind="mlp", depth=3, width=30)
    assert model_settings(kind="mlp", depth=3, width=30, init_scheme="torch") == plain
    assert "init_scheme" not in plain.model_dump()
    with pytest.raises(ValueError, match="should be one of kaiming_normal, xavier_uniform, orthogonal"):
        model_settings(kind="mlp", depth=3, width=30, init_scheme="zeros")
