"""Slices come back from their arrays as they were."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from grokscope.metrics.arrays import ArrayKey, check_arrays
from grokscope.metrics.partition.kept import ROWS, KeptSlice, no_rows, packed, unpacked
from grokscope.metrics.registry import METRICS

TWO = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])


def made_up(name: str, whole: bool) -> KeptSlice:
    """A square that its diagonal divides."""
    rows = no_rows() | {"points": np.array([[0.0, 0.5]])}
    if whole:
        rows |= {
            "boundary": np.array([[[-1.0, 0.0], [1.0, 0.0]]]),
            "vertices": TWO,
            "edges": np.array([[0, 1], [1, 2], [2, 3], [3, 0], [0, 2]]),
            "edge_layers": np.array([0, 0, 0, 0, 1]),
            "region_sizes": np.array([3, 3]),
            "region_vertices": np.array([0, 1, 2, 0, 2, 3]),
            "slope_norms": np.array([1.5, 2.5]),
            "classes": np.array([4, 7]),
        }
    return KeptSlice(name, 1.0, 2, np.eye(5, dtype=np.uint8), **rows)


def test_slices_come_back() -> None:
    arrays = packed([made_up("through", False), made_up("around", True)], 5)
    check_arrays("partition", {ArrayKey(name, 0, 3): array for name, array in arrays.items()})
    assert set(arrays) == {array.name for array in METRICS["partition"].arrays}
    found = unpacked(arrays)
    assert list(found) == ["through", "around"]
    for name, whole in (("through", False), ("around", True)):
        wanted = made_up(name, whole)
        assert (found[name].half_width, found[name].regions, found[name].whole) == (1.0, 2, whole)
        for key in (*ROWS, "picture"):
            np.testing.assert_array_equal(getattr(found[name], key), getattr(wanted, key))
    around = found["around"]
    assert around.segments[4].tolist() == [[-1, -1], [1, 1]]
    assert [polygon.tolist() for polygon in around.polygons()] == [
        [[-1, -1], [1, -1], [1, 1]],
        [[-1, -1], [1, 1], [-1, 1]],
    ]
    np.testing.assert_allclose(around.centres(), [[1 / 3, -1 / 3], [-1 / 3, 1 / 3]])
    assert found["through"].polygons() == []
    assert found["through"].centres().shape == (0, 2)


def test_of_seeds_without_arrays_there_is_no_slice() -> None:
    arrays = packed([], 5)
    check_arrays("partition", {ArrayKey(name, 0, 3): array for name, array in arrays.items()})
    assert unpacked(arrays) == {}


def test_pictures_may_be_left_out() -> None:
    arrays = packed([replace(made_up("around", True), picture=np.zeros((0, 0), dtype=np.uint8))], 0)
    check_arrays("partition", {ArrayKey(name, 0, 3): array for name, array in arrays.items()})
    assert arrays["pictures"].shape == (1, 0, 0)
    assert unpacked(arrays)["around"].whole
