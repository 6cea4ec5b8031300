"""Convex cells of a small space, as their vertices and facets, and what a hyperplane makes of one.

The space has `P` dimensions, the directions around a point. A cell's vertices are rows `(1, u)`, so that an affine
function is a column `(P + 1,)` and its values are one product. Cutting is a step of the double description method
(Motzkin et al. 1953; Fukuda and Prodon 1996): new vertices lie on the edges whose ends have different signs, and two
vertices are the ends of an edge if no third one lies on all facets that they share.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

TOLERANCE = 1e-12
"""Share of what an affine function sums up to in size below which its value counts as zero."""


@dataclass(frozen=True)
class Cell:
    """A convex polytope: `vertices` `(n, P + 1)`, the first column ones, and `on` `(n, F)`, which vertex lies on which
    facet.
    """

    vertices: np.ndarray
    on: np.ndarray

    def noise(self, maps: np.ndarray) -> np.ndarray:
        """What counts as zero in the values of the affine functions `maps` `(P + 1, k)` in the cell, `(k,)`."""
        found: np.ndarray = TOLERANCE * (np.abs(self.vertices) @ np.abs(maps)).max(axis=0)
        return found

    def cut(self, values: np.ndarray, noise: float) -> tuple[Cell, Cell] | None:
        """Its parts where an affine function with these `values` at the vertices is positive and negative; None where
        it is not both.
        """
        above, below = values > noise, values < -noise
        if not (above.any() and below.any()):
            return None
        first, second = self._edges(np.flatnonzero(above), np.flatnonzero(below))
        share = (values[first] / (values[first] - values[second]))[:, None]
        between = self.vertices[first] * (1 - share) + self.vertices[second] * share
        facets = self.on[first] & self.on[second]
        return self._part(~below, above, between, facets), self._part(~above, below, between, facets)

    def middle(self) -> np.ndarray:
        """A point inside it, `(P + 1,)`."""
        found: np.ndarray = self.vertices.mean(axis=0)
        return found

    def _edges(self, above: np.ndarray, below: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The ends of the edges from one of the vertices `above` to one of those `below`."""
        dimensions = self.vertices.shape[1] - 1
        shared = self.on[above][:, None] & self.on[below][None]
        first, second = np.nonzero(shared.sum(axis=2) >= dimensions - 1)
        facets = shared[first, second].astype(np.float32)
        lacking = facets @ (~self.on).T.astype(np.float32)  # on how many of these facets each vertex does not lie
        edge = (lacking == 0).sum(axis=1) == 2
        return above[first[edge]], below[second[edge]]

    def _part(self, kept: np.ndarray, inside: np.ndarray, between: np.ndarray, facets: np.ndarray) -> Cell:
        """The vertices `kept`, of which those not `inside` lie on the cut, as the ones `between` do."""
        vertices = np.concatenate([self.vertices[kept], between])
        on = np.concatenate([self.on[kept], facets])
        on_cut = np.concatenate([~inside[kept], np.ones(len(between), dtype=bool)])
        on = np.concatenate([on, on_cut[:, None]], axis=1)
        return Cell(vertices, on[:, on.sum(axis=0) >= vertices.shape[1] - 1])


def cross_polytope(dimensions: int, radius: float) -> Cell:
    """The cell with the vertices `+- radius` along each axis; a facet for each choice of signs."""
    signs = np.array(np.meshgrid(*[[1, -1]] * dimensions, indexing="ij")).reshape(dimensions, -1)  # (P, 2^P)
    axes = np.eye(dimensions)
    vertices = np.concatenate([axes, -axes]) * radius
    on = np.concatenate([signs > 0, signs < 0])
    return Cell(np.concatenate([np.ones((2 * dimensions, 1)), vertices], axis=1), on)
