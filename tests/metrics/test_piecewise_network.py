"""The arrays of a network are the network, and their regions' maps are its outputs."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from grokscope.metrics.piecewise_network import piecewise_network
from grokscope.models.network import Network
from grokscope.partitions.locate import outputs_at
from grokscope.partitions.plane import Plane, square
from grokscope.partitions.subdivide import partition
from metrics_helpers import initialised, run_settings


def outputs(network: Network, seed_index: int, points: np.ndarray) -> np.ndarray:
    images = torch.from_numpy(points).reshape(1, -1, 1, 28, 28)
    with torch.no_grad():
        return network(images)[seed_index].numpy()


@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
@pytest.mark.parametrize("normalize", [False, True])
@pytest.mark.parametrize("seed_index", [0, 1])
def test_maps_of_regions_are_the_outputs_of_the_network(activation: str, normalize: bool, seed_index: int) -> None:
    settings = run_settings(
        depth=4, width=20, dtype="float64", activation=activation, normalize=normalize, bottleneck=11, init_scale=3
    )
    network = initialised(settings)
    arrays = piecewise_network(network, seed_index)
    generator = np.random.default_rng(0)
    plane = Plane.through(generator.random((3, 784)))
    coordinates = generator.uniform(-6, 6, (300, 2))
    expected = outputs(network, seed_index, plane.embed(coordinates))
    size = np.abs(expected).max()
    assert arrays.forward(plane.embed(coordinates)) == pytest.approx(expected, abs=1e-11 * size)
    found = partition(arrays, plane, square(6))
    assert found.regions > 20
    assert outputs_at(found, coordinates) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("model", [{"activation": "gelu"}, {"batch_norm": True}, {"kind": "cnn"}])
def test_networks_without_straight_pieces_are_refused(model: dict) -> None:
    with pytest.raises(ValueError, match="relu or leaky_relu"):
        piecewise_network(initialised(run_settings(**model)), 0)
