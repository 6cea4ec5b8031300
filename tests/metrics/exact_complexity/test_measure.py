"""Tables of exact local complexity."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from grokscope.config.run_work import RunWork
from grokscope.metrics.exact_complexity import measure as exact_complexity
from grokscope.metrics.exact_complexity.count import count_in_neighbourhood
from grokscope.metrics.exact_complexity.declaration import EXACT_COMPLEXITY, ExactComplexitySettings
from grokscope.metrics.local_complexity.frames import shared_frame
from grokscope.metrics.tables import columns_of
from metrics_helpers import SEEDS, brute_force, initialised, random_context, run_settings, spoil

SHAPE = (1, 28, 28)


def settings(**changes: object) -> ExactComplexitySettings:
    default = {"radii": [0.5, 3.0], "directions": [2, 3], "points": {"train": 4, "test": 0, "random": 2}}
    return ExactComplexitySettings.model_validate(default | changes)


@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
def test_rows_hold_means_over_points_of_both_counts(activation: str) -> None:
    run = run_settings(dtype="float64", depth=3, activation=activation)
    network, context = initialised(run), random_context(run)
    table = exact_complexity.build(settings(), context)(network, 7)
    assert list(table.columns) == [column for column in columns_of("exact_complexity") if column != "run"]
    assert len(table) == 2 * 2 * 2 * len(SEEDS) * 4
    points, frame = context.points("train", 4)[0], shared_frame(SHAPE, 3)
    approximate = brute_force(network, points, frame, 3.0)
    chosen = table[(table["split"] == "train") & (table["radius"] == 3.0) & (table["directions"] == 3)]
    for position, seed in enumerate(SEEDS):
        rows = chosen[chosen["seed"] == seed].set_index("layer")
        around = exact_complexity.neighbourhoods(network, points, frame, position)
        assert around is not None
        found = [count_in_neighbourhood(one, 3.0, 10_000) for one in around]
        neurons = np.array([counts.neurons for counts in found if counts is not None])
        assert neurons.shape == (4, 3)
        assert (neurons >= approximate[position]).all()
        assert rows.loc[0, "approximate"] == pytest.approx(approximate[position].sum(axis=1).mean())
        assert rows.loc[0, "neurons"] == pytest.approx(neurons.sum(axis=1).mean())
        assert rows.loc[2, "neurons"] == pytest.approx(neurons[:, 1].mean())
        gap = neurons.sum(axis=1) - approximate[position].sum(axis=1)
        assert rows.loc[0, "missed"] == pytest.approx(gap.sum() / neurons.sum())
        assert rows.loc[0, "error"] == pytest.approx(np.sqrt((gap**2).mean()))
        assert rows.loc[0, "regions"] == rows.loc[2, "regions"] == rows.loc[3, "regions"]
        assert rows.loc[1, "approximate"] == rows.loc[1, "neurons"] == rows.loc[1, "pieces"]


def test_the_pieces_of_the_neighbourhood_are_those_of_the_network() -> None:
    """At random points of the neighbourhood the patterns of active neurons are as many as the regions, or fewer."""
    run = run_settings(dtype="float64", depth=3)
    network, context = initialised(run), random_context(run)
    point, frame = context.train_inputs[:1, :1], shared_frame(SHAPE, 2)
    around = exact_complexity.neighbourhoods(network, point, frame, 0)
    assert around is not None
    counts = count_in_neighbourhood(around[0], 4.0, 10_000)
    assert counts is not None
    u = torch.from_numpy(np.random.default_rng(0).laplace(size=(40_000, 2)))
    u = u * 4.0 / u.abs().sum(dim=1, keepdim=True) * torch.rand(len(u), 1, dtype=torch.float64).sqrt()
    inputs = point + torch.einsum("np,pschw->snchw", u, frame)
    hidden = [z[0] > 0 for z in network.preactivations(inputs)[:-1]]
    patterns = torch.cat(hidden, dim=1).unique(dim=0)
    assert 0.8 * counts.regions[-1] <= len(patterns) <= counts.regions[-1]
    both = [int((z[0] > 0).any(dim=0).logical_and((z[0] < 0).any(dim=0)).sum()) for z in network.preactivations(inputs)]
    assert np.abs(counts.neurons - both).max() <= 1
    assert (counts.neurons >= both).all()


def test_too_many_regions_and_weights_that_are_not_finite_give_no_values() -> None:
    run = run_settings(dtype="float32", depth=3)
    network, context = initialised(run), random_context(run)
    table = exact_complexity.build(settings(regions_at_most=3), context)(network, 0)
    assert table.loc[table["radius"] == 3.0, "neurons"].isna().any()
    spoil(network, 1)
    spoilt = exact_complexity.build(settings(), context)(network, 0)
    assert spoilt.loc[spoilt["seed"] == SEEDS[1], "neurons"].isna().all()
    assert spoilt.loc[spoilt["seed"] == SEEDS[0], "neurons"].notna().all()


def test_networks_without_flat_pieces_are_refused() -> None:
    for changes in ({"activation": "gelu"}, {"batch_norm": True}, {"kind": "cnn"}):
        complaints = list(EXACT_COMPLEXITY.complaints(settings(), RunWork(run_settings(**changes))))
        assert len(complaints) == 1
        assert "relu" in complaints[0]
    assert not list(EXACT_COMPLEXITY.complaints(settings(), RunWork(run_settings())))
    assert "none of any kind" in next(
        EXACT_COMPLEXITY.complaints(settings(points={"train": 0}), RunWork(run_settings()))
    )
