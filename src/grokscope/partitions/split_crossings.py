"""Where other lines cross the lines along which regions are cut."""

from __future__ import annotations

import numpy as np

from grokscope.partitions.chords import Chords
from grokscope.partitions.mesh import Integers, Mesh, starts_of
from grokscope.partitions.partition import Dropped


class Crossings:
    """New vertices on the cuts of one round."""

    counts: Integers
    """(R,) new vertices on the cut of each region."""

    vertices: Integers
    """The new vertices, region by region, along the cut."""

    places: Integers
    """(C,) for every crossing chord: 0 at the start of the cut, count + 1 at its end, else the number of its vertex."""

    def __init__(
        self,
        mesh: Mesh,
        start: Integers,
        end: Integers,
        crossing: Chords,
        tolerance: float,
        dropped: Dropped,
    ) -> None:
        """Cuts run from vertex `start` to `end` (R,). Adds the vertices to the mesh."""
        region = crossing.regions
        before, after = mesh.values[start[region], crossing.neurons], mesh.values[end[region], crossing.neurons]
        difference = before - after
        dropped.inconsistent += int((before * after > 0).sum())
        share = np.clip(before / np.where(difference == 0, 1.0, difference), 0.0, 1.0)
        length = np.linalg.norm(mesh.coordinates[end] - mesh.coordinates[start], axis=1)[region]
        at_start = share * length <= tolerance
        at_end = ~at_start & ((1 - share) * length <= tolerance)
        dropped.corners += int((at_start | at_end).sum())
        mesh.values[start[region[at_start]], crossing.neurons[at_start]] = 0.0
        mesh.values[end[region[at_end]], crossing.neurons[at_end]] = 0.0
        middle = np.flatnonzero(~(at_start | at_end))
        order = middle[np.lexsort((share[middle], region[middle]))]
        share, sorted_region = share[order], region[order]
        new = np.ones(len(order), dtype=bool)
        new[1:] = (np.diff(sorted_region) > 0) | (np.diff(share) * length[order][1:] > tolerance)
        dropped.merged += int((~new).sum())
        self.counts = np.bincount(sorted_region[new], minlength=len(start))
        group = np.cumsum(new) - 1
        self.places = np.where(at_end, self.counts[region] + 1, 0)
        self.places[order] = group - starts_of(self.counts)[sorted_region] + 1
        on_cut = sorted_region[new]
        self.vertices = mesh.add_vertices(start[on_cut], end[on_cut], share[new])
        mesh.values[self.vertices[group], crossing.neurons[order]] = 0.0
