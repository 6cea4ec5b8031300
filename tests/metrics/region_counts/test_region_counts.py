"""Exact numbers of regions around points against patterns on a grid, and the planes that they lie in."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from grokscope.config.run_work import RunWork
from grokscope.metrics.region_counts import measure as region_counts
from grokscope.metrics.region_counts.declaration import REGION_COUNTS, RegionCountsSettings
from grokscope.metrics.region_counts.measure import neighbours_plane
from grokscope.metrics.tables import columns_of
from grokscope.models.network import Network
from grokscope.partitions.plane import Plane
from metrics_helpers import SEEDS, initialised, random_context, run_settings, spoil


def settings(**changes: object) -> RegionCountsSettings:
    default = {
        "half_widths": [0.5, 2.0],
        "planes": ["random", "neighbours"],
        "points": {"train": 4, "test": 3, "random": 2},
    }
    return RegionCountsSettings.model_validate(default | changes)


def patterns_on_a_grid(network: Network, position: int, plane: Plane, half_width: float) -> int:
    line = np.linspace(-half_width, half_width, 121)
    places = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    inputs = torch.from_numpy(plane.embed(places)).reshape(1, -1, 1, 28, 28)
    with torch.no_grad():
        active = torch.cat([z[position] > 0 for z in network.preactivations(inputs)[:-1]], dim=1)
    return len(active.unique(dim=0))


def test_values_are_means_over_squares_of_the_patterns_in_them(monkeypatch: pytest.MonkeyPatch) -> None:
    run = run_settings(dtype="float64", depth=3, activation="leaky_relu")
    network, context = initialised(run), random_context(run)
    seen: list[Plane] = []
    real = region_counts.count_in_squares
    monkeypatch.setattr(
        region_counts, "count_in_squares", lambda net, planes, width: seen.extend(planes) or real(net, planes, width)
    )
    chosen = settings(half_widths=[2.0], planes=["random"], random_planes=2, points={"train": 3})
    table = region_counts.build(chosen, context)(network, 7)
    assert list(table.columns) == [column for column in columns_of("region_counts") if column != "run"]
    assert len(seen) == 2 * 2 * 3
    for position, seed in enumerate(SEEDS):
        row = table[table["seed"] == seed].iloc[0]
        planes = seen[6 * position : 6 * position + 6]
        points = context.points("train", 3)[0][position].flatten(1)
        np.testing.assert_allclose([plane.origin for plane in planes], points.repeat_interleave(2, dim=0))
        found = [patterns_on_a_grid(network, position, plane, 2.0) for plane in planes]
        assert np.mean(found) <= row["value"] <= np.mean(found) + 2  # regions smaller than the grid
        assert row["squares"] == 6
        assert row["dropped"] == 0


def test_there_is_a_row_for_each_kind_of_points_and_planes_and_more_regions_in_larger_squares() -> None:
    run = run_settings(depth=3)
    table = region_counts.build(settings(), random_context(run))(initialised(run), 0)
    assert len(table) == len(SEEDS) * 3 * 2 * 2
    assert (table["value"] >= 1).all()
    wide = table.pivot_table(index=["seed", "split", "plane"], columns="half_width", values="value")
    assert (wide[2.0] > wide[0.5]).all()
    again = region_counts.build(settings(), random_context(run))(initialised(run), 0)
    assert table.equals(again)


def test_a_plane_of_neighbours_goes_through_the_two_nearest_that_span_one() -> None:
    generator = np.random.default_rng(0)
    samples = generator.normal(size=(30, 5))
    point = samples[3]
    plane = neighbours_plane(point, samples)
    nearest = samples[np.argsort(np.linalg.norm(samples - point, axis=1))[1:3]]
    np.testing.assert_allclose(plane.embed(plane.coordinates(nearest)), nearest)
    np.testing.assert_allclose(plane.origin, point)
    doubled = np.concatenate([samples, samples[3:4], point + 0.5 * (nearest[:1] - point)])  # a twin, and one between
    np.testing.assert_allclose(neighbours_plane(point, doubled).axes, plane.axes)
    with pytest.raises(ValueError, match="one line"):
        neighbours_plane(np.zeros(3), np.outer([1.0, 2.0, -1.0], [1.0, 1.0, 0.0]))


def test_a_seed_that_is_not_finite_spoils_itself_alone() -> None:
    run = run_settings()
    network, context = initialised(run), random_context(run)
    spoil(network, 0)
    table = region_counts.build(settings(), context)(network, 0)
    assert table.loc[table["seed"] == SEEDS[0], "value"].isna().all()
    assert table.loc[table["seed"] == SEEDS[1], "value"].notna().all()


def test_what_cannot_be_measured_is_refused() -> None:
    assert "relu" in next(REGION_COUNTS.complaints(settings(), RunWork(run_settings(activation="gelu"))))
    assert "none of any kind" in next(REGION_COUNTS.complaints(settings(points={"train": 0}), RunWork(run_settings())))
    assert not list(REGION_COUNTS.complaints(settings(), RunWork(run_settings(activation="leaky_relu"))))
