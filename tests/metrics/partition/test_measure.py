"""The metric partition against the network itself, point by point."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from grokscope.config.run_work import RunWork
from grokscope.data.regression_toy.make import make
from grokscope.errors import UserError
from grokscope.metrics.context import EvaluationContext, build_context
from grokscope.metrics.partition import measure as partition_metric
from grokscope.metrics.partition.declaration import PARTITION, PartitionSettings, complaints
from grokscope.metrics.partition.kept import unpacked
from grokscope.metrics.partition.picture import parts
from grokscope.metrics.partition.squares import squares
from grokscope.metrics.tables import columns_of
from grokscope.models.network import Network
from grokscope.partitions.plane import Plane
from metrics_helpers import SEEDS, initialised, random_context, run_settings, spoil
from task_support import toy_settings

GRID = 250
"""Of points a side, in brute force."""


def settings(**changes: object) -> PartitionSettings:
    return PartitionSettings.model_validate({"through": {"images": [4, 1, 7]}, "picture_pixels": 40} | changes)


def sure(network: Network) -> Network:
    """Outputs that differ from place to place, so that there is a boundary in a small square."""
    with torch.no_grad():
        last = f"weight_{len(network.layers)}"
        network.get_parameter(last).mul_(30)
        network.get_parameter(last.replace("weight", "bias")).zero_()
    return network


def by_points(
    network: Network, context: EvaluationContext, place: int, asked: PartitionSettings
) -> tuple[np.ndarray, np.ndarray, float]:
    """Activation patterns and classes at the points of a grid over the square through three images, and its
    half-width.
    """
    images = context.train_inputs[min(place, len(context.train_inputs) - 1)].flatten(1).double().numpy()
    three = images[[4, 1, 7]]
    plane = Plane.through(three)
    half = 1.1 * np.linalg.norm(three - three.mean(axis=0), axis=1).max()
    ticks = half * ((2 * np.arange(GRID) + 1) / GRID - 1)
    points = plane.embed(np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2))
    with torch.no_grad():
        outputs = network.preactivations(torch.from_numpy(points).to(context.train_inputs).view(1, -1, 1, 28, 28))
    patterns = np.concatenate([output[place].numpy() > 0 for output in outputs[:-1]], axis=1)
    return patterns, outputs[-1][place].argmax(dim=1).numpy(), half


def all_layers(table: pd.DataFrame, seed: int) -> pd.Series:
    return table[(table["seed"] == seed) & (table["layer"] == 0)].iloc[0]


def test_counts_and_boundary_are_those_of_a_fine_grid_of_points() -> None:
    run = run_settings(dtype="float64", depth=3, width=5)
    network, context = sure(initialised(run)), random_context(run)
    table = partition_metric.build(settings(), context)(network, 6)
    assert list(table.columns) == [column for column in columns_of("partition") if column != "run"]
    assert len(table) == len(SEEDS) * 3
    for place, seed in enumerate(SEEDS):
        patterns, classes, half = by_points(network, context, place, settings())
        row = all_layers(table, seed)
        seen = len(np.unique(patterns, axis=0))
        assert seen <= row["regions"] <= seen + 2  # the smallest may lie between points
        assert row["half_width"] == pytest.approx(half)
        square = classes.reshape(GRID, GRID)
        crossings = (square[:, 1:] != square[:, :-1]).sum() + (square[1:] != square[:-1]).sum()
        # a line in a random direction crosses 4 / pi grid lines for each spacing; here directions are what they are
        drawn = row["boundary_length"] / (2 * half / GRID)
        assert drawn * 0.95 <= crossings <= drawn * 2**0.5 * 1.05
        inner = table[(table["seed"] == seed) & (table["layer"] > 0)]
        assert inner["edges"].sum() == row["edges"]
        assert inner["edge_length"].sum() == pytest.approx(row["edge_length"])
        assert inner["regions"].isna().all()


def test_shares_near_the_boundary_and_the_points_are_those_of_the_kept_regions() -> None:
    run = run_settings(dtype="float64", depth=3, width=8)
    network, context = sure(initialised(run)), random_context(run, shared=True)
    asked = settings(near=0.2)
    row = all_layers(partition_metric.build(asked, context)(network, 6), SEEDS[1])
    arrays = partition_metric.build_arrays(asked, context)(network, 6)
    kept = unpacked({name: values[1] for name, values in arrays.items()})["through"]
    assert kept.regions == len(kept.region_sizes) == row["regions"]
    around = [(one, np.roll(one, -1, axis=0)) for one in map(np.float64, kept.polygons())]
    doubled = [(here[:, 0] * there[:, 1] - here[:, 1] * there[:, 0]).sum() for here, there in around]
    assert min(doubled) > -1e-5  # counter-clockwise, up to float32
    assert 0.5 * sum(doubled) == pytest.approx((2 * row["half_width"]) ** 2, rel=1e-5)
    assert len(kept.segments) - (kept.edge_layers == 0).sum() == row["edges"]
    np.testing.assert_allclose(
        np.linalg.norm(kept.boundary[:, 1] - kept.boundary[:, 0], axis=1).sum(), row["boundary_length"], rtol=1e-5
    )
    samples = np.concatenate([np.linspace(one[0], one[1], 200) for one in kept.boundary.astype(np.float64)])
    centres = kept.centres()  # not those of gravity, which differ by less than a region
    near = [np.linalg.norm(samples - centre, axis=1).min() <= 0.2 * row["half_width"] for centre in centres]
    assert row["near_boundary"] == pytest.approx(np.mean(near), abs=0.06)
    at_points = [np.linalg.norm(kept.points - centre, axis=1).min() <= 0.2 * row["half_width"] for centre in centres]
    assert row["near_points"] == pytest.approx(np.mean(at_points), abs=0.06)
    assert row["area_near_points"] == pytest.approx(3 * np.pi * 0.2**2 / 4, rel=0.05)


def test_a_seed_that_diverged_has_no_values_and_an_empty_slice() -> None:
    run = run_settings(dtype="float32", depth=3)
    network, context = initialised(run), random_context(run)
    spoil(network, 0)
    table = partition_metric.build(settings(), context)(network, 6)
    measured = sorted(PARTITION.measured - {"half_width"})
    assert table.loc[table["seed"] == SEEDS[0], measured].isna().all(axis=None)
    assert all_layers(table, SEEDS[1])["regions"] > 1
    arrays = partition_metric.build_arrays(settings(), context)(network, 6)
    lost = unpacked({name: values[0] for name, values in arrays.items()})["through"]
    assert (lost.regions, lost.whole, int(lost.picture.max())) == (0, False, 0)


def test_whole_partitions_are_kept_at_the_nearest_steps_only() -> None:
    run = run_settings(dtype="float64", depth=2, width=6)  # checkpoints 0, 1, 3, 6
    network, context = initialised(run), random_context(run)
    asked = settings(arrays_of_seeds=[SEEDS[1]], arrays_at_most=9, partitions_at=[2, 100], around={"half_width": 0.5})
    measure = partition_metric.build_arrays(asked, context)
    whole = {}
    for step in (0, 1, 3, 6):
        arrays = measure(network, step)
        assert unpacked({name: values[0] for name, values in arrays.items()}) == {}
        found = unpacked({name: values[1] for name, values in arrays.items()})
        assert list(found) == ["through", "around"]
        edges, _ = parts(found["through"].picture)
        assert (edges.shape, edges.max() > 0) == ((40, 40), True)
        whole[step] = [one.whole for one in found.values()]
    assert whole == {0: [False, False], 1: [True, True], 3: [False, False], 6: [True, True]}


def test_the_table_may_have_the_last_checkpoint_only() -> None:
    run = run_settings(dtype="float64", depth=2, width=6)
    measure = partition_metric.build(settings(rows="last"), random_context(run))
    assert [len(measure(initialised(run), step)) for step in (0, 1, 3, 6)] == [0, 0, 0, 4]


def test_the_whole_input_of_a_toy_has_heights_instead_of_classes() -> None:
    run = toy_settings()
    context = build_context(run, make(run.data), SEEDS)  # type: ignore[arg-type]
    network = initialised(run)
    asked = PartitionSettings.model_validate({"input": {}, "picture_pixels": 10})
    row = all_layers(partition_metric.build(asked, context)(network, 0), SEEDS[0])
    assert row["half_width"] == 10
    assert np.isnan(
        row[["boundary_length", "near_boundary", "boundary_contrast", "point_contrast"]].astype(float)
    ).all()
    arrays = partition_metric.build_arrays(asked, context)(network, 40)
    kept = unpacked({name: values[0] for name, values in arrays.items()})["input"]
    with torch.no_grad():
        heights = network(torch.from_numpy(kept.vertices.astype(np.float64))[None])[0, :, 0]
    np.testing.assert_allclose(kept.heights, heights, atol=1e-5)
    assert set(kept.classes) == {-1}
    assert len(kept.boundary) == 0


def test_squares_lie_where_the_settings_say() -> None:
    run = run_settings()
    images = np.random.default_rng(0).random((40, 784))
    asked = settings(through={"images": [4, 1, 7], "size": 2.0}, around={"image": 5, "half_width": 0.25, "plane": 3})
    through, around = squares(asked, run, images)
    np.testing.assert_allclose(through.plane.embed(through.points), images[[4, 1, 7]], atol=1e-12)
    assert through.half_width == pytest.approx(2 * np.linalg.norm(through.points, axis=1).max())
    np.testing.assert_allclose(around.plane.origin, images[5])
    assert around.half_width == 0.25
    again = squares(asked, run, images)[1]
    np.testing.assert_array_equal(around.plane.axes, again.plane.axes)
    other = squares(settings(around={"image": 5, "half_width": 0.25, "plane": 4}), run, images)[1]
    assert np.abs(other.plane.axes - around.plane.axes).max() > 0.01
    images[7] = 2 * images[4] - images[1]
    with pytest.raises(UserError, match=r"partition.through.images \[4, 1, 7\]: three points on one line"):
        squares(asked, run, images)


@pytest.mark.parametrize(
    ("changes", "run", "words"),
    [
        ({}, {"activation": "gelu"}, "activation gelu is not piecewise linear"),
        ({}, {"activation": "tanh"}, "activation tanh is not piecewise linear"),
        ({}, {"batch_norm": True}, "not followed through batch_norm"),
        ({}, {"kind": "cnn", "depth": 2}, "not followed through architecture cnn"),
        ({"through": None}, {}, "names no slice; name one of through, around, input"),
        ({"through": {"images": [0, 1, 40]}}, {}, "through.images 40: there are 40 training samples, numbered from 0"),
        ({"around": {"image": 77, "half_width": 1}}, {}, "around.image 77: there are 40 training samples"),
        ({"input": {}}, {}, "input: samples of mnist are not two numbers"),
    ],
)
def test_what_cannot_be_measured_is_refused_by_name(changes: dict, run: dict, words: str) -> None:
    (complaint,) = complaints(settings(**changes), RunWork(run_settings(**run)))
    assert words in complaint


@pytest.mark.parametrize("changes", [{}, {"around": {"image": 39, "half_width": 1}}])
def test_what_can_be_measured_is_not_refused(changes: dict) -> None:
    assert list(complaints(settings(**changes), RunWork(run_settings(activation="leaky_relu")))) == []
    toy = RunWork(toy_settings())
    assert list(complaints(PartitionSettings.model_validate({"input": {}}), toy)) == []


@pytest.mark.parametrize("images", [[1, 2], [1, 2, 3, 4], [1, 2, 1], [-1, 2, 3]])
def test_three_different_images_make_a_plane(images: list[int]) -> None:
    with pytest.raises(ValueError, match="images"):
        PartitionSettings.model_validate({"through": {"images": images}})
