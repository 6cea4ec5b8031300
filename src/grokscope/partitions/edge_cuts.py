"""Where the neurons of a layer cross the edges that are there, and the walks around regions with these points in them.

An edge is worked on once, so the regions on both of its sides get the same new vertices.
"""

from __future__ import annotations

import numpy as np

from grokscope.partitions.mesh import Cycles, Integers, Mesh, starts_of
from grokscope.partitions.partition import Dropped
from grokscope.partitions.signs import Signs


class EdgeCuts:
    """Crossings of edges: each is one neuron at one new vertex."""

    edges: Integers
    """(C,) edge of each crossing."""

    neurons: Integers
    """(C,) its neuron."""

    places: Integers
    """(C,) which of the new vertices of its edge it is, counted from 1 along the edge."""

    counts: Integers
    """(E,) new vertices on each edge."""

    vertices: Integers
    """The new vertices, edge by edge, along the edge."""

    def __init__(self, mesh: Mesh, signs: Signs, tolerance: float, dropped: Dropped) -> None:
        """Adds the vertices to the mesh. A crossing closer than `tolerance` to an end is put there: the value at that
        end becomes zero, in `signs` too.
        """
        edges, neurons = signs.crossed(mesh.ends[:, 0], mesh.ends[:, 1])
        first, second = mesh.ends[edges].T
        start_value, end_value = mesh.values[first, neurons], mesh.values[second, neurons]
        share = start_value / (start_value - end_value)
        lengths = np.linalg.norm(mesh.coordinates[second] - mesh.coordinates[first], axis=1)
        at_start, at_end = share * lengths <= tolerance, (1 - share) * lengths <= tolerance
        if (at_start | at_end).any():
            corner, neuron = (
                np.concatenate([first[at_start], second[at_end]]),
                np.concatenate([neurons[at_start], neurons[at_end]]),
            )
            mesh.values[corner, neuron] = 0.0
            touched = np.unique(corner)
            fresh = Signs(mesh.values[touched])
            signs.positive[touched], signs.negative[touched] = fresh.positive, fresh.negative
            keep = (mesh.values[first, neurons] != 0) & (mesh.values[second, neurons] != 0)
            edges, neurons, share, lengths = edges[keep], neurons[keep], share[keep], lengths[keep]
        order = np.lexsort((share, edges))
        self.edges, self.neurons = edges[order], neurons[order]
        share, lengths = share[order], lengths[order]
        new = np.ones(len(order), dtype=bool)
        new[1:] = (self.edges[1:] != self.edges[:-1]) | (np.diff(share) * lengths[1:] > tolerance)
        dropped.merged += int((~new).sum())
        self.counts = np.bincount(self.edges[new], minlength=len(mesh.ends))
        group = np.cumsum(new) - 1
        self.places = group - starts_of(self.counts)[self.edges] + 1
        on_edge = self.edges[new]
        self.vertices = mesh.add_vertices(mesh.ends[on_edge, 0], mesh.ends[on_edge, 1], share[new])
        mesh.values[self.vertices[group], self.neurons] = 0.0

    def insert(self, mesh: Mesh, cycles: Cycles) -> tuple[Cycles, Integers]:
        """Cut the edges of the mesh, and the walks with the new vertices in them; also the new place (P,) of every old
        place. An edge keeps its number for its first piece.
        """
        old_edges = len(mesh.ends)
        starts = starts_of(self.counts)
        cut = np.flatnonzero(self.counts)
        on_edge = np.repeat(np.arange(old_edges), self.counts)
        heads = np.empty(len(self.vertices), dtype=np.int64)
        heads[:-1] = self.vertices[1:]
        heads[starts[cut + 1] - 1] = mesh.ends[cut, 1]
        mesh.ends[cut, 1] = self.vertices[starts[cut]]
        mesh.add_edges(self.vertices, heads, mesh.layers[on_edge], mesh.neurons[on_edge])

        edges, backward = cycles.halves >> 1, cycles.halves & 1
        lengths = self.counts[edges] + 1
        new_places = starts_of(lengths)
        old = np.repeat(np.arange(len(edges)), lengths)
        along = np.arange(new_places[-1]) - new_places[old]
        edge, against = edges[old], backward[old].astype(bool)
        piece = np.where(against, self.counts[edge] - along, along)
        number = np.where(piece == 0, edge, old_edges + starts[edge] + piece - 1)
        vertices = cycles.vertices[old]
        inside = along > 0
        vertices[inside] = self.vertices[(starts[edge] + np.where(against, piece, piece - 1))[inside]]
        return (
            Cycles(vertices, 2 * number + against, new_places[cycles.starts], cycles.parents),
            new_places[:-1],
        )
