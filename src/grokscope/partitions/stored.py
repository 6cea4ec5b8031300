"""Partitions as a few compact arrays, from which they can be drawn without the network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, fields

import numpy as np
from numpy.typing import NDArray

from grokscope.partitions.partition import Dropped, Partition

AXES: dict[str, tuple[str, ...]] = {
    "vertices": ("vertex", "coordinate"),
    "edges": ("edge", "end"),
    "edge_layer": ("edge",),
    "edge_neuron": ("edge",),
    "edge_regions": ("edge", "side"),
    "region_vertices": ("place",),
    "region_sizes": ("region",),
    "region_map": ("region", "output", "coefficient"),
    "dropped": ("kind",),
}
"""The arrays of a stored partition and what their axes are."""


def to_arrays(partition: Partition) -> dict[str, NDArray]:
    """Float32 coordinates and maps, int32 numbers, int16 layers and sizes."""
    sizes = np.diff(partition.region_starts)
    return {
        "vertices": partition.vertices.astype(np.float32),
        "edges": partition.edges.astype(np.int32),
        "edge_layer": partition.edge_layer.astype(np.int16),
        "edge_neuron": partition.edge_neuron.astype(np.int32),
        "edge_regions": partition.edge_regions.astype(np.int32),
        "region_vertices": partition.region_vertices.astype(np.int32),
        "region_sizes": sizes.astype(np.int32),
        "region_map": partition.region_map.astype(np.float32),
        "dropped": np.array(astuple(partition.dropped), dtype=np.int64),
    }


def from_arrays(arrays: Mapping[str, NDArray]) -> Partition:
    """The partition that `to_arrays` stored; coordinates and maps have the precision of float32."""
    missing = [name for name in AXES if name not in arrays]
    if missing:
        raise ValueError(f"no partition: {', '.join(missing)} missing")
    counts = dict(zip((field.name for field in fields(Dropped)), arrays["dropped"].tolist(), strict=True))
    return Partition(
        vertices=np.asarray(arrays["vertices"], dtype=np.float64),
        edges=np.asarray(arrays["edges"], dtype=np.int32),
        edge_layer=np.asarray(arrays["edge_layer"], dtype=np.int16),
        edge_neuron=np.asarray(arrays["edge_neuron"], dtype=np.int32),
        edge_regions=np.asarray(arrays["edge_regions"], dtype=np.int32),
        region_vertices=np.asarray(arrays["region_vertices"], dtype=np.int32),
        region_starts=np.concatenate([[0], np.cumsum(arrays["region_sizes"], dtype=np.int64)]),
        region_map=np.asarray(arrays["region_map"], dtype=np.float64),
        dropped=Dropped(**counts),
    )
