"""Planes in input space and convex polygons in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from grokscope.errors import UserError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Plane:
    """The points origin + x * axes[0] + y * axes[1]."""

    origin: Floats
    """(D,)."""

    axes: Floats
    """(2, D), orthonormal."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "origin", np.asarray(self.origin, dtype=np.float64))
        object.__setattr__(self, "axes", np.asarray(self.axes, dtype=np.float64))
        if self.origin.ndim != 1 or self.axes.shape != (2, len(self.origin)):
            raise ValueError(f"an origin {self.origin.shape} and axes {self.axes.shape} make no plane")
        if not np.allclose(self.axes @ self.axes.T, np.eye(2), rtol=0, atol=1e-9):
            raise ValueError("the axes of a plane have to be orthonormal")

    @classmethod
    def through(cls, points: ArrayLike) -> Plane:
        """The plane through three points (3, D); its origin is their centroid. The first axis runs along the side from
        the first to the second. Raises UserError where they lie on one line.
        """
        three = np.asarray(points, dtype=np.float64)
        if three.ndim != 2 or len(three) != 3 or three.shape[1] < 2:
            raise ValueError(f"points of shape {three.shape}; three points with two or more coordinates make a plane")
        sides = three[1:] - three[0]
        first = _unit(sides[0], sides)
        second = sides[1] - (sides[1] @ first) * first
        second = _unit(second - (second @ first) * first, sides)
        return cls(three.mean(axis=0), np.stack([first, second]))

    @classmethod
    def random(cls, point: ArrayLike, generator: np.random.Generator) -> Plane:
        """A plane through `point` (D,), all orientations alike."""
        origin = np.asarray(point, dtype=np.float64)
        directions, signs = np.linalg.qr(generator.standard_normal((len(origin), 2)))
        return cls(origin, (directions * np.sign(np.diagonal(signs))).T)

    @classmethod
    def whole(cls) -> Plane:
        """The input space of a network with two inputs."""
        return cls(np.zeros(2), np.eye(2))

    def embed(self, coordinates: ArrayLike) -> Floats:
        """Plane coordinates (N, 2) -> points (N, D) of input space."""
        return self.origin + np.asarray(coordinates, dtype=np.float64) @ self.axes

    def coordinates(self, points: ArrayLike) -> Floats:
        """Points (N, D) of input space -> plane coordinates (N, 2) of the nearest points of the plane."""
        return (np.asarray(points, dtype=np.float64) - self.origin) @ self.axes.T


def _unit(vector: Floats, sides: Floats) -> Floats:
    length = np.linalg.norm(vector)
    if length <= 1e-12 * np.linalg.norm(sides):
        raise UserError("three points on one line make no plane: choose other points")
    return vector / length


def square(half_width: float) -> Floats:
    """Corners (4, 2) of the square around the origin, counter-clockwise."""
    return half_width * np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])


def rectangle(low: ArrayLike, high: ArrayLike) -> Floats:
    """Corners (4, 2) of the rectangle from `low` (2,) to `high` (2,), counter-clockwise."""
    (left, bottom), (right, top) = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    return np.array([[left, bottom], [right, bottom], [right, top], [left, top]])


def checked_polygon(corners: ArrayLike) -> Floats:
    """Corners (K, 2) as float64. Raises UserError where they make no convex polygon, counter-clockwise."""
    polygon = np.asarray(corners, dtype=np.float64)
    if polygon.ndim != 2 or polygon.shape[1] != 2 or len(polygon) < 3 or not np.isfinite(polygon).all():
        raise UserError(f"corners of shape {polygon.shape}: a polygon needs three or more points (K, 2), all finite")
    sides = np.roll(polygon, -1, axis=0) - polygon
    following = np.roll(sides, -1, axis=0)
    turns = _cross(sides, following)
    around = np.arctan2(turns, (sides * following).sum(axis=1)).sum()
    if (turns <= 0).any() or not np.isclose(around, 2 * np.pi):
        raise UserError("the polygon is not convex with its corners counter-clockwise, each of them a true corner")
    return polygon


def _cross(first: Floats, second: Floats) -> Floats:
    return first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
