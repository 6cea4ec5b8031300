"""P2 Fig 4: which polygons meet, and what is said of the neighbourhood of a point."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.spatial import ConvexHull

from grokscope.figures.always_grok import fig4
from grokscope.figures.always_grok.toy_network import ToyNetwork
from grokscope.figures.write import figure_facts
from grokscope.metrics.arrays import ArrayKey, arrays_file, write_arrays
from grokscope.metrics.partition.kept import packed
from slices_support import PIXELS, made_up_slice
from synthetic_figures import drawn, figure_inputs

GRID = 21


def polygon(generator: np.random.Generator) -> np.ndarray:
    points = generator.normal(generator.normal(0, 1.5, 2), 0.7, (6, 2))
    return points[ConvexHull(points).vertices]


def depth_of_the_overlap(one: np.ndarray, other: np.ndarray) -> float:
    """Radius of the largest circle inside both polygons, by a linear program."""
    rows, bounds = [], []
    for corners in (one, other):
        sides = np.roll(corners, -1, axis=0) - corners
        outwards = np.stack([sides[:, 1], -sides[:, 0]], axis=1) / np.linalg.norm(sides, axis=1, keepdims=True)
        rows.append(np.column_stack([outwards, np.ones(len(corners))]))
        bounds.append((outwards * corners).sum(axis=1))
    found = linprog(
        [0, 0, -1], np.concatenate(rows), np.concatenate(bounds), bounds=[(None, None), (None, None), (None, 9)]
    )
    return float(-found.fun)


def test_polygons_meet_where_a_circle_fits_into_both() -> None:
    generator = np.random.default_rng(0)
    seen = set()
    for _ in range(200):
        one, other = polygon(generator), polygon(generator)
        depth = depth_of_the_overlap(one, other)
        if abs(depth) > 1e-6:
            assert fig4.meet(one, other) == (depth > 0)
            seen.add(depth > 0)
    assert seen == {True, False}


def test_polygons_that_only_touch_do_not_meet() -> None:
    square = np.array([[0.0, 0], [1, 0], [1, 1], [0, 1]])
    assert not fig4.meet(square, square + np.array([1, 0]))
    assert fig4.meet(square, square + np.array([0.999, 0]))
    assert fig4.meet(square, 0.2 * square + 0.4)


def test_the_neighbourhood_has_the_counts_of_the_map_and_all_regions_that_meet_it(tmp_path: Path) -> None:
    inputs = figure_inputs("always_grok_fig4", "smoke", seeds=1, metrics=("weight_norm",))
    assert "not measured" in figure_facts(inputs)["measured"]
    drawn(inputs)
    kept = made_up_slice("input", classes=False)
    half, radii = kept.half_width, np.array([0.02, 0.1, 0.2]) * kept.half_width
    maps = np.arange(GRID * GRID).reshape(GRID, GRID)
    maps = np.stack([maps, maps + 1000, maps + 2000]).astype(np.int32)
    frame = np.array([[0.6, 0.8], [-0.8, 0.6]])
    around = fig4.neighbourhoods(ToyNetwork(kept, radii.tolist(), maps.astype(float), frame))
    assert [one.radius for one in around] == pytest.approx(radii[1:])
    line = np.linspace(-half, half, GRID)
    for number, one in enumerate(around, start=1):
        column, row = (int(np.abs(line - value).argmin()) for value in one.point)
        assert one.cut == maps[number, row, column]
        assert np.linalg.norm(one.vertices - one.point, axis=1) == pytest.approx([one.radius] * 4)
        generator = np.random.default_rng(number)
        weights = generator.dirichlet(np.ones(4), 20000)
        inside = weights @ one.vertices
        there = {place for place, corners in enumerate(kept.polygons()) if holds(corners, inside).any()}
        assert len(there) <= one.regions <= len(there) + 2  # the smallest overlaps have no sample
    path = tmp_path / "arrays"
    files = {}
    for metric, arrays in {
        "partition": packed([kept], PIXELS),
        "complexity_map": {"radii": radii, "frame": frame, "maps": maps},
    }.items():
        files[metric] = [path.with_name(f"{metric}.parquet")]
        write_arrays(
            arrays_file(files[metric][0]), metric, {ArrayKey(name, 0, 9): array for name, array in arrays.items()}
        )
    inputs.metric_files, inputs.seeds = {inputs.members[0]["run"]: files}, [0]
    told = figure_facts(inputs)["measured"]
    assert all(f"{one.regions} exact linear regions meet" in told for one in around)
    drawn(inputs)


def holds(corners: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Which points lie inside a convex polygon whose corners go counter-clockwise."""
    sides = np.roll(corners, -1, axis=0) - corners
    from_corners = points[:, None] - corners[None]
    inside: np.ndarray = (sides[:, 0] * from_corners[..., 1] - sides[:, 1] * from_corners[..., 0] > 0).all(axis=1)
    return inside
