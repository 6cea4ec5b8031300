"""Cuts regions along the lines of one layer's neurons, one line of every region at a time.

Which lines cross, and which part of a region a line lies in, follow from the order of their ends around the region, not
from coordinates. So every round leaves a valid partition, whatever rounding does to the points.
"""

from __future__ import annotations

import numpy as np

from grokscope.partitions.chords import Chords
from grokscope.partitions.mesh import Cycles, Integers, Mesh, starts_of
from grokscope.partitions.partition import Dropped
from grokscope.partitions.split_crossings import Crossings


def split_regions(
    mesh: Mesh, cycles: Cycles, chords: Chords, layer: int, tolerance: float, dropped: Dropped
) -> list[Cycles]:
    """All regions that `chords` leave of `cycles`."""
    finished: list[Cycles] = []
    while True:
        pending = np.bincount(chords.regions, minlength=len(cycles.parents))
        waiting = pending > 0
        if not waiting.all():
            finished.append(cycles.chosen(~waiting))
            cycles = cycles.chosen(waiting)
            chords.regions = (np.cumsum(waiting) - 1)[chords.regions]
            pending = pending[waiting]
        if len(pending) == 0:
            return finished
        cycles, chords = _round(mesh, cycles, chords, pending, layer, tolerance, dropped)


def _round(
    mesh: Mesh, cycles: Cycles, chords: Chords, pending: Integers, layer: int, tolerance: float, dropped: Dropped
) -> tuple[Cycles, Chords]:
    """Split every region in two by one of its chords."""
    chosen = starts_of(pending)[:-1] + pending // 2
    first, last = chords.first[chosen], chords.last[chosen]
    neurons = chords.neurons[chosen]
    start, end = cycles.vertices[cycles.starts[:-1] + first], cycles.vertices[cycles.starts[:-1] + last]
    others = np.ones(len(chords.regions), dtype=bool)
    others[chosen] = False
    rest = chords.chosen(others)
    low, high = first[rest.regions], last[rest.regions]
    first_inside, last_inside = (low < rest.first) & (rest.first < high), (low < rest.last) & (rest.last < high)
    first_outside, last_outside = (rest.first < low) | (rest.first > high), (rest.last < low) | (rest.last > high)
    crosses = (first_inside & last_outside) | (first_outside & last_inside)
    on_it = (rest.first == low) & (rest.last == high)
    dropped.coincident += int(on_it.sum())
    in_left = ~crosses & ~on_it & ~first_outside & ~last_outside
    in_right = ~crosses & ~on_it & ~in_left

    crossings = Crossings(mesh, start, end, rest.chosen(crosses), tolerance, dropped)
    counts = crossings.counts
    edges = _add_chain(mesh, start, end, neurons, crossings, layer)
    arc = last - first
    children = _children(cycles, first, arc, crossings, edges)
    lengths = children.lengths

    # ends of the chords on the walks around the two children, which start at the two ends of the cut
    size = cycles.lengths
    left = rest.chosen(in_left)
    left = Chords(2 * left.regions, left.neurons, left.first - low[in_left], left.last - low[in_left])
    right = rest.chosen(in_right)
    one = (right.first - high[in_right]) % size[right.regions]
    other = (right.last - high[in_right]) % size[right.regions]
    right = Chords(2 * right.regions + 1, right.neurons, one, other)
    crossing = rest.chosen(crosses)
    region, inside = crossing.regions, first_inside[crosses]
    left_end = np.where(inside, crossing.first, crossing.last) - first[region]
    right_end = (np.where(inside, crossing.last, crossing.first) - last[region]) % size[region]
    place, count, arc_left = crossings.places, counts[region], arc[region]
    arc_right = size[region] - arc_left
    # place 0 is the start of the cut, count + 1 its end, in between are the new vertices
    left_place = np.where(place == 0, 0, arc_left + count + 1 - place)
    right_place = np.where(place == count + 1, 0, arc_right + place)
    halves = [
        Chords(2 * region, crossing.neurons, left_end, left_place),
        Chords(2 * region + 1, crossing.neurons, right_end, right_place),
    ]
    for half in halves:
        gap = np.abs(half.first - half.last)
        along = (gap == 1) | (gap == lengths[half.regions] - 1)
        dropped.coincident += int(along.sum())
        half.regions, half.neurons, half.first, half.last = (
            part[~along] for part in (half.regions, half.neurons, half.first, half.last)
        )
    parts = [left, right, *halves]
    regions = np.concatenate([part.regions for part in parts])
    order = np.argsort(regions, kind="stable")
    one = np.concatenate([part.first for part in parts])[order]
    other = np.concatenate([part.last for part in parts])[order]
    return children, Chords(
        regions[order],
        np.concatenate([part.neurons for part in parts])[order],
        np.minimum(one, other),
        np.maximum(one, other),
    )


def _add_chain(
    mesh: Mesh, start: Integers, end: Integers, neurons: Integers, crossings: Crossings, layer: int
) -> Integers:
    """Add the edges of every cut, from its start over its new vertices to its end; number of the first of each."""
    lengths = crossings.counts + 1
    starts = starts_of(lengths)
    is_first, is_last = np.zeros(starts[-1], dtype=bool), np.zeros(starts[-1], dtype=bool)
    is_first[starts[:-1]], is_last[starts[1:] - 1] = True, True
    tails, heads = np.empty(starts[-1], dtype=np.int64), np.empty(starts[-1], dtype=np.int64)
    tails[is_first], tails[~is_first] = start, crossings.vertices
    heads[is_last], heads[~is_last] = end, crossings.vertices
    before = len(mesh.ends)
    mesh.add_edges(tails, heads, layer, np.repeat(neurons, lengths))
    return before + starts[:-1]


def _children(cycles: Cycles, first: Integers, arc: Integers, crossings: Crossings, edges: Integers) -> Cycles:
    """The walks around the two parts of every region: to the left of the cut's end, back along the cut; then the other.

    The left one starts at the cut's start and goes along the border to its end, the right one the other way round.
    """
    size, counts = cycles.lengths, crossings.counts
    arcs = np.stack([arc, size - arc], axis=1).reshape(-1)
    lengths = arcs + 1 + np.repeat(counts, 2)
    starts = starts_of(lengths)
    child = np.repeat(np.arange(len(lengths)), lengths)
    region, is_right = child >> 1, (child & 1).astype(bool)
    step = np.arange(starts[-1]) - starts[child]
    beyond = step - arcs[child]  # how far along the cut
    source = step + np.where(is_right, first[region] + arc[region], first[region])
    source = cycles.starts[region] + np.where(source >= size[region], source - size[region], source)
    on_border = beyond <= 0
    vertices, halves = np.empty(len(child), dtype=np.int64), np.empty(len(child), dtype=np.int64)
    vertices[on_border] = cycles.vertices[source[on_border]]
    halves[on_border] = cycles.halves[source[on_border]]
    there = np.flatnonzero(beyond >= 0)
    region, is_right, beyond = region[there], is_right[there], beyond[there]
    halves[there] = np.where(is_right, 2 * (edges[region] + beyond), 2 * (edges[region] + counts[region] - beyond) + 1)
    inner = beyond > 0
    there, region, is_right, beyond = there[inner], region[inner], is_right[inner], beyond[inner]
    number = np.where(is_right, beyond - 1, counts[region] - beyond)
    vertices[there] = crossings.vertices[starts_of(counts)[region] + number]
    return Cycles(vertices, halves, starts, np.repeat(cycles.parents, 2))
