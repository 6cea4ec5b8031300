"""Which neurons of a layer cut which regions, and from where to where on their borders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grokscope.partitions.edge_cuts import EdgeCuts
from grokscope.partitions.mesh import Cycles, Integers, Mesh
from grokscope.partitions.partition import Dropped
from grokscope.partitions.signs import Signs, set_bits


@dataclass
class Chords:
    """Straight cuts through regions, sorted by region."""

    regions: Integers
    neurons: Integers
    first: Integers
    """Where on the walk around its region a cut starts, counted from the start of the walk."""
    last: Integers
    """Where it ends; later on the walk than `first`."""

    def chosen(self, keep: Integers) -> Chords:
        """Some of the cuts, by a mask or by numbers."""
        return Chords(self.regions[keep], self.neurons[keep], self.first[keep], self.last[keep])


def find_chords(
    mesh: Mesh, signs: Signs, cuts: EdgeCuts, old: Cycles, cycles: Cycles, new_places: Integers, dropped: Dropped
) -> Chords:
    """`signs` are those of the vertices that stood before edges were cut, `old` the walks before, `cycles` after.

    Going around a region that it cuts, a neuron is above zero on one stretch and below on another. The places where
    the two begin are the ends of its cut.
    """
    regions, neurons, places = _on_edges(cuts, old, new_places)
    old_regions = old.regions()
    corner_places, corner_neurons = _on_vertices(signs, old)
    dropped.corners += len(corner_places)
    regions = np.concatenate([old_regions[regions], old_regions[corner_places]])
    neurons = np.concatenate([neurons, corner_neurons])
    places = np.concatenate([places, new_places[corner_places]])

    next_vertices = cycles.vertices[cycles.next_places()[places]]
    after = mesh.values[next_vertices, neurons]
    keys = regions * mesh.values.shape[1] + neurons
    rising, rising_places = _firsts(keys[after > 0], places[after > 0], dropped)
    falling, falling_places = _firsts(keys[after < 0], places[after < 0], dropped)
    both, in_rising, in_falling = np.intersect1d(rising, falling, assume_unique=True, return_indices=True)
    regions, neurons = np.divmod(both, mesh.values.shape[1])
    start = cycles.starts[regions]
    one, other = rising_places[in_rising] - start, falling_places[in_falling] - start
    return Chords(regions, neurons, np.minimum(one, other), np.maximum(one, other))


def _on_edges(cuts: EdgeCuts, old: Cycles, new_places: Integers) -> tuple[Integers, Integers, Integers]:
    """Crossings of edges, once for each region beside the edge: old place of the edge, neuron, new place."""
    place_of_half = np.full(2 * len(cuts.counts), -1)
    place_of_half[old.halves] = np.arange(len(old.halves))
    along, against = place_of_half[2 * cuts.edges], place_of_half[2 * cuts.edges + 1]
    places = np.concatenate([along, against])
    neurons = np.concatenate([cuts.neurons, cuts.neurons])
    steps = np.concatenate([cuts.places, cuts.counts[cuts.edges] - cuts.places + 1])
    there = places >= 0
    return places[there], neurons[there], new_places[places[there]] + steps[there]


def _on_vertices(signs: Signs, old: Cycles) -> tuple[Integers, Integers]:
    """Old places and neurons where a neuron is zero at a vertex and not at the next one."""
    everywhere = signs.positive | signs.negative
    full = np.bitwise_or.reduce(everywhere, axis=0)
    zero = full & ~everywhere
    candidates = np.flatnonzero(zero.any(axis=1)[old.vertices])
    if len(candidates) == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    following = old.next_places()[candidates]
    rows, neurons = set_bits(zero[old.vertices[candidates]] & everywhere[old.vertices[following]])
    return candidates[rows], neurons


def _firsts(keys: Integers, places: Integers, dropped: Dropped) -> tuple[Integers, Integers]:
    """Different keys and the first place of each."""
    order = np.lexsort((places, keys))
    different, first = np.unique(keys[order], return_index=True)
    dropped.inconsistent += len(keys) - len(different)
    return different, places[order][first]
