"""The terms of the loss for Jacobian and regions against torch.func, finite differences and closed forms."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from grokscope.config.penalty_settings import JacobianPenaltySettings, RegionPenaltySettings
from grokscope.data.declared import Classes, Images
from grokscope.models.build import build_network
from grokscope.models.initialise import initialise
from grokscope.models.network import Network
from grokscope.models.registry import model_settings
from grokscope.training.penalties import jacobian, pieces, regions
from grokscope.training.penalties.draws import normal_draws

KINDS = [
    {"kind": "mlp", "depth": 4, "width": 9},
    {"kind": "mlp", "depth": 3, "width": 9, "activation": "gelu"},
    {"kind": "mlp", "depth": 3, "width": 9, "activation": "tanh"},
    {"kind": "mlp", "depth": 2, "width": 9, "activation": "leaky_relu"},
    {"kind": "cnn", "depth": 2, "width": 2, "dense_width": 6},
]
SEEDS, BATCH = [3, 8], 6


def network(settings: dict[str, object], scale: float = 2.0) -> Network:
    made = build_network(
        model_settings(**settings), Images((1, 4, 4), (0.3,), (0.2,)), Classes(5), len(SEEDS), dtype=torch.float64
    )
    initialise(made, SEEDS, scale)
    return made


def images(batch: int = BATCH) -> Tensor:
    return torch.rand(len(SEEDS), batch, 1, 4, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(1))


def single(made: Network, seed: int, image: Tensor, layer: int = -1) -> Tensor:
    """A layer's pre-activations of one seed and one image, as one row."""
    return made.preactivations(image[None, None].expand(len(SEEDS), 1, *image.shape))[layer][seed].flatten()


def jacobians(made: Network, inputs: Tensor, layer: int = -1) -> Tensor:
    """(S, B, outputs of the layer, inputs), one at a time by torch.func.jacrev."""
    return torch.stack(
        [
            torch.stack(
                [torch.func.jacrev(lambda x, s=seed: single(made, s, x, layer))(image).flatten(1) for image in of_seed]
            )
            for seed, of_seed in enumerate(inputs)
        ]
    )


@pytest.mark.parametrize("settings", KINDS, ids=str)
def test_with_all_projections_the_norm_is_that_of_jacrev(settings: dict[str, object]) -> None:
    made, inputs = network(settings), images()
    term = jacobian.build(JacobianPenaltySettings(strength=0.3, projections=5), made, SEEDS)
    expected = 0.3 * jacobians(made, inputs).square().sum(dim=(2, 3)).mean(dim=1)
    torch.testing.assert_close(term(7, inputs, made.preactivations(inputs)), expected, rtol=1e-6, atol=0)


@pytest.mark.parametrize("projections", [1, 2])
def test_fewer_projections_have_the_norm_as_their_mean(projections: int) -> None:
    made, inputs = network(KINDS[0]), images()
    term = jacobian.build(JacobianPenaltySettings(strength=1.0, projections=projections), made, SEEDS)
    drawn = torch.stack([term(step, inputs, made.preactivations(inputs)) for step in range(400)]).detach()
    expected = jacobians(made, inputs).square().sum(dim=(2, 3)).mean(dim=1)
    error = drawn.std(dim=0) / math.sqrt(len(drawn))
    assert bool(((drawn.mean(dim=0) - expected).abs() < 4 * error).all())
    assert bool((drawn.std(dim=0) > 0.01 * expected).all())


def term_of(name: str, made: Network) -> jacobian.Term:
    if name == "jacobian":
        return jacobian.build(JacobianPenaltySettings(strength=0.3), made, SEEDS)
    return regions.build(RegionPenaltySettings(strength=0.3, distance=0.2), made, SEEDS)


@pytest.mark.parametrize("name", ["jacobian", "regions"])
@pytest.mark.parametrize("settings", KINDS, ids=str)
def test_gradients_are_those_of_finite_differences(name: str, settings: dict[str, object]) -> None:
    """Along a random direction in the space of all parameters."""
    made, inputs = network(settings), images()
    term, parameters = term_of(name, made), list(made.parameters())
    gradients = torch.autograd.grad(term(3, inputs, made.preactivations(inputs)).sum(), parameters, allow_unused=True)
    generator = torch.Generator().manual_seed(0)
    direction = [torch.randn(one.shape, dtype=torch.float64, generator=generator) for one in parameters]
    expected = sum(
        float((gradient * along).sum())
        for gradient, along in zip(gradients, direction, strict=True)
        if gradient is not None
    )
    values, size = [], 1e-7
    for sign in (1, -1):
        with torch.no_grad():
            for parameter, along in zip(parameters, direction, strict=True):
                parameter += sign * size * along
        values.append(float(term(3, inputs, made.preactivations(inputs)).sum().detach()))
        with torch.no_grad():
            for parameter, along in zip(parameters, direction, strict=True):
                parameter -= sign * size * along
    assert (values[0] - values[1]) / (2 * size) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("normalize", [False, True])
