"""Initial weights: the distribution of torch's default, and what they depend on."""

from __future__ import annotations

import pytest
import torch
from scipy import stats
from torch import nn

from grokscope.data.declared import Classes, Images
from grokscope.models.build import build_network
from grokscope.models.initialise import initialise
from grokscope.models.network import Network
from grokscope.models.registry import model_settings


def made(seeds: list[int], kind: str = "mlp", scale: float = 1.0, dtype: torch.dtype = torch.float32) -> Network:
    settings = model_settings(kind=kind, depth=3, width=30, batch_norm=True)
    network = build_network(settings, Images((3, 12, 12)), Classes(10), len(seeds), dtype=dtype)
    initialise(network, seeds, scale)
    return network


@pytest.mark.parametrize(
    ("name", "module"),
    [("weight_1", nn.Linear(432, 30)), ("weight_2", nn.Linear(30, 30)), ("bias_2", nn.Linear(30, 30))],
)
@pytest.mark.parametrize("scale", [1.0, 8.0])
def test_distribution_is_torchs(name: str, module: nn.Linear, scale: float) -> None:
    values = made(list(range(40)), scale=scale, dtype=torch.float64).get_parameter(name).detach().flatten()
    bound = scale * module.in_features**-0.5
    assert float(values.abs().max()) <= bound
    assert stats.kstest(values.numpy(), stats.uniform(-bound, 2 * bound).cdf).pvalue > 1e-3
    torch.manual_seed(0)
    theirs = torch.cat(
        [nn.Linear(module.in_features, module.out_features).weight.detach().flatten() for _ in range(10)]
    )
    assert stats.ks_2samp(values.numpy() / scale, theirs.numpy()).pvalue > 1e-3


def test_distribution_of_convolutions_is_torchs() -> None:
    values = made(list(range(20)), kind="cnn").get_parameter("weight_2").detach().flatten()
    torch.manual_seed(0)
    theirs = torch.cat([nn.Conv2d(30, 30, 3).weight.detach().flatten() for _ in range(10)])
    assert stats.ks_2samp(values.numpy(), theirs.numpy()).pvalue > 1e-3


@pytest.mark.parametrize("kind", ["mlp", "cnn"])
def test_a_seed_does_not_depend_on_its_block(kind: str) -> None:
    block, alone = made([4, 9, 2], kind), made([9], kind)
    for name, value in alone.state_dict().items():
        assert torch.equal(block.state_dict()[name][1], value[0]), name
    assert not torch.equal(block.weight_1[0], block.weight_1[1])


def test_dtype_and_scale() -> None:
    single, double, scaled = made([1]), made([1], dtype=torch.float64), made([1], scale=8.0, dtype=torch.float64)
    for name, value in double.named_parameters():
        assert torch.equal(value.float(), single.get_parameter(name))
        if name.startswith(("weight", "bias")):
            torch.testing.assert_close(scaled.get_parameter(name), value * 8, rtol=1e-15, atol=0)
        else:
            assert torch.equal(scaled.get_parameter(name), value)
    assert bool((double.scale_1 == 1).all())
    assert bool((double.shift_1 == 0).all())


def test_again_resets_everything() -> None:
    network, fresh = made([0, 1]), made([0, 1])
    network(torch.rand(2, 5, 3, 12, 12))
    with torch.no_grad():
        network.scale_1.fill_(3.0)
    initialise(network, [0, 1], 1.0)
    for name, value in fresh.state_dict().items():
        assert torch.equal(network.state_dict()[name], value), name


def test_wrong_number_of_seeds() -> None:
    with pytest.raises(ValueError, match="3 seeds for a network of 2"):
        initialise(made([0, 1]), [0, 1, 2], 1.0)
