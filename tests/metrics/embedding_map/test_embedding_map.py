"""Maps of local complexity on the plane through three embedded sequences."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from embedding_helpers import (
    SEEDS,
    context_of,
    cuts_by_hand,
    embed,
    spoil_embedding,
    transformer_of,
    transformer_run,
)
from grokscope.config.run_work import RunWork
from grokscope.errors import UserError
from grokscope.metrics.arrays import ArrayKey, check_arrays
from grokscope.metrics.embedding_map import measure as embedding_map
from grokscope.metrics.embedding_map.declaration import EMBEDDING_MAP, EmbeddingMapSettings
from grokscope.metrics.embedding_map.near import near_samples
from grokscope.metrics.local_complexity.frames import shared_frame
from grokscope.metrics.tables import check_table, columns_of
from task_support import register_tokens, token_settings

SHAPE = (4, 6)


def settings_of(**changes: object) -> EmbeddingMapSettings:
    return EmbeddingMapSettings.model_validate({"radius": 0.4, "directions": 3, "grid": 4} | changes)


@pytest.fixture(autouse=True)
def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding_map, "_REMEMBERED", {})


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"positions": "last", "radius": 1.5, "samples": [7, 2, 9], "size": 4.0},
        {"measured": "relative", "radius": 0.15},
    ],
    ids=str,
)
def test_maps_hold_the_cuts_around_every_point_of_the_grid(changes: dict[str, object]) -> None:
    run, settings = transformer_run(), settings_of(**changes)
    network, context = transformer_of(run), context_of(run)
    table = embedding_map.build(settings, context)(network, 6)
    check_table("embedding_map", table.assign(run="r")[columns_of("embedding_map")])
    arrays = embedding_map.build_arrays(settings, context)(network, 6)
    check_arrays("embedding_map", {ArrayKey(name, 3, 6): of[0] for name, of in arrays.items()})
    for place, seed in enumerate(SEEDS):
        found = {name: of[place] for name, of in arrays.items()}
        whole = embed(network, place, context.train_inputs[0])
        three = whole[settings.samples or [0, 4, 8]].flatten(1)
        mean = three.mean(dim=0)
        first = three[1] - three[0]
        first = first / first.norm()
        second = three[2] - three[0] - (three[2] - three[0]).dot(first) * first
        second = second / second.norm()
        half = settings.size * max(float((one - mean).norm()) for one in three)
        radius = settings.radius
        if settings.measured == "relative":
            radius *= np.mean([float(one.norm()) for one in whole.flatten(1)])
        assert found["half_width"] == pytest.approx(half)
        assert found["radius"] == pytest.approx(radius)
        np.testing.assert_array_equal(found["layers"], [2, 4])
        for sample, one in zip(found["samples"], three, strict=True):
            torch.testing.assert_close(mean + sample[0] * first + sample[1] * second, one)
        line = np.linspace(-half, half, 4)
        number = ["all", "last"].index(settings.positions)
        expected = np.empty((2, 4, 4))
        for row, y in enumerate(line):
            for column, x in enumerate(line):
                centre = (mean + x * first + y * second).view(SHAPE)
                expected[:, row, column] = cuts_by_hand(network, place, centre, shared_frame(SHAPE, 3), radius)[
                    :, number
                ]
        np.testing.assert_array_equal(found["maps"], expected)
        assert len(np.unique(expected)) > 2
        rows = table[table["seed"] == seed].set_index("layer")
        both = [expected.sum(axis=0), *expected]
        np.testing.assert_allclose(rows["value"], [one.mean() for one in both])
        np.testing.assert_array_equal(rows["highest"], [one.max() for one in both])
        # the four points along each side lie so far apart that only the nearest one to each sample can be near
        places = [(row, column) for row in range(4) for column in range(4)]
        near = {
            min(places, key=lambda place: (line[place[1]] - x) ** 2 + (line[place[0]] - y) ** 2)
            for x, y in found["samples"]
        }
        np.testing.assert_allclose(rows["near"], [np.mean([one[place] for place in near]) for one in both])


def test_maps_are_made_at_the_checkpoints_nearest_to_the_wanted_steps() -> None:
    run = transformer_run()
    network, context = transformer_of(run), context_of(run)
    settings = settings_of(maps_at=[0, 5])
    made = [step for step in (0, 1, 3, 6) if len(embedding_map.build(settings, context)(network, step))]
    assert made == [0, 6]
    empty = embedding_map.build_arrays(settings, context)(network, 3)
    check_arrays("embedding_map", {ArrayKey(name, 3, 3): of[0] for name, of in empty.items()})
    assert all(array.size == 0 for of in empty.values() for array in of)
    assert embedding_map.build_arrays(settings, context)(network, 6)["maps"][1].shape == (2, 4, 4)
    every = settings_of()
    assert all(len(embedding_map.build(every, context)(network, step)) for step in (0, 1, 3, 6))


def test_all_seeds_are_measured_and_maps_are_kept_of_the_chosen_ones() -> None:
    run = transformer_run()
    network, context = transformer_of(run), context_of(run)
    settings = settings_of(arrays_of_seeds=[8])
    assert set(embedding_map.build(settings, context)(network, 0)["seed"]) == set(context.seeds) == {3, 8}
    maps = embedding_map.build_arrays(settings, context)(network, 0)["maps"]
    assert [array.size for array in maps] == [0, 32]


def test_table_and_arrays_share_their_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    run = transformer_run()
    network, context, settings = transformer_of(run), context_of(run), settings_of()
    embedding_map.build(settings, context)(network, 0)
    with monkeypatch.context() as patched:
        patched.setattr(embedding_map, "made", None)
        embedding_map.build_arrays(settings, context_of(run))(network, 6)  # the same weights at another step
        with pytest.raises(TypeError):
            embedding_map.build(settings, context)(network, 0)  # a table is always measured, so that it can be timed
        with torch.no_grad():
            network.get_parameter("bias_2")[0, 0, 0] += 1
        with pytest.raises(TypeError):
            embedding_map.build_arrays(settings, context)(network, 6)
        with pytest.raises(TypeError):
            embedding_map.build_arrays(settings_of(radius=0.41), context)(network, 6)


def test_no_more_is_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    run = transformer_run()
    network, context, settings = transformer_of(run), context_of(run), settings_of()
    monkeypatch.setattr(embedding_map, "REMEMBERED_BYTES", 2 * 4 * 4 * 8)  # one seed's maps of two layers
    embedding_map.build(settings, context)(network, 0)
    assert len(embedding_map._REMEMBERED) == 1
    whole = embedding_map.build_arrays(settings, context)(network, 0)["maps"]
    monkeypatch.undo()
    for place, maps in enumerate(embedding_map.build_arrays(settings, context)(network, 0)["maps"]):
        np.testing.assert_array_equal(maps, whole[place])


def test_points_in_several_parts_count_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    run = transformer_run()
    network, context, settings = transformer_of(run), context_of(run), settings_of()
    tokens = context.train_inputs
    one = embedding_map.one_seed(context, network, 1)
    whole = embedding_map.made(settings, one, tokens)
    monkeypatch.setattr("grokscope.metrics.embedding_map.square.CHUNK_BYTES", {"cpu": 1})
    np.testing.assert_array_equal(embedding_map.made(settings, one, tokens).cuts, whole.cuts)


def test_a_seed_that_is_not_finite_has_no_values() -> None:
    run = transformer_run()
    network, context, settings = transformer_of(run), context_of(run), settings_of()
    spoil_embedding(network, 0)
    table = embedding_map.build(settings, context)(network, 0)
    assert table.loc[table["seed"] == SEEDS[0], "value"].isna().all()
    assert table.loc[table["seed"] == SEEDS[1], "value"].notna().all()
    assert (embedding_map.build_arrays(settings, context)(network, 0)["maps"][0] == embedding_map.UNKNOWN).all()


def test_sequences_on_a_line_are_said() -> None:
    run = transformer_run()
    network, context = transformer_of(run), context_of(run)
    same = dataclasses.replace(context, train_inputs=context.train_inputs[:, :1].expand(-1, 12, -1))
    with pytest.raises(UserError, match=r"embedding_map.samples \[0, 4, 8\]: three points on one line"):
        embedding_map.build(settings_of(), same)(network, 0)


def test_what_cannot_be_measured_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    work = RunWork(transformer_run())
    assert list(EMBEDDING_MAP.complaints(settings_of(), work)) == []
    assert list(EMBEDDING_MAP.complaints(settings_of(samples=[0, 5, 12]), work)) == [
        "samples 12: there are 12 training samples, numbered from 0"
    ]
    assert "have 24 numbers" in next(iter(EMBEDDING_MAP.complaints(settings_of(directions=25), work)))
    with pytest.raises(ValueError, match="not three different sequences"):
        settings_of(samples=[1, 1, 2])
    register_tokens(monkeypatch)
    found = list(EMBEDDING_MAP.complaints(settings_of(), RunWork(token_settings("reversal"))))
    assert "mixer is no embedding" in found[0]


def test_points_near_a_sample_lie_within_a_share_of_the_half_width() -> None:
    samples = np.array([[-1.0, -1.0], [1.0, 0.5], [0.2, 1.3]])
    found, line = near_samples(samples, 2.0, 41), np.linspace(-2, 2, 41)
    for row, y in enumerate(line):
        for column, x in enumerate(line):
            nearest = min(float(np.hypot(x - one, y - two)) for one, two in samples)
            if abs(nearest - 0.3) > 1e-9:
                assert found[row, column] == (nearest < 0.3)
    assert near_samples(np.full((3, 2), np.nan), np.nan, 5).all()
