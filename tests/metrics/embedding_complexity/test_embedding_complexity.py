"""Local complexity of transformers around embedded sequences, held against a loop over vertices and neurons."""

from __future__ import annotations

import numpy as np
import pandas as pd
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
from grokscope.config.run_settings import RunSettings
from grokscope.config.run_work import RunWork
from grokscope.metrics.embedding_complexity import measure as embedding_complexity
from grokscope.metrics.embedding_complexity.counted import count_in_blocks, in_multiples
from grokscope.metrics.embedding_complexity.declaration import EMBEDDING_COMPLEXITY, EmbeddingComplexitySettings
from grokscope.metrics.embedding_complexity.random_sequences import DRAWN, unit_points
from grokscope.metrics.embedding_map.declaration import EMBEDDING_MAP, EmbeddingMapSettings
from grokscope.metrics.local_complexity.frames import shared_frame
from grokscope.metrics.tables import check_table, columns_of
from task_support import register_tokens, token_settings

FEW = {"train": 3, "test": 2, "random": 2}
SHAPE = (4, 6)


def settings_of(**changes: object) -> EmbeddingComplexitySettings:
    return EmbeddingComplexitySettings.model_validate(
        {"radii": [0.3, 1.5], "relative_radii": [0.2], "directions": 3, "points": FEW} | changes
    )


def rows_of(table: pd.DataFrame, **key: object) -> pd.DataFrame:
    for column, value in key.items():
        table = table[table[column] == value]
    return table


@pytest.mark.parametrize(
    "model", [{"norm": "post"}, {"norm": "pre", "attention": "full"}, {"norm": "none", "activation": "relu"}], ids=str
)
def test_counts_are_those_of_a_loop_over_vertices_and_neurons(model: dict[str, object]) -> None:
    run = transformer_run(**model)
    network, context, settings = transformer_of(run), context_of(run), settings_of()
    table = embedding_complexity.build(settings, context)(network, 7)
    check_table("embedding_complexity", table.assign(run="r")[columns_of("embedding_complexity")])
    frame = shared_frame(SHAPE, 3)
    box = 2 * unit_points(2, SHAPE)[0] - 1
    for place, seed in enumerate(SEEDS):
        tokens = {"train": context.train_inputs[0][[0, 4, 8]], "test": context.test_inputs[0][[0, 6]]}
        whole = embed(network, place, context.train_inputs[0])
        norm = np.mean([float(np.linalg.norm(one.numpy().ravel())) for one in whole])
        points = {split: embed(network, place, rows) for split, rows in tokens.items()} | {"random": box}
        for split, centres in points.items():
            for measured, radius, factor in (("fixed", 0.3, 1.0), ("fixed", 1.5, 1.0), ("relative", 0.2, norm)):
                cuts = np.stack([cuts_by_hand(network, place, one, frame, radius * factor) for one in centres])
                assert cuts.sum() > 0
                for number, positions in enumerate(("all", "last")):
                    key = {"split": split, "seed": seed, "measured": measured, "radius": radius, "positions": positions}
                    found = rows_of(table, **key).set_index("layer")
                    assert list(found.index) == [0, 2, 4]
                    assert set(found["points"]) == {len(centres)}
                    expected = np.concatenate([cuts.sum(axis=1, keepdims=True), cuts], axis=1)[:, :, number]
                    np.testing.assert_allclose(found["value"], expected.mean(axis=0))
                    np.testing.assert_allclose(found["deviation"], expected.std(axis=0, ddof=1))


def test_every_seed_has_its_own_relative_radius() -> None:
    run = transformer_run()
    network, context = transformer_of(run), context_of(run)
    with torch.no_grad():
        network.get_parameter("token_embedding")[1] *= 3
    norms = torch.tensor([2.0, 5.0], dtype=torch.float64)
    points = network.first(context.train_inputs[:, :4]).detach()
    frame = shared_frame(SHAPE, 3)
    together = count_in_blocks(network, in_multiples(points, norms), frame, [0.25], ["all"], norms)
    for place, norm in enumerate(norms.tolist()):
        each = count_in_blocks(network, points, frame, [0.25 * norm], ["all"])
        torch.testing.assert_close(together[:, place], each[:, place], rtol=0, atol=0)


