"""Local complexity against every vertex taken through the whole network, and against closed forms."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.optimize import linprog

from grokscope.errors import UserError
from grokscope.metrics.local_complexity import measure as local_complexity
from grokscope.metrics.local_complexity import neuron_cuts
from grokscope.metrics.local_complexity.declaration import LocalComplexitySettings
from grokscope.metrics.local_complexity.frames import point_frames, random_points, shared_frame
from grokscope.metrics.local_complexity.linear_pieces import LinearPieces, has_linear_pieces
from grokscope.metrics.local_complexity.measure import count_cuts, counted_layers
from grokscope.metrics.local_complexity.vertex_layers import Vertices
from grokscope.metrics.tables import columns_of
from grokscope.models.network import Network
from metrics_helpers import SEEDS, brute_force, initialised, random_context, run_settings, spoil

RADII = [0.05, 0.5, 5.0]
SHAPE = (1, 28, 28)


def settings(**changes: object) -> LocalComplexitySettings:
    default = {"radii": RADII, "directions": 4, "points": {"train": 6, "test": 5, "random": 4}}
    return LocalComplexitySettings.model_validate(default | changes)


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


def test_rows_hold_mean_and_deviation_over_points() -> None:
    run = run_settings(dtype="float64", depth=3)
    network, context = initialised(run), random_context(run)
    table = local_complexity.build(settings(), context)(network, 7)
    assert list(table.columns) == [column for column in columns_of("local_complexity") if column != "run"]
    assert len(table) == 3 * len(RADII) * len(SEEDS) * 4
    assert dict(table.groupby("split")["points"].first()) == {"train": 6, "test": 5, "random": 4}
    assert set(table["step"]) == {7}
    splits = {
        "train": context.train_inputs[:, [0, 6, 13, 20, 26, 33]],  # 6 of 40
        "test": context.test_inputs[:, ::6],
        "random": random_points(4, SHAPE),
    }
    for split, points in splits.items():
        counts = brute_force(network, points, shared_frame(SHAPE, 4), 0.5)
        for position, seed in enumerate(SEEDS):
            chosen = table[(table["split"] == split) & (table["radius"] == 0.5) & (table["seed"] == seed)].sort_values(
                "layer"
            )
            by_layer = np.column_stack([counts[position].sum(axis=1), counts[position]])
            np.testing.assert_allclose(chosen["value"], by_layer.mean(axis=0))
            np.testing.assert_allclose(chosen["deviation"], by_layer.std(axis=0, ddof=1))


def test_total_of_a_cnn_is_over_its_convolutions() -> None:
    assert counted_layers(initialised(run_settings(kind="cnn", depth=2, width=4)).layers) == [1, 2]
    assert counted_layers(initialised(run_settings(depth=2)).layers) == [1, 2]
    run = run_settings(kind="cnn", depth=2, width=4, dtype="float64")
    network = initialised(run)
    with torch.no_grad():
        network.get_parameter("bias_3").zero_()
    table = local_complexity.build(settings(radii=[50.0]), random_context(run))(network, 0)
    values = table[(table["split"] == "train") & (table["seed"] == SEEDS[0])].set_index("layer")["value"]
    assert sorted(values.index) == [0, 1, 2, 3, 4]
    assert values[0] == pytest.approx(values[1] + values[2])
    assert values[3] > 0


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


@pytest.mark.parametrize("frames", ["shared", "per_point"])
@pytest.mark.parametrize("chunk", [1, 2, 100])
def test_chunks_do_not_change_the_result(frames: str, chunk: int) -> None:
    run = run_settings(dtype="float64")
    network, context = initialised(run), random_context(run)
    whole = local_complexity.build(settings(frames=frames), context)(network, 0)
    assert whole.equals(local_complexity.build(settings(frames=frames), context, chunk=chunk)(network, 0))


@pytest.mark.parametrize("frames", ["shared", "per_point"])
def test_a_seed_and_a_point_do_not_depend_on_their_company(frames: str) -> None:
    run = run_settings(dtype="float64")
    context = random_context(run)
    one_seed = replace(
        context, seeds=SEEDS[1:], train_inputs=context.train_inputs[1:], train_targets=context.train_targets[1:]
    )
    together = local_complexity.build(settings(frames=frames), context)(initialised(run), 0)
    alone = local_complexity.build(settings(frames=frames), one_seed)(initialised(run, SEEDS[1:]), 0)
    assert together[together["seed"] == SEEDS[1]].reset_index(drop=True).equals(alone)
    if frames == "per_point":
        assert torch.equal(point_frames(70, SHAPE, 3, stream=1)[:, :2], point_frames(2, SHAPE, 3, stream=1))
    assert torch.equal(random_points(9, SHAPE)[:, :4], random_points(4, SHAPE))


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


def test_nothing_is_cut_where_the_network_is_linear() -> None:
    run = run_settings(dtype="float64", depth=3)
    network = initialised(run)
    with torch.no_grad():
        for layer in (1, 2, 3):
            network.get_parameter(f"bias_{layer}").fill_(1e3)
    table = local_complexity.build(settings(), random_context(run))(network, 0)
    assert (table["value"] == 0).all()
    assert (table["deviation"] == 0).all()


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


@pytest.mark.parametrize("kind", ["mlp", "cnn"])
def test_a_diverged_seed_is_nan_and_leaves_the_other_alone(kind: str) -> None:
    run = run_settings(kind=kind, depth=2, width=3)
    network, context = initialised(run), random_context(run)
    whole = local_complexity.build(settings(), context)(network, 0)
    spoil(network, 0)
    table = local_complexity.build(settings(), context)(network, 0)
    assert table.loc[table["seed"] == SEEDS[0], ["value", "deviation"]].isna().all(axis=None)
    assert table[table["seed"] == SEEDS[1]].equals(whole[whole["seed"] == SEEDS[1]])


def test_later_layers_may_diverge_alone() -> None:
    run = run_settings(depth=3)
    network, context = initialised(run), random_context(run)
    with torch.no_grad():
        network.get_parameter("weight_3")[0, 0, 0] = math.nan
    table = local_complexity.build(settings(), context)(network, 0)
    lost = table[(table["seed"] == SEEDS[0]) & table["layer"].isin([0, 3])]
    assert table["value"].isna().sum() == len(lost) == lost["value"].isna().sum()


def test_points_that_are_left_out_or_too_few() -> None:
    run = run_settings(depth=2)
    measure = local_complexity.build(settings(points={"train": 100, "test": 1, "random": 0}), random_context(run))
    table = measure(initialised(run), 0)
    assert dict(table.groupby("split")["points"].first()) == {"train": 40, "test": 1}
    assert table.loc[table["split"] == "test", "deviation"].isna().all()
    assert table["value"].notna().all()


def test_too_many_directions_are_a_users_error() -> None:
    with pytest.raises(UserError, match="directions: 785"):
        local_complexity.build(settings(directions=785), random_context(run_settings()))
