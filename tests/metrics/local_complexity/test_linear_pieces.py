"""Vertices by linear pieces and corrections against a forward pass of the vertices as images."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from grokscope.metrics.local_complexity import neuron_cuts
from grokscope.metrics.local_complexity.frames import point_frames, shared_frame
from grokscope.metrics.local_complexity.linear_pieces import LinearPieces, has_linear_pieces
from grokscope.metrics.local_complexity.measure import count_cuts
from grokscope.metrics.local_complexity.vertex_layers import Vertices
from metrics_helpers import initialised, random_context, run_settings

SHAPE = (1, 28, 28)


@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
@pytest.mark.parametrize("frames", ["shared", "per_point"])
@pytest.mark.parametrize("depth", [2, 4])
def test_pieces_and_corrections_give_the_values_of_the_network(activation: str, frames: str, depth: int) -> None:
    """All pre-activations at the vertices against a forward pass of the vertices as images, however many neurons
    flip.
    """
    run = run_settings(dtype="float64", width=40, depth=depth, activation=activation)
    network, points = initialised(run), random_context(run).train_inputs[:, :6]
    frame = shared_frame(SHAPE, 3) if frames == "shared" else point_frames(6, SHAPE, 3, stream=0)
    directions = torch.cat([frame, -frame])[None]  # (1, 2P, 1 or n, C, H, W)
    with torch.no_grad():
        z = network.first(points)
        offsets = (
            network.first(frame.flatten(0, 1)[None]).unflatten(1, frame.shape[:2])
            - network.first(torch.zeros_like(points[:1, :1]))[:, None]
        )
        pieces = LinearPieces(network, z, offsets, group=4, room={})
        flips = []
        for radius in [1e-6, 0.1, 1.0, 50.0, 0.1]:
            vertices = Vertices(pieces, radius)
            expected = [
                layer.unflatten(1, (6, 6)).transpose(1, 2)
                for layer in network.preactivations((points[:, None] + radius * directions).flatten(1, 2))
            ]
            for layer, of_network in enumerate(expected, start=1):
                np.testing.assert_allclose(vertices.values(slice(None)), of_network, rtol=1e-9, atol=1e-10)
                np.testing.assert_allclose(vertices.values(slice(2, 5)), of_network[:, 2:5], rtol=1e-9, atol=1e-10)
                owners, neurons = vertices.doubtful()
                values = vertices.values_of(owners, neurons)
                np.testing.assert_allclose(values, of_network.flatten(0, 1)[owners, :, neurons], rtol=1e-9, atol=1e-10)
                signs = of_network.flatten(0, 1).sign()
                differ = set(zip(*(signs.amin(dim=1) != signs.amax(dim=1)).nonzero(as_tuple=True), strict=True))
                assert {(int(a), int(b)) for a, b in differ} <= set(zip(owners.tolist(), neurons.tolist(), strict=True))
                if layer < depth:
                    vertices = vertices.following(owners, neurons, values)
            flips.append(0 if vertices.corrections is None else len(vertices.corrections))
    assert flips[0] < flips[1] < flips[3]


@pytest.mark.parametrize("share", [0.0, 1.0])
@pytest.mark.parametrize("bottleneck", [None, 10])
def test_counts_do_not_depend_on_where_the_sparse_way_ends(
    share: float, bottleneck: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_settings(dtype="float64", width=30, depth=5)
    run = run.model_copy(update={"model": run.model.model_copy(update={"bottleneck": bottleneck})})
    network, points, frame = initialised(run), random_context(run).train_inputs[:, :7], shared_frame(SHAPE, 4)
    radii = [1e-3, 0.05, 0.5, 5.0]
    usual = count_cuts(network, points, frame, radii)
    monkeypatch.setattr(neuron_cuts, "SPARSE_SHARE", share)
    monkeypatch.setattr(neuron_cuts, "FEW", 1000 * share)
    np.testing.assert_array_equal(count_cuts(network, points, frame, radii), usual)


def test_only_piecewise_linear_perceptrons_have_linear_pieces() -> None:
    for changes, expected in [
        ({}, True),
        ({"activation": "leaky_relu"}, True),
        ({"activation": "gelu"}, False),
        ({"batch_norm": True}, False),
    ]:
        assert has_linear_pieces(initialised(run_settings(**changes))) == expected
    assert not has_linear_pieces(initialised(run_settings(kind="cnn", depth=2, width=2)))
