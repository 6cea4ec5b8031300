"""Counts in many squares are those of each square alone."""

from __future__ import annotations

import numpy as np
import pytest

from grokscope.partitions.plane import Plane, square
from grokscope.partitions.squares import count_in_squares, count_regions
from grokscope.partitions.subdivide import partition
from partition_support import random_network


@pytest.mark.parametrize("slope", [0.0, 0.01])
def test_a_batch_of_squares_has_the_counts_of_each_square_alone(slope: float) -> None:
    network = random_network((40, 30, 30, 30, 5), seed=0, negative_slope=slope)
    generator = np.random.default_rng(1)
    planes = [Plane.random(generator.standard_normal(40), generator) for _ in range(30)]
    counted = count_in_squares(network, planes, 0.7)
    alone = [partition(network, plane, square(0.7)) for plane in planes]
    assert counted.regions.tolist() == [found.regions for found in alone]
    assert counted.regions.min() < 10 < counted.regions.max()
    edges = [np.bincount(found.edge_layer, minlength=4).tolist() for found in alone]
    assert counted.edges.tolist() == edges
    assert count_regions(network, planes, 0.7).tolist() == counted.regions.tolist()
    assert count_regions(network, planes, 0.7).dtype == np.int64


def test_planes_may_be_repeated_and_none_may_be_given() -> None:
    network = random_network((3, 20, 2), seed=0)
    plane = Plane.random(np.zeros(3), np.random.default_rng(0))
    counts = count_regions(network, [plane] * 3, 1.0)
    assert counts.tolist() == [partition(network, plane, square(1.0)).regions] * 3
    none = count_in_squares(network, [], 1.0)
    assert none.regions.shape == (0,)
    assert none.edges.shape == (0, 2)


def test_a_square_without_size_is_refused() -> None:
    network = random_network((3, 20, 2), seed=0)
    with pytest.raises(ValueError, match="half_width"):
        count_regions(network, [Plane.random(np.zeros(3), np.random.default_rng(0))], 0.0)
