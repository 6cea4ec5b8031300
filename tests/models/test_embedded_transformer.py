"""Transformers as networks on embedded sequences, and their local complexity against a count with every vertex."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from grokscope.metrics.local_complexity.frames import point_frames, shared_frame
from grokscope.metrics.local_complexity.measure import count_cuts, counted_layers
from grokscope.models.transformer.embedded import EmbeddedNetwork
from transformer_support import (
    POSITIONS,
    SEEDS,
    plain_with_weights,
    token_rows,
    transformer,
    transformer_settings,
)

RADII = [0.05, 0.4]
SCALE = torch.tensor([0.5, 2.0, 3.0])


def count_with_every_vertex(
    network: EmbeddedNetwork, plain_of_seeds: list[torch.nn.Module], points: Tensor, frame: Tensor, radius: float
) -> Tensor:
    """Cuts (S, points, layers) of each layer by torch's modules, one point of one seed at a time."""
    counts = []
    for index, plain in enumerate(plain_of_seeds):
        scale = 1.0 if network.scale is None else float(network.scale[index])
        for number in range(points.shape[1]):
            point = points[index % len(points), number]
            of_point = frame[:, number % frame.shape[1]]
            vertices = scale * torch.cat([point + radius * of_point, point - radius * of_point])
            seen: list[Tensor] = []
            hooks = [
                linear.register_forward_hook(lambda _module, _inputs, output, seen=seen: seen.append(output))
                for block in plain.blocks
                for linear in (block.linear1, block.linear2)
            ]
            with torch.no_grad():
                outputs = plain.after_embedding(vertices)
            for hook in hooks:
                hook.remove()
            layers = [vertices, *seen, outputs]
            counts.append([int((layer.sign() != layer[:1].sign()).any(dim=0).sum()) for layer in layers])
    return torch.tensor(counts, dtype=torch.float64).unflatten(0, (len(plain_of_seeds), -1))


@pytest.mark.parametrize("of_positions", [False, True])
@pytest.mark.parametrize("scaled", [False, True])
@pytest.mark.parametrize("activation", ["gelu", "relu"])
@pytest.mark.parametrize("norm", ["post", "none"])
def test_local_complexity_is_that_of_every_vertex(norm: str, activation: str, scaled: bool, of_positions: bool) -> None:
    settings = transformer_settings(norm=norm, activation=activation)
    network = transformer(settings, of_positions)
    view = EmbeddedNetwork(network, SCALE if scaled else None).eval()
    points = network.first(token_rows()).detach()[:, :4]
    shape = points.shape[2:]
    plain = [plain_with_weights(network, settings, index) for index in range(len(SEEDS))]
    for frame in (shared_frame(shape, 5).to(points), point_frames(4, shape, 5, 0).to(points)):
        for of_points in (points, points[:1]):
            found = count_cuts(view, of_points, frame, RADII, chunk=3)
            for radius, cuts in zip(RADII, found, strict=True):
                assert torch.equal(cuts, count_with_every_vertex(view, plain, of_points, frame, radius))
                hidden = cuts[..., [number - 1 for number in counted_layers(view.layers)]]
                assert 0 < hidden.sum() < hidden.numel() * POSITIONS * settings.hidden_units


def test_counted_are_the_hidden_layers_of_the_blocks() -> None:
    view = EmbeddedNetwork(transformer(transformer_settings()))
    assert [view.layers[number - 1].name for number in counted_layers(view.layers)] == [
        "block 1 hidden",
        "block 2 hidden",
    ]


def test_outputs_are_those_of_the_network_at_embedded_tokens() -> None:
    network, tokens = transformer(transformer_settings()), token_rows()
    view = EmbeddedNetwork(network, SCALE)
    embedded = network.first(tokens)
    for own, theirs in zip(
        view.preactivations(embedded / SCALE[:, None, None, None]), network.preactivations(tokens), strict=True
    ):
        torch.testing.assert_close(own, theirs, rtol=1e-10, atol=1e-10)
    shared = embedded[:1] / 2
    torch.testing.assert_close(view.first(shared), shared * SCALE.double()[:, None, None, None])


def test_the_view_follows_its_network() -> None:
    network = transformer(transformer_settings())
    view = EmbeddedNetwork(network, SCALE)
    assert view.training
    view.eval()
    assert not network.training
    sequences = torch.rand(1, 2, POSITIONS, 12, dtype=torch.float64)
    before = view(sequences)
    with torch.no_grad():
        network.get_parameter("weight_2").mul_(2)
    assert not torch.equal(view(sequences), before)
    assert view.get_parameter("weight_2") is network.get_parameter("weight_2")
    with pytest.raises(ValueError, match=r"scale of shape \(2,\) for a network of 3 seeds"):
        EmbeddedNetwork(network, SCALE[:2])
