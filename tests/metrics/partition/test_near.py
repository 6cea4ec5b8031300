"""Distances from a boundary against exact ones, and how things gather where their number is known."""

from __future__ import annotations

import numpy as np
import pytest

from grokscope.metrics.partition.near import DOTS, about_boundary, about_points, distances, dots, grid_points
from grokscope.partitions.distances import distances_to_points, distances_to_segments

HALF = 3.0


def random_segments(count: int) -> np.ndarray:
    generator = np.random.default_rng(2)
    starts = generator.uniform(-HALF, HALF, (count, 2))
    return np.stack([starts, np.clip(starts + generator.normal(0, 0.3, (count, 2)), -HALF, HALF)], axis=1)


def test_distances_from_dots_are_those_from_the_segments() -> None:
    segments, places = random_segments(40), grid_points(HALF)
    found, exact = distances(places, dots(segments, HALF)), distances_to_segments(places, segments)
    spacing = HALF / DOTS
    assert (found >= exact - 1e-7).all()
    assert (found <= exact + spacing).all()
    assert np.median(found - exact) < 0.1 * spacing
    np.testing.assert_allclose(distances(places, places[::7]), distances_to_points(places, places[::7]), atol=1e-6)
    assert np.isinf(distances(places, np.zeros((0, 2)))).all()


def test_dots_lie_on_their_segments_and_leave_no_gap() -> None:
    segments = np.array([[[-HALF, 0.0], [HALF, 0.0]], [[1.0, 1.0], [1.0, 1.0]]])
    found = dots(segments, HALF)
    on_line = np.sort(found[found[:, 1] == 0, 0])
    assert np.diff(on_line).max() <= HALF / DOTS + 1e-12
    assert (on_line[0], on_line[-1]) == (-HALF, HALF)
    assert found[found[:, 1] != 0].tolist() == [[1.0, 1.0]]


def test_the_grid_covers_the_square_evenly() -> None:
    grid = grid_points(HALF)
    assert len(np.unique(grid, axis=0)) == 100 * 100
    np.testing.assert_allclose(grid.mean(axis=0), 0, atol=1e-12)
    assert grid.max() == pytest.approx(HALF * 0.99)


def test_contrast_at_a_straight_boundary_is_the_ratio_of_equal_areas() -> None:
    """The boundary is the left side: a quarter of the area is left of -HALF / 2, another right of HALF / 2."""
    generator = np.random.default_rng(0)
    left = np.column_stack([generator.uniform(-HALF, -HALF / 2, 3000), generator.uniform(-HALF, HALF, 3000)])
    right = np.column_stack([generator.uniform(HALF / 2, HALF, 1000), generator.uniform(-HALF, HALF, 1000)])
    middle = np.column_stack([generator.uniform(-HALF / 2, HALF / 2, 500), generator.uniform(-HALF, HALF, 500)])
    places, grid = np.concatenate([left, right, middle]), grid_points(HALF)
    found = about_boundary(places[:, 0] + HALF, grid[:, 0] + HALF, 0.6)
    assert found.contrast == pytest.approx(3000.5 / 1000.5, rel=0.03)
    assert found.area == pytest.approx(0.1)
    assert found.near == pytest.approx((left[:, 0] <= -HALF + 0.6).sum() / 4500)


def test_what_is_spread_evenly_has_no_contrast() -> None:
    generator = np.random.default_rng(1)
    places, grid = generator.uniform(-HALF, HALF, (40_000, 2)), grid_points(HALF)
    line = dots(random_segments(12), HALF)
    boundary = about_boundary(distances(places, line), distances(grid, line), 0.3)
    assert boundary.contrast == pytest.approx(1, abs=0.05)
    assert boundary.near == pytest.approx(boundary.area, abs=0.01)
    points = about_points(distances(places, line[:3]), distances(grid, line[:3]), 0.5)
    assert points.contrast == pytest.approx(1, abs=0.1)


def test_contrast_at_points_is_the_density_there_for_that_elsewhere() -> None:
    generator = np.random.default_rng(3)
    places, grid = generator.uniform(-HALF, HALF, (40_000, 2)), grid_points(HALF)
    from_centre = np.linalg.norm(places, axis=1)
    kept = (from_centre > 1) | (generator.random(len(places)) < 0.2)
    found = about_points(from_centre[kept], np.linalg.norm(grid, axis=1), 1.0)
    assert found.area == pytest.approx(np.pi / (2 * HALF) ** 2, rel=0.02)
    assert found.contrast == pytest.approx(0.2, rel=0.1)


def test_without_anything_to_be_near_to_nothing_is_said() -> None:
    distance, grid = np.array([0.1, 2.0]), np.linalg.norm(grid_points(HALF), axis=1)
    nowhere = np.full(100, np.inf)
    for found in (
        about_boundary(distance, nowhere, 0.3),
        about_points(distance, nowhere, 0.3),
        about_boundary(distance[:0], grid, 0.3),
        about_points(distance[:0], grid, 0.3),
    ):
        assert np.isnan([found.near, found.area, found.contrast]).all()
    everywhere = about_points(distance, grid, 10.0)
    assert (everywhere.near, everywhere.area) == (1, 1)
    assert np.isnan(everywhere.contrast)
    assert about_boundary(np.array([0.1]), grid, 0.3).contrast == 3  # (1 + 1/2) / (0 + 1/2)
