"""Tables of local complexity."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from grokscope.errors import UserError
from grokscope.metrics.local_complexity import measure as local_complexity
from grokscope.metrics.local_complexity.declaration import LocalComplexitySettings
from grokscope.metrics.local_complexity.frames import point_frames, random_points, shared_frame
from grokscope.metrics.local_complexity.measure import counted_layers
from grokscope.metrics.tables import columns_of
from metrics_helpers import SEEDS, brute_force, initialised, random_context, run_settings, spoil

RADII = [0.05, 0.5, 5.0]
SHAPE = (1, 28, 28)


def settings(**changes: object) -> LocalComplexitySettings:
    default = {"radii": RADII, "directions": 4, "points": {"train": 6, "test": 5, "random": 4}}
    return LocalComplexitySettings.model_validate(default | changes)


def test_rows_hold_mean_and_deviation_over_points() -> None:
    run = run_settings(dtype="float64", depth=3)
    network, context = initialised(run), random_context(run)
    table = local_complexity.build(settings(), context)(network, 7)
    assert list(table.columns) == [column for column in columns_of("local_complexity") if column != "run"]
    assert len(table) == 3 * len(RADII) * len(SEEDS) * 4
    assert dict(table.groupby("split")["points"].first()) == {"train": 6, "test": 5, "random": 4}
    assert set(table["step"]) == {7}
    splits = {
        "train": context.train_inputs[:, [0, 6, 13, 20, 26, 33]],  # 6 of 40
        "test": context.test_inputs[:, ::6],
        "random": random_points(4, SHAPE),
    }
    for split, points in splits.items():
        counts = brute_force(network, points, shared_frame(SHAPE, 4), 0.5)
        for position, seed in enumerate(SEEDS):
            chosen = table[(table["split"] == split) & (table["radius"] == 0.5) & (table["seed"] == seed)].sort_values(
                "layer"
            )
            by_layer = np.column_stack([counts[position].sum(axis=1), counts[position]])
            np.testing.assert_allclose(chosen["value"], by_layer.mean(axis=0))
            np.testing.assert_allclose(chosen["deviation"], by_layer.std(axis=0, ddof=1))


def test_total_of_a_cnn_is_over_its_convolutions() -> None:
    assert counted_layers(initialised(run_settings(kind="cnn", depth=2, width=4)).layers) == [1, 2]
    assert counted_layers(initialised(run_settings(depth=2)).layers) == [1, 2]
    run = run_settings(kind="cnn", depth=2, width=4, dtype="float64")
    network = initialised(run)
    with torch.no_grad():
        network.get_parameter("bias_3").zero_()
    table = local_complexity.build(settings(radii=[50.0]), random_context(run))(network, 0)
    values = table[(table["split"] == "train") & (table["seed"] == SEEDS[0])].set_index("layer")["value"]
    assert sorted(values.index) == [0, 1, 2, 3, 4]
    assert values[0] == pytest.approx(values[1] + values[2])
    assert values[3] > 0


@pytest.mark.parametrize("frames", ["shared", "per_point"])
@pytest.mark.parametrize("chunk", [1, 2, 100])
def test_chunks_do_not_change_the_result(frames: str, chunk: int) -> None:
    run = run_settings(dtype="float64")
    network, context = initialised(run), random_context(run)
    whole = local_complexity.build(settings(frames=frames), context)(network, 0)
    assert whole.equals(local_complexity.build(settings(frames=frames), context, chunk=chunk)(network, 0))


@pytest.mark.parametrize("frames", ["shared", "per_point"])
def test_a_seed_and_a_point_do_not_depend_on_their_company(frames: str) -> None:
    run = run_settings(dtype="float64")
    context = random_context(run)
    one_seed = replace(
        context, seeds=SEEDS[1:], train_inputs=context.train_inputs[1:], train_targets=context.train_targets[1:]
    )
    together = local_complexity.build(settings(frames=frames), context)(initialised(run), 0)
    alone = local_complexity.build(settings(frames=frames), one_seed)(initialised(run, SEEDS[1:]), 0)
    assert together[together["seed"] == SEEDS[1]].reset_index(drop=True).equals(alone)
    if frames == "per_point":
        assert torch.equal(point_frames(70, SHAPE, 3, stream=1)[:, :2], point_frames(2, SHAPE, 3, stream=1))
    assert torch.equal(random_points(9, SHAPE)[:, :4], random_points(4, SHAPE))


def test_nothing_is_cut_where_the_network_is_linear() -> None:
    run = run_settings(dtype="float64", depth=3)
    network = initialised(run)
    with torch.no_grad():
        for layer in (1, 2, 3):
            network.get_parameter(f"bias_{layer}").fill_(1e3)
    table = local_complexity.build(settings(), random_context(run))(network, 0)
    assert (table["value"] == 0).all()
    assert (table["deviation"] == 0).all()


@pytest.mark.parametrize("kind", ["mlp", "cnn"])
def test_a_diverged_seed_is_nan_and_leaves_the_other_alone(kind: str) -> None:
    run = run_settings(kind=kind, depth=2, width=3)
    network, context = initialised(run), random_context(run)
    whole = local_complexity.build(settings(), context)(network, 0)
    spoil(network, 0)
    table = local_complexity.build(settings(), context)(network, 0)
    assert table.loc[table["seed"] == SEEDS[0], ["value", "deviation"]].isna().all(axis=None)
    assert table[table["seed"] == SEEDS[1]].equals(whole[whole["seed"] == SEEDS[1]])


def test_later_layers_may_diverge_alone() -> None:
    run = run_settings(depth=3)
    network, context = initialised(run), random_context(run)
    with torch.no_grad():
        network.get_parameter("weight_3")[0, 0, 0] = math.nan
    table = local_complexity.build(settings(), context)(network, 0)
    lost = table[(table["seed"] == SEEDS[0]) & table["layer"].isin([0, 3])]
    assert table["value"].isna().sum() == len(lost) == lost["value"].isna().sum()


def test_points_that_are_left_out_or_too_few() -> None:
    run = run_settings(depth=2)
    measure = local_complexity.build(settings(points={"train": 100, "test": 1, "random": 0}), random_context(run))
    table = measure(initialised(run), 0)
    assert dict(table.groupby("split")["points"].first()) == {"train": 40, "test": 1}
    assert table.loc[table["split"] == "test", "deviation"].isna().all()
    assert table["value"].notna().all()


def test_too_many_directions_are_a_users_error() -> None:
    with pytest.raises(UserError, match="directions: 785"):
        local_complexity.build(settings(directions=785), random_context(run_settings()))
