"""Vertices, edges and regions while they are being cut."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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


@dataclass
class Mesh:
    """Vertices and edges; both grow while regions are cut."""

    coordinates: Floats
    """(V, 2)."""

    values: Floats
    """(V, neurons) pre-activations of the layer whose neurons cut."""

    ends: Integers
    """(E, 2) vertices from which and to which each edge leads."""

    layers: Integers
    """(E,) hidden layer, from 1; 0 for a border."""

    neurons: Integers
    """(E,) neuron, or side of the border."""

    def add_vertices(self, first: Integers, second: Integers, share: Floats) -> Integers:
        """New vertices between two others, at `share` of the way from `first` to `second`; all values are linear in
        between. Gives their numbers.
        """
        count = len(self.coordinates)
        self.coordinates = np.concatenate(
            [self.coordinates, between(self.coordinates[first], self.coordinates[second], share)]
        )
        self.values = np.concatenate([self.values, between(self.values[first], self.values[second], share)])
        return np.arange(count, count + len(share))

    def add_edges(self, first: Integers, second: Integers, layers: Integers | int, neurons: Integers) -> Integers:
        """New edges from `first` to `second`. Gives their numbers."""
        count = len(self.ends)
        self.ends = np.concatenate([self.ends, np.stack([first, second], axis=1)])
        self.layers = np.concatenate([self.layers, np.broadcast_to(layers, neurons.shape)])
        self.neurons = np.concatenate([self.neurons, neurons])
        return np.arange(count, count + len(first))


def between(first: Floats, second: Floats, share: Floats) -> Floats:
    """Rows (N, K) at `share` (N,) of the way from `first` to `second`; where both are zero, so is the result."""
    return first * (1 - share)[:, None] + second * share[:, None]