def test_random_sequences_lie_where_they_should() -> None:
    network = transformer_of(transformer_run())
    unit = unit_points(200, SHAPE)
    assert unit.min() >= 0
    assert unit.max() < 1
    box = DRAWN["unit_box"](network, unit)
    assert box.shape == (1, 200, *SHAPE)
    assert -1 <= box.min() < -0.99
    assert 0.99 < box.max() < 1
    drawn = DRAWN["embedding_range"](network, unit)
    for place in range(len(SEEDS)):
        table, places = (network.get_parameter(f"{name}_embedding")[place].detach() for name in ("token", "position"))
        without = drawn[place].detach() - places
        width = float(table.max() - table.min())
        assert float(table.min()) - 1e-12 <= float(without.min()) <= float(table.min()) + 0.01 * width
        assert float(table.max()) + 1e-12 >= float(without.max()) >= float(table.max()) - 0.01 * width


def test_random_sequences_of_the_embedding_are_measured_where_the_setting_says_so() -> None:
    run = transformer_run()
    network, context = transformer_of(run), context_of(run)
    only = {"radii": [0.3], "relative_radii": [], "points": {"train": 0, "test": 0, "random": 2}}
    table = embedding_complexity.build(settings_of(random="embedding_range", **only), context)(network, 0)
    points = DRAWN["embedding_range"](network, unit_points(2, SHAPE)).detach()
    for place, seed in enumerate(SEEDS):
        cuts = [cuts_by_hand(network, place, one, shared_frame(SHAPE, 3), 0.3) for one in points[place]]
        found = rows_of(table, seed=seed, layer=0, positions="all")["value"].item()
        assert found == np.stack(cuts)[:, :, 0].sum(axis=1).mean()
    assert set(table["split"]) == {"random"}


def test_sequences_in_several_parts_count_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    run = transformer_run()
    network, context = transformer_of(run), context_of(run)
    whole = embedding_complexity.build(settings_of(), context)(network, 0)
    monkeypatch.setattr("grokscope.metrics.embedded_sequences.CHUNK_BYTES", {"cpu": 1})
    pd.testing.assert_frame_equal(embedding_complexity.build(settings_of(), context)(network, 0), whole)


def test_a_seed_that_is_not_finite_has_no_values() -> None:
    run = transformer_run()
    network, context = transformer_of(run), context_of(run)
    sound = embedding_complexity.build(settings_of(), context)(network, 0)
    spoil_embedding(network, 0)
    table = embedding_complexity.build(settings_of(), context)(network, 0)
    spoilt = table[(table["seed"] == SEEDS[0]) & (table["split"] != "random")]
    assert spoilt["value"].isna().all()
    pd.testing.assert_frame_equal(table[table["seed"] == SEEDS[1]], sound[sound["seed"] == SEEDS[1]])


def test_the_memory_that_is_asked_for_holds_all_layers_at_the_vertices_of_a_point() -> None:
    run = transformer_run()
    with torch.no_grad():
        layers = transformer_of(run).rest(torch.zeros(len(SEEDS), 2 * 3, *SHAPE, dtype=torch.float64))
    held = sum(layer.numel() for layer in layers)
    for settings, of_seeds, declared in (
        (settings_of(), len(SEEDS), EMBEDDING_COMPLEXITY),
        (EmbeddingMapSettings(radius=1, directions=3, grid=2), 1, EMBEDDING_MAP),
    ):
        asked = declared.work(settings, RunWork(run, len(SEEDS))).numbers
        assert held * of_seeds / len(SEEDS) <= asked


def complaints_of(run: RunSettings, **changes: object) -> list[str]:
    return list(EMBEDDING_COMPLEXITY.complaints(settings_of(**changes), RunWork(run)))


def test_what_cannot_be_measured_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    run = transformer_run()
    assert complaints_of(run) == []
    assert "radii" in complaints_of(run, radii=[], relative_radii=[])[0]
    assert complaints_of(run, directions=25) == [
        "directions 25: embedded sequences of modular_arithmetic have 24 numbers"
    ]
    assert "none of any kind" in complaints_of(run, points={"train": 0, "test": 0, "random": 0})[0]
    register_tokens(monkeypatch)

    assert "mixer is no embedding" in complaints_of(token_settings("reversal"))[0]
