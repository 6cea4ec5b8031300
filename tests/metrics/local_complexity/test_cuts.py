"""Counts of cut neurons against every vertex taken through the whole network, and against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.optimize import linprog

from grokscope.metrics.local_complexity.frames import point_frames, shared_frame
from grokscope.metrics.local_complexity.measure import count_cuts
from grokscope.models.network import Network
from metrics_helpers import SEEDS, brute_force, initialised, random_context, run_settings

RADII = [0.05, 0.5, 5.0]
SHAPE = (1, 28, 28)


def randomised(network: Network) -> Network:
    """Batch normalisation with statistics, scales and shifts that are not those of a new network."""
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for name, tensor in [*network.named_parameters(), *network.named_buffers()]:
            if name.startswith(("scale_", "running_variance_")):
                tensor.copy_(0.5 + torch.rand(tensor.shape, generator=generator))
            elif name.startswith(("shift_", "running_mean_")):
                tensor.copy_(0.1 * torch.randn(tensor.shape, generator=generator))
    return network


@pytest.mark.parametrize(
    "model",
    [
        {"activation": "relu"},
        {"activation": "leaky_relu", "width": 40},
        {"activation": "gelu"},
        {"activation": "tanh", "init_scale": 8.0},
        {"batch_norm": True},
        {"depth": 1},
        {"depth": 2},
        {"depth": 5, "width": 30},
        {"kind": "cnn", "depth": 2, "width": 2},
        {"kind": "cnn", "depth": 2, "width": 2, "batch_norm": True},
        {"normalize": True},
    ],
    ids=str,
)
@pytest.mark.parametrize("frames", ["shared", "per_point"])
def test_counts_are_those_of_every_vertex_neuron_by_neuron(model: dict, frames: str) -> None:
    run = run_settings(dtype="float64", **model)
    network, points = randomised(initialised(run)), random_context(run).train_inputs[:, :3]
    frame = shared_frame(SHAPE, 3) if frames == "shared" else point_frames(3, SHAPE, 3, stream=0)
    radii = [0.05, 5.0] if run.model.kind == "cnn" else RADII
    counts = count_cuts(network, points, frame, radii).numpy()
    for radius, of_radius in zip(radii, counts, strict=True):
        np.testing.assert_array_equal(of_radius, brute_force(network, points, frame, radius))
    assert counts.max() > 0


def test_a_single_hyperplane_is_cut_iff_it_meets_the_cross_polytope() -> None:
    """The distance at which a one-layer net's neuron is cut is |z| / max_p |w v_p|; checked by a linear programme over
    the polytope.
    """
    run = run_settings(dtype="float64", depth=1)
    network, points = initialised(run), random_context(run, shared=True).train_inputs[:, :4]
    frame = shared_frame(SHAPE, 5)
    directions = frame[:, 0].flatten(1).numpy()
    for seed in range(len(SEEDS)):
        weight = network.get_parameter("weight_1")[seed].detach().numpy()
        z = network(points)[seed].detach().numpy()
        reach = np.abs(directions @ weight)  # (P, neurons)
        for point in range(4):
            for neuron in range(3):
                # smallest sum of weights of the vertices +-v_p that reaches the hyperplane: sum_p t_p (w v_p) = -z
                slopes = (directions @ weight)[:, neuron]
                problem = linprog(np.ones(10), A_eq=[[*slopes, *-slopes]], b_eq=[-z[point, neuron]])
                distance = abs(z[point, neuron]) / reach[:, neuron].max()
                assert problem.fun == pytest.approx(distance)
        for factor in (0.999, 1.001):
            for neuron, distance in enumerate(np.abs(z[0]) / reach.max(axis=0)):
                expected = (np.abs(z[0]) <= factor * distance * reach.max(axis=0)).sum()
                assert bool(np.abs(z[0, neuron]) <= factor * distance * reach[:, neuron].max()) == (factor > 1)
                assert count_cuts(network, points[:, :1], frame, [factor * distance])[0, seed, 0, 0] == expected


def test_cuts_of_the_first_layer_grow_with_the_radius_and_with_scaled_pixels() -> None:
    run = run_settings(dtype="float64", depth=2, width=50)
    network, points = initialised(run), random_context(run).train_inputs[:, :20]
    counts = count_cuts(network, points, shared_frame(SHAPE, 25), [0.01, 0.1, 0.3, 1.0, 10.0, 100.0])
    first = counts[..., 0]
    assert (first[1:] >= first[:-1]).all()
    assert first[-1].mean() > 49
    with torch.no_grad():
        network.get_parameter("weight_1").mul_(0.5)  # pixels and radius twice as large give the same
    assert torch.equal(count_cuts(network, points * 2, shared_frame(SHAPE, 25), [0.2, 2.0]), counts[[1, 3]])


def test_a_dead_network_is_not_cut_and_zero_is_a_sign_of_its_own() -> None:
    run = run_settings(dtype="float64", depth=3)
    network, points = initialised(run), random_context(run).train_inputs[:, :4]
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
    assert (count_cuts(network, points, shared_frame(SHAPE, 3), RADII) == 0).all()
    with (
        torch.no_grad()
    ):  # layer 1 changes sign, so that one neuron of layer 2 is zero at some vertices and positive at others
        network.get_parameter("weight_1")[:, :, 0] = shared_frame(SHAPE, 3)[0].flatten()
        network.get_parameter("bias_1")[:, 0, 0] = -(points.flatten(2) @ shared_frame(SHAPE, 3)[0].flatten())[:, 0]
        network.get_parameter("weight_2")[:, 0, 0] = 1.0
    assert count_cuts(network, points[:, :1], shared_frame(SHAPE, 3), [0.5])[0].tolist() == [[[1, 1, 0]]] * 2
