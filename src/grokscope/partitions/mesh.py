"""Vertices, edges and regions while they are being cut."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grokscope.partitions.network import ROWS_AT_ONCE
from grokscope.partitions.rows import Rows

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass
class Cycles:
    """Closed walks around regions, counter-clockwise, one after the other.

    A half-edge is 2 * edge where the walk follows the edge, and 2 * edge + 1 where it goes against it.
    """

    vertices: Integers
    """(P,) the vertex at each place of the walks."""

    halves: Integers
    """(P,) the half-edge that leads from it to the next."""

    starts: Integers
    """(R + 1,) the place where the walk around each region starts."""

    parents: Integers
    """(R,) the region of the layer before that each region is part of."""

    @property
    def lengths(self) -> Integers:
        """(R,) places of each walk."""
        return np.diff(self.starts)

    def next_places(self) -> Integers:
        """(P,) the place that follows each place."""
        following = np.arange(1, len(self.vertices) + 1)
        following[self.starts[1:] - 1] = self.starts[:-1]
        return following

    def regions(self) -> Integers:
        """(P,) the region of each place."""
        return np.repeat(np.arange(len(self.parents)), self.lengths)

    def chosen(self, keep: NDArray[np.bool_]) -> Cycles:
        """The walks around some of the regions."""
        lengths = self.lengths
        places = np.repeat(keep, lengths)
        return Cycles(self.vertices[places], self.halves[places], starts_of(lengths[keep]), self.parents[keep])


def joined(parts: list[Cycles]) -> Cycles:
    """The walks of all parts, those with the same parent beside one another."""
    lengths = np.concatenate([part.lengths for part in parts])
    starts = starts_of(lengths)[:-1]
    parents = np.concatenate([part.parents for part in parts])
    order = np.argsort(parents, kind="stable")
    places = ranges(starts[order], lengths[order])
    return Cycles(
        np.concatenate([part.vertices for part in parts])[places],
        np.concatenate([part.halves for part in parts])[places],
        starts_of(lengths[order]),
        parents[order],
    )


def starts_of(lengths: Integers) -> Integers:
    """(N,) lengths -> (N + 1,) where each of N stretches starts, and the end."""
    starts = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def ranges(starts: Integers, lengths: Integers) -> Integers:
    """The numbers starts[0], starts[0] + 1, ... of the first stretch, then those of the second, and so on."""
    begins = starts_of(lengths)
    return np.repeat(starts - begins[:-1], lengths) + np.arange(begins[-1])


class Mesh:
    """Vertices and edges; both grow while regions are cut."""

    def __init__(self, coordinates: Floats, values: Floats, ends: Integers, sides: Integers) -> None:
        """Starts from polygons: vertices (V, 2), their pre-activations of layer 1 (V, neurons), edges (V, 2) between
        them, and the number (V,) of the side of a polygon that each edge is.
        """
        self._coordinates, self._values, self._ends = Rows(coordinates), Rows(values), Rows(ends)
        self._layers, self._neurons = Rows(np.zeros_like(sides)), Rows(sides)

    @property
    def coordinates(self) -> Floats:
        """(V, 2)."""
        return self._coordinates.rows

    @property
    def values(self) -> Floats:
        """(V, neurons) pre-activations of the layer whose neurons cut."""
        return self._values.rows

    @values.setter
    def values(self, values: Floats) -> None:
        self._values = Rows(values)

    @property
    def ends(self) -> Integers:
        """(E, 2) vertices from which and to which each edge leads."""
        return self._ends.rows

    @property
    def layers(self) -> Integers:
        """(E,) hidden layer, from 1; 0 for a border."""
        return self._layers.rows

    @property
    def neurons(self) -> Integers:
        """(E,) neuron, or side of the border."""
        return self._neurons.rows

    def add_vertices(self, first: Integers, second: Integers, share: Floats) -> Integers:
        """New vertices between two others, at `share` of the way from `first` to `second`; all values are linear in
        between. Gives their numbers.
        """
        for rows in (self._coordinates, self._values):
            new = rows.added(len(share))
            old = rows.rows
            for start in range(0, len(share), ROWS_AT_ONCE):
                part = slice(start, start + ROWS_AT_ONCE)
                weight = share[part, None]
                np.multiply(old[first[part]], 1 - weight, out=new[part])
                new[part] += old[second[part]] * weight
        count = len(self.coordinates)
        return np.arange(count - len(share), count)

    def add_edges(self, first: Integers, second: Integers, layers: Integers | int, neurons: Integers) -> None:
        """New edges from `first` to `second`."""
        new = self._ends.added(len(first))
        new[:, 0], new[:, 1] = first, second
        self._layers.added(len(first))[:] = layers
        self._neurons.added(len(first))[:] = neurons
