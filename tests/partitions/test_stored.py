"""A stored partition is the partition, in less space."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from grokscope.partitions.partition import Partition
from grokscope.partitions.plane import Plane, square
from grokscope.partitions.stored import AXES, from_arrays, to_arrays
from grokscope.partitions.subdivide import partition
from partition_support import random_network


def test_a_stored_partition_is_read_back() -> None:
    network = random_network((2, 20, 20, 3), seed=0, bias=0)
    found = partition(network, Plane.whole(), square(1.5))
    arrays = to_arrays(found)
    assert list(arrays) == list(AXES)
    assert all(arrays[name].ndim == len(axes) for name, axes in AXES.items())
    again = from_arrays(arrays)
    assert again.dropped == found.dropped
    assert again.dropped.total() > 0
    for field in fields(Partition):
        if field.name != "dropped":
            before, after = getattr(found, field.name), getattr(again, field.name)
            assert after.dtype == before.dtype
            assert after == pytest.approx(before, rel=1e-6, abs=1e-6)
    size, stored = (sum(array.nbytes for array in part.values()) for part in (vars_of(found), arrays))
    assert stored < 0.8 * size


def vars_of(found: Partition) -> dict[str, np.ndarray]:
    return {name: value for name, value in vars(found).items() if isinstance(value, np.ndarray)}


def test_arrays_that_are_no_partition_are_refused() -> None:
    with pytest.raises(ValueError, match="edge_layer"):
        from_arrays({"vertices": np.zeros((0, 2))})
