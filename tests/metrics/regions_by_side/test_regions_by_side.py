"""Exact numbers of regions on either side of a line against a closed form and an enumeration without rounding."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from exact_regions import exact_polygons
from grokscope.config.run_settings import RunSettings
from grokscope.config.run_work import RunWork
from grokscope.data.regression_toy.make import make
from grokscope.metrics.context import build_context
from grokscope.metrics.piecewise_network import piecewise_network
from grokscope.metrics.regions_by_side import measure as regions_by_side
from grokscope.metrics.regions_by_side.declaration import REGIONS_BY_SIDE, RegionsBySideSettings
from grokscope.metrics.tables import columns_of
from grokscope.models.network import Network
from grokscope.partitions.plane import Plane
from metrics_helpers import SEEDS, initialised, run_settings, spoil
from task_support import toy_settings


def counted(run: RunSettings, network: Network, **settings: object) -> dict[tuple[int, str], tuple[float, float]]:
    """(seed, side) -> regions and density."""
    context = build_context(run, make(run.data), SEEDS)  # type: ignore[arg-type]
    table = regions_by_side.build(RegionsBySideSettings.model_validate(settings), context)(network, 7)
    assert list(table.columns) == [column for column in columns_of("regions_by_side") if column != "run"]
    keys = zip(table["seed"], table["side"], strict=True)
    return dict(zip(keys, zip(table["regions"], table["density"], strict=True), strict=True))


def test_lines_that_are_known_cut_each_side_into_known_strips() -> None:
    """Neurons of one layer change at x1 = -5, -2.5 and 5, so that there are strips, which a line at 3 cuts anew."""
    run = toy_settings(model={"depth": 2, "width": 3})
    network = initialised(run)
    with torch.no_grad():
        network.get_parameter("weight_1").copy_(torch.tensor([[1.0] * 3, [0.0] * 3]).expand(2, 2, 3))
        network.get_parameter("bias_1").copy_(torch.tensor([5.0, 2.5, -5.0]).expand(2, 1, 3))
    found = counted(run, network)
    for seed in SEEDS:
        assert found[seed, "below"] == (3, 3 / 200)
        assert found[seed, "above"] == (2, 2 / 200)
    moved = counted(run, network, at=3.0)
    assert moved[SEEDS[0], "below"] == (3, 3 / 260)
    assert moved[SEEDS[0], "above"] == (2, 2 / 140)
    across = counted(run, network, coordinate=2)
    assert [across[SEEDS[1], side][0] for side in ("below", "above")] == [4, 4]


@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
def test_counts_are_those_of_polygons_clipped_in_rational_numbers(activation: str) -> None:
    run = toy_settings(model={"depth": 3, "width": 6, "activation": activation})
    network = initialised(run)
    found = counted(run, network, coordinate=2, at=-1.0)
    parts = {
        "below": [(-10, -10), (10, -10), (10, -1), (-10, -1)],
        "above": [(-10, -1), (10, -1), (10, 10), (-10, 10)],
    }
    for place, seed in enumerate(SEEDS):
        for side, corners in parts.items():
            polygons = exact_polygons(piecewise_network(network, place), Plane.whole(), corners)
            assert found[seed, side][0] == len(polygons)


def test_a_seed_that_diverged_has_no_values() -> None:
    run = toy_settings()
    network = initialised(run)
    spoil(network, 0)
    found = counted(run, network)
    assert np.isnan([found[SEEDS[0], side] for side in ("below", "above")]).all()
    assert min(found[SEEDS[1], side][0] for side in ("below", "above")) >= 1


@pytest.mark.parametrize(
    ("run", "settings", "words"),
    [
        (toy_settings(), {"at": 10}, "at 10: inputs of regression_toy lie between -10 and 10"),
        (toy_settings(model={"activation": "tanh"}), {}, "architecture mlp with tanh: only an mlp with relu"),
        (run_settings(), {}, "samples of mnist are not two numbers"),
    ],
)
def test_what_cannot_be_measured_is_refused_by_name(run: RunSettings, settings: dict, words: str) -> None:
    asked = RegionsBySideSettings.model_validate(settings)
    assert REGIONS_BY_SIDE.complaints is not None
    (complaint,) = REGIONS_BY_SIDE.complaints(asked, RunWork(run))
    assert words in complaint
