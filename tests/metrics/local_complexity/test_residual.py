"""Local complexity of residual networks against every vertex taken through the whole network."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from grokscope.metrics.local_complexity.frames import shared_frame
from grokscope.metrics.local_complexity.measure import count_cuts, counted_layers
from metrics_helpers import brute_force
from residual_support import images, residual

SHAPE = (3, 8, 8)


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("kind", ["resnet", "resnet_imagenet"])
def test_counts_are_those_of_every_vertex_neuron_by_neuron(kind: str, batch_norm: bool) -> None:
    network = residual(kind, SHAPE, width=2, blocks=1, batch_norm=batch_norm)
    with torch.no_grad():
        for draw in range(3):
            network.train()(images(SHAPE, draw=draw))
    network.eval()
    points, frame = images(SHAPE, draw=5)[:, :2], shared_frame(SHAPE, 3)
    counts = count_cuts(network, points, frame, [0.01, 1.0]).numpy()
    for radius, of_radius in zip([0.01, 1.0], counts, strict=True):
        np.testing.assert_array_equal(of_radius, brute_force(network, points, frame, radius))
    assert counts[0].sum() > 0
    assert counts[1].sum() > 2 * counts[0].sum()


@pytest.mark.parametrize(("kind", "inputs_of_relus"), [("resnet", 16), ("resnet_imagenet", 17)])
def test_the_inputs_of_relus_are_counted(kind: str, inputs_of_relus: int) -> None:
    assert counted_layers(residual(kind).layers) == list(range(1, inputs_of_relus + 1))