@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
def test_products_with_the_weights_are_what_differentiation_gives(activation: str, normalize: bool) -> None:
    """A chain of linear layers by its weights, and the same network by automatic differentiation."""
    settings = {"kind": "mlp", "depth": 4, "width": 9, "activation": activation, "normalize": normalize}
    made, inputs = network(settings), images()
    layers, generator = made.preactivations(inputs), torch.Generator().manual_seed(4)
    forward = torch.randn(inputs.shape, dtype=torch.float64, generator=generator)
    backward = torch.randn(layers[-1].shape, dtype=torch.float64, generator=generator)
    assert made.affine_chain()
    quick = [*pieces.slopes(made, inputs, layers, forward), pieces.gradients(made, inputs, layers, backward)]
    made.affine_chain = lambda: False  # type: ignore[method-assign]
    slow = [*pieces.slopes(made, inputs, layers, forward), pieces.gradients(made, inputs, layers, backward)]
    for one, other in zip(quick, slow, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("name", ["jacobian", "regions"])
def test_a_seed_does_not_depend_on_the_others(name: str) -> None:
    made, inputs = network(KINDS[0]), images()
    both = term_of(name, made)(5, inputs, made.preactivations(inputs))
    gradient = torch.autograd.grad(both[0], list(made.parameters()), allow_unused=True)
    assert all(bool((one[1] == 0).all()) for one in gradient if one is not None)
    other = inputs.clone()
    other[0] = 0.5
    assert torch.equal(term_of(name, made)(5, other, made.preactivations(other))[1], both[1])
    assert torch.equal(normal_draws("regions", [8], 5, (4, 2))[0], normal_draws("regions", SEEDS, 5, (4, 2))[1])
    assert not torch.equal(normal_draws("regions", [8], 5, (4, 2)), normal_draws("regions", [8], 6, (4, 2)))


@pytest.mark.parametrize("settings", KINDS, ids=str)
def test_slopes_in_all_directions_give_the_distance_to_the_linearised_zero_set(settings: dict[str, object]) -> None:
    """One image many times: with a direction along every pixel, g is the norm of the gradient by jacrev."""
    made, image = network(settings), images()[:, :1]
    pixels = image.flatten(2).shape[2]
    inputs = image.expand(-1, pixels, -1, -1, -1).contiguous()
    directions = torch.eye(pixels, dtype=torch.float64).view(1, pixels, 1, 4, 4).expand(len(SEEDS), -1, -1, -1, -1)
    found = regions.share_nearby(made, inputs, made.preactivations(inputs), directions * math.sqrt(pixels), 0.2)
    for seed in range(len(SEEDS)):
        near = []
        for layer in range(len(made.layers) - 1):
            value = single(made, seed, image[seed, 0], layer)
            slope = torch.func.jacrev(lambda x, s=seed, number=layer: single(made, s, x, number))(
                image[seed, 0]
            ).flatten(1)
            size = slope.norm(dim=1)
            near.append(torch.where(size > 0, torch.exp(-value.abs() / (size * 0.2)), 0.0))
        assert float(found[seed].detach()) == pytest.approx(float(torch.cat(near).mean().detach()), rel=1e-9)


def test_regions_in_a_closed_form() -> None:
    """One neuron with weights (3, 4) and bias -1: the point (1, 2) lies 2 from its line. The other has no slope."""
    made = build_network(model_settings(kind="mlp", depth=2, width=2), Images((1, 1, 2)), Classes(2), 1)
    with torch.no_grad():
        made.weight_1[0, :, 0], made.bias_1[0, 0, 0] = torch.tensor([3.0, 4.0]), -1.0
    point = torch.tensor([[1.0, 2.0]]).view(1, 1, 1, 1, 2).repeat(1, 20000, 1, 1, 1)
    directions = normal_draws("test", [0], 0, point.shape[1:])
    assert float(
        regions.share_nearby(made, point, made.preactivations(point), directions, 0.5).detach()
    ) == pytest.approx(math.exp(-2 / 0.5) / 2, rel=0.05)


def test_regions_are_held_at_a_level() -> None:
    made, inputs = network(KINDS[0]), images()
    layers = made.preactivations(inputs)
    share = regions.build(RegionPenaltySettings(strength=1.0), made, SEEDS)(4, inputs, layers)
    held = regions.build(RegionPenaltySettings(strength=3.0, level=0.3), made, SEEDS)(4, inputs, layers)
    torch.testing.assert_close(held, 3 * (share - 0.3) ** 2, rtol=1e-12, atol=0)
    with pytest.raises(ValueError, match="by a strength above 0"):
        RegionPenaltySettings(strength=-1.0, level=0.3)


def test_the_size_of_the_weights_does_not_matter_to_regions() -> None:
    made, inputs = network(KINDS[0]), images()
    term = term_of("regions", made)
    before = term(2, inputs, made.preactivations(inputs))
    with torch.no_grad():
        for name in ("weight_2", "bias_2"):
            made.get_parameter(name).mul_(7.0)
        # so that the layers after it see what they saw
        made.weight_3.div_(7.0)
    torch.testing.assert_close(term(2, inputs, made.preactivations(inputs)), before, rtol=1e-12, atol=0)
