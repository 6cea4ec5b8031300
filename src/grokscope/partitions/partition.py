"""A partition of a polygon into the linear regions of a network, as arrays."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray


@dataclass
class Dropped:
    """What was merged or left out, counted over all layers; all zero in general position."""

    corners: int = 0
    """Ends of a neuron's line within a region that lie on a vertex that was there, closer than the tolerance."""

    merged: int = 0
    """Crossings that became one vertex with another crossing, closer than the tolerance."""

    coincident: int = 0
    """Pieces of a neuron's line that lie on an edge which is there: no new edge was made for them."""

    inconsistent: int = 0
    """Neurons whose sign changes more than twice around a region, or stays mixed in it: rounding in tiny regions."""

    slivers: int = 0
    """Regions thinner than the tolerance. They are kept, and are part of the count."""

    def total(self) -> int:
        """All of them."""
        return sum(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True)
class Partition:
    """The linear regions of a network on a convex polygon of a plane.

    Coordinates are those of the plane. Vertices on the sides of a region are part of it even where they are no corners
    of it: two regions share whole edges or nothing.
    """

    vertices: NDArray[np.float64]
    """(V, 2)."""

    edges: NDArray[np.int32]
    """(E, 2) vertex numbers, from and to."""

    edge_layer: NDArray[np.int16]
    """(E,) hidden layer, from 1, of the neuron whose zero set the edge is part of; 0 for the border of the polygon."""

    edge_neuron: NDArray[np.int32]
    """(E,) neuron within that layer, from 0; for the border the side, which starts at the corner of that number."""

    edge_regions: NDArray[np.int32]
    """(E, 2) the region to the left and the one to the right of the edge; -1 is outside the polygon."""

    region_vertices: NDArray[np.int32]
    """The vertices around every region, counter-clockwise, one region after the other."""

    region_starts: NDArray[np.int64]
    """(R + 1,) where in `region_vertices` each region starts."""

    region_map: NDArray[np.float64]
    """(R, outputs, 3): in region r the outputs are region_map[r] @ (1, x, y)."""

    dropped: Dropped
    """What was merged or left out."""

    @property
    def regions(self) -> int:
        """How many regions there are."""
        return len(self.region_starts) - 1

    def region(self, number: int) -> NDArray[np.float64]:
        """Vertices (n, 2) of one region, counter-clockwise."""
        numbers = self.region_vertices[self.region_starts[number] : self.region_starts[number + 1]]
        return self.vertices[numbers]

    def euler_characteristic(self) -> int:
        """Vertices - edges + regions, which is 1 for every partition of a polygon."""
        return len(self.vertices) - len(self.edges) + self.regions
