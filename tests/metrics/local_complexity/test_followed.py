"""Counts of networks with convolutions by following each point, against every vertex taken through the network."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from torch import Tensor

from grokscope.config.run_settings import RunSettings
from grokscope.data.samples import Samples
from grokscope.metrics.compute import compute_metric
from grokscope.metrics.local_complexity import measure as plain
from grokscope.metrics.local_complexity.declaration import LocalComplexitySettings
from grokscope.metrics.local_complexity.followed import cnn, resnet
from grokscope.metrics.local_complexity.followed import measure as followed
from grokscope.metrics.local_complexity.frames import point_frames, random_points, shared_frame
from grokscope.metrics.registry import METRICS, measured_on
from grokscope.models.network import Network
from grokscope.results.parts import metric_code
from grokscope.training.checkpoints import CheckpointStore
from grokscope.training.schedule import checkpoint_steps
from metrics_helpers import SEEDS, initialised, random_context, run_settings, spoil

SHAPE = (1, 28, 28)
RADII = [1e-7, 3e-3, 0.05, 60.0]
"""At the last one nearly all neurons flip."""


WALKS = {"cnn": cnn.walk, "resnet": resnet.walk}


def settings_of(model: dict) -> RunSettings:
    run = run_settings(dtype="float64").model_dump(mode="json")
    small = {"dense_width": 9} if model["kind"] == "cnn" else {}
    return RunSettings.model_validate(run | {"model": small | model})


def every_vertex(network: Network, points: Tensor, frame: Tensor, radii: list[float]) -> np.ndarray:
    """Cuts (radii, S, points, layers): all vertices as images through the whole network, one point at a time."""
    counts = np.zeros((len(radii), network.seeds, points.shape[1], len(network.layers)))
    for place, radius in enumerate(radii):
        for point in range(points.shape[1]):
            ways = frame[:, min(point, frame.shape[1] - 1)]
            vertices = points[:, point, None] + radius * torch.cat([ways, -ways])
            with torch.no_grad():
                for layer, z in enumerate(network.preactivations(vertices)):
                    signs = z.sign().flatten(2)
                    counts[place, :, point, layer] = (signs != signs[:, :1]).any(dim=1).sum(dim=1)
    return counts


def varied(network: Network) -> Network:
    """Batch normalisation with statistics, scales and shifts that are not those of a new network."""
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for name, tensor in [*network.named_parameters(), *network.named_buffers()]:
            if name.startswith(("scale_", "running_variance_")):
                tensor.copy_(0.5 + torch.rand(tensor.shape, generator=generator))
            elif name.startswith(("shift_", "running_mean_")):
                tensor.copy_(0.1 * torch.randn(tensor.shape, generator=generator))
    return network


def trained(network: Network, images: Tensor) -> Network:
    """After some steps on random labels, so that weights and biases are not those of an initialisation."""
    labels = torch.arange(images.shape[1]) % 10
    optimiser = torch.optim.Adam(network.parameters(), 0.01)
    for _ in range(15):
        optimiser.zero_grad()
        loss = sum(torch.nn.functional.cross_entropy(outputs, labels) for outputs in network(images))
        loss.backward()
        optimiser.step()
    return network


def never(*_: object) -> None:
    raise AssertionError("vertices were sent through the network")


@pytest.mark.parametrize(
    "model",
    [
        {"kind": "cnn", "depth": 1, "width": 3},
        {"kind": "cnn", "depth": 2, "width": 4},
        {"kind": "cnn", "depth": 6, "width": 3},
        {"kind": "cnn", "depth": 5, "width": 4, "activation": "leaky_relu"},
        {"kind": "cnn", "depth": 4, "width": 4, "batch_norm": True},
        {"kind": "cnn", "depth": 3, "width": 4, "init_scale": 3.0, "normalize": True},
        {"kind": "cnn", "depth": 2, "width": 4, "dense_activation": False},
        {"kind": "resnet", "width": 2},
        {"kind": "resnet", "width": 3, "stages": 3, "blocks": 1, "activation": "leaky_relu"},
        {"kind": "resnet", "width": 2, "stages": 2, "batch_norm": True},
    ],
    ids=str,
)
@pytest.mark.parametrize("frames", ["shared", "per_point"])
@pytest.mark.parametrize("training", [False, True])
def test_counts_are_those_of_every_vertex(
    model: dict, frames: str, training: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At points of each seed's own and at shared random points, of several seeds, without any vertex sent through."""
    run = settings_of(model)
    network, images = varied(initialised(run)), random_context(run).train_inputs[:, :4]
    if training:
        network = trained(network.train(), images).eval()
    frame = shared_frame(SHAPE, 4) if frames == "shared" else point_frames(4, SHAPE, 4, stream=0)
    radii = [1e-7, 3e-3, 0.02, 0.1]
    monkeypatch.setattr(followed, "_cut", never)
    for points in (images, random_points(4, SHAPE)):
        counts = followed.count_cuts(WALKS[run.model.kind], network, points, frame, radii, math.inf, chunk=3).numpy()
        np.testing.assert_array_equal(counts, every_vertex(network, points, frame, radii))
        assert counts.any()


