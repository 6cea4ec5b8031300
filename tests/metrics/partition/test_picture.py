"""Pictures of slices: which pixels lines pass through, and how much of each they cover."""

from __future__ import annotations

import numpy as np

from grokscope.metrics.partition.picture import BOUNDARY_LEVELS, FINE, FULL, parts, picture

NONE = np.zeros((0, 2, 2))


def brute_force(segments: np.ndarray, half: float, side: int) -> np.ndarray:
    """Cells that hold one of very many points of the segments, one after the other."""
    grid = np.zeros((side, side), dtype=bool)
    for start, end in segments:
        for share in np.linspace(0, 1, 4000):
            x, y = start + share * (end - start)
            column = min(int((x + half) / (2 * half) * side), side - 1)
            row = min(int((y + half) / (2 * half) * side), side - 1)
            grid[side - 1 - row, column] = True
    return grid


def test_lines_fill_the_cells_that_they_pass_through() -> None:
    generator = np.random.default_rng(0)
    segments, half, pixels = generator.uniform(-2, 2, (6, 2, 2)), 2.0, 20
    edges, boundary = parts(picture(segments, NONE, half, pixels))
    wanted = brute_force(segments, half, FINE * pixels).reshape(pixels, FINE, pixels, FINE).sum(axis=(1, 3)) / FULL
    assert boundary.max() == 0
    # a cell that a line only touches at a corner may be missed
    assert (edges <= wanted + 1e-12).all()
    assert np.abs(edges - wanted).max() < 2.5 / FULL
    assert edges.sum() >= 0.9 * wanted.sum()
    assert ((edges > 0) == (wanted > 0)).mean() > 0.99


def test_up_is_up_and_right_is_right() -> None:
    high = np.array([[[-1.0, 0.9], [1.0, 0.9]]])
    edges, _ = parts(picture(high, NONE, 1.0, 10))
    assert np.flatnonzero(edges.any(axis=1)).tolist() == [0]
    assert (edges[0] == 1 / FINE).all()
    right = np.array([[[0.95, -1.0], [0.95, 1.0]]])
    edges, _ = parts(picture(right, NONE, 1.0, 10))
    assert np.flatnonzero(edges.any(axis=0)).tolist() == [9]


def test_the_boundary_is_five_cells_wide_and_apart_from_edges() -> None:
    line = np.array([[[-1.0, 0.1], [1.0, 0.1]]])
    edges, boundary = parts(picture(line, line, 1.0, 10))
    third = 1 / BOUNDARY_LEVELS
    for row, share in ((3, third), (4, 1.0), (5, third)):  # the middle of its five cells is the middle of row 4
        assert boundary[row].tolist() == [share] * 10
    assert boundary.any(axis=1).sum() == 3
    assert (edges[4] == 1 / FINE).all()
    values = picture(NONE, line, 1.0, 10)
    assert set(np.unique(values)) == {0, FULL + 1, (FULL + 1) * BOUNDARY_LEVELS}


def test_an_empty_slice_is_an_empty_picture() -> None:
    assert picture(NONE, NONE, 1.0, 7).tolist() == np.zeros((7, 7)).tolist()
    assert picture(np.array([[[-1.0, 0.0], [1.0, 0.0]]]), NONE, 1.0, 0).shape == (0, 0)
