"""Planes and polygons."""

from __future__ import annotations

import numpy as np
import pytest

from grokscope.errors import UserError
from grokscope.partitions.network import DenseLayer, PiecewiseLinearNetwork
from grokscope.partitions.plane import Plane, checked_polygon, rectangle, square


def test_a_plane_through_three_points_holds_them() -> None:
    points = np.random.default_rng(0).random((3, 50))
    plane = Plane.through(points)
    assert plane.axes @ plane.axes.T == pytest.approx(np.eye(2), abs=1e-14)
    coordinates = plane.coordinates(points)
    assert plane.embed(coordinates) == pytest.approx(points, abs=1e-13)
    assert coordinates.mean(axis=0) == pytest.approx([0, 0], abs=1e-13)
    assert coordinates[1, 1] == pytest.approx(coordinates[0, 1], abs=1e-13)
    assert np.linalg.norm(coordinates[0] - coordinates[2]) == pytest.approx(np.linalg.norm(points[0] - points[2]))


def test_points_on_one_line_make_no_plane() -> None:
    with pytest.raises(UserError, match="one line"):
        Plane.through([[0, 0, 0], [0.1, 0.2, 0.3], [0.3, 0.6, 0.9]])
    with pytest.raises(UserError, match="one line"):
        Plane.through(np.ones((3, 4)))
    with pytest.raises(ValueError, match="three points"):
        Plane.through(np.ones((2, 4)))


def test_random_planes_take_all_orientations_alike() -> None:
    generator = np.random.default_rng(0)
    planes = [Plane.random(np.arange(3.0), generator) for _ in range(4000)]
    axes = np.stack([plane.axes for plane in planes])
    assert np.abs(axes @ axes.transpose(0, 2, 1) - np.eye(2)).max() < 1e-14
    assert axes.mean(axis=0) == pytest.approx(np.zeros((2, 3)), abs=0.05)
    second_moment = np.einsum("nai,naj->ij", axes, axes) / len(planes)
    assert second_moment == pytest.approx(np.eye(3) * 2 / 3, abs=0.04)
    assert (planes[0].origin == np.arange(3)).all()


def test_axes_that_are_not_orthonormal_are_refused() -> None:
    with pytest.raises(ValueError, match="orthonormal"):
        Plane(np.zeros(3), np.array([[1.0, 0, 0], [1, 1, 0]]))
    with pytest.raises(ValueError, match="make no plane"):
        Plane(np.zeros(3), np.eye(2))


@pytest.mark.parametrize(
    "corners",
    [
        square(1)[::-1],
        [[0, 0], [1, 0]],
        [[0, 0], [1, 0], [2, 0], [1, 1]],
        [[0, 0], [2, 0], [0.5, 0.5], [0, 2]],
        [[0, 0], [1, 0], [np.nan, 1]],
        [[0.0, 1], [-0.95, 0.31], [-0.59, -0.81], [0.59, -0.81], [0.95, 0.31]] * 2,
        np.array([[0.0, 1], [-0.59, -0.81], [0.95, 0.31], [-0.95, 0.31], [0.59, -0.81]]),
    ],
    ids=["clockwise", "two corners", "a corner on a side", "not convex", "not finite", "twice around", "a star"],
)
def test_what_is_no_convex_polygon_is_refused(corners: np.ndarray) -> None:
    with pytest.raises(UserError, match="polygon"):
        checked_polygon(corners)


def test_squares_and_rectangles_are_polygons() -> None:
    assert checked_polygon(square(0.5)).tolist() == [[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]
    assert checked_polygon(rectangle((0, 1), (2, 5))).tolist() == [[0, 1], [2, 1], [2, 5], [0, 5]]


def test_layers_that_do_not_fit_are_refused() -> None:
    def layer(inputs: int, outputs: int) -> DenseLayer:
        return DenseLayer(np.zeros((inputs, outputs)), np.zeros(outputs))

    with pytest.raises(ValueError, match="make no layer"):
        DenseLayer(np.zeros((2, 3)), np.zeros(2))
    with pytest.raises(ValueError, match="finite"):
        DenseLayer(np.full((2, 3), np.nan), np.zeros(3))
    with pytest.raises(ValueError, match="layer 1 has 3 outputs, layer 2 4 inputs"):
        PiecewiseLinearNetwork((layer(2, 3), layer(4, 1)))
    with pytest.raises(ValueError, match="negative_slope"):
        PiecewiseLinearNetwork((layer(2, 3),), 1.5)
    with pytest.raises(ValueError, match="at least one"):
        PiecewiseLinearNetwork(())