@pytest.mark.parametrize("allowed", [0.0, 0.5, 4.0])
def test_counts_do_not_depend_on_where_following_ends(allowed: float) -> None:
    run = run_settings(kind="cnn", dtype="float64", depth=3, width=4)
    network, points, frame = initialised(run), random_context(run).train_inputs[:, :7], shared_frame(SHAPE, 4)
    expected = every_vertex(network, points, frame, RADII)
    for radii in (RADII, RADII[::-1]):
        found = followed.count_cuts(cnn.walk, network, points, frame, radii, allowed, chunk=3).numpy()
        np.testing.assert_array_equal(found, expected if radii is RADII else expected[::-1])


@pytest.mark.parametrize("activation", ["gelu", "tanh"])
def test_nonlinearities_without_linear_pieces_go_vertex_by_vertex(activation: str) -> None:
    run = run_settings(kind="cnn", dtype="float64", depth=2, width=3, activation=activation)
    network, points, frame = initialised(run), random_context(run).train_inputs[:, :3], shared_frame(SHAPE, 3)
    found = followed.count_cuts(cnn.walk, network, points, frame, RADII, cnn.FLIPS)
    np.testing.assert_array_equal(found, every_vertex(network, points, frame, RADII))


def test_a_dead_network_is_not_cut_and_a_seed_that_is_not_finite_spoils_itself_alone() -> None:
    run = run_settings(kind="cnn", dtype="float64", depth=3, width=3)
    network, points, frame = initialised(run), random_context(run).train_inputs[:, :3], shared_frame(SHAPE, 3)
    whole = followed.count_cuts(cnn.walk, network, points, frame, RADII, cnn.FLIPS)
    spoil(network, 0)
    spoilt = followed.count_cuts(cnn.walk, network, points, frame, RADII, cnn.FLIPS)
    assert spoilt[:, 0].isnan().all()
    assert torch.equal(spoilt[:, 1], whole[:, 1])
    spoil(network, 0, float("inf"))
    infinite = plain.count_cuts(network, points, frame, RADII)
    found = followed.count_cuts(cnn.walk, network, points, frame, RADII, cnn.FLIPS)
    np.testing.assert_array_equal(found, infinite)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
    assert (followed.count_cuts(cnn.walk, network, points, frame, RADII, cnn.FLIPS) == 0).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_table_is_that_of_the_plain_way(dtype: str) -> None:
    """In float32 neurons that just touch a neighbourhood may fall on either side, but few do."""
    run = run_settings(kind="cnn", depth=4, width=6, dtype=dtype)
    settings = LocalComplexitySettings(radii=[0.002, 0.02], directions=5, points={"train": 8, "test": 5, "random": 6})
    tables = [way.build(settings, random_context(run))(initialised(run), 3) for way in (plain, cnn)]
    if dtype == "float64":
        pd.testing.assert_frame_equal(tables[1], tables[0])
    else:
        keys = ["seed", "step", "split", "radius", "layer", "points"]
        pd.testing.assert_frame_equal(tables[1][keys], tables[0][keys])
        np.testing.assert_allclose(tables[1]["value"], tables[0]["value"], atol=0.2)


def test_only_tables_of_convolutional_networks_depend_on_it() -> None:
    settings = LocalComplexitySettings(radii=[0.1])
    assert measured_on(settings, "mlp") is settings
    followed_settings = measured_on(settings, "cnn")
    assert METRICS[followed_settings.metric].measure == cnn.__name__
    assert METRICS[followed_settings.metric].name == "local_complexity"
    assert followed_settings.radii == [0.1]
    assert list(METRICS) == [metric.name for metric in METRICS.values()]
    with pytest.raises(KeyError):
        METRICS["no_such_metric@cnn"]
    perceptron, convolutions = run_settings(), run_settings(kind="cnn", depth=2)
    assert metric_code(perceptron, settings) != metric_code(convolutions, settings)


def test_jobs_measure_with_it_and_get_the_same_table(tmp_path: Path) -> None:
    run = run_settings(kind="cnn", depth=2, width=3, dtype="float64")
    store = CheckpointStore(tmp_path)
    for step in checkpoint_steps(run.checkpoints, run.training.steps):
        store.save(step, initialised(run).state_dict())
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (60, 1, 28, 28), dtype=np.uint8)
    samples = Samples("mnist", images, generator.integers(0, 10, 60), images, generator.integers(0, 10, 60))
    settings = LocalComplexitySettings(radii=[0.01], directions=3, points={"train": 4, "test": 3, "random": 3})
    tables = [
        compute_metric("local_complexity", chosen, run, samples, SEEDS, tmp_path, "r", stream=io.StringIO())
        for chosen in (settings, measured_on(settings, "cnn"))
    ]
    pd.testing.assert_frame_equal(*tables)
