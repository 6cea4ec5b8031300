"""Local complexity on a grid over two inputs."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from grokscope.config.run_settings import RunSettings
from grokscope.config.run_work import RunWork
from grokscope.metrics.complexity_map import measure as complexity_map
from grokscope.metrics.complexity_map.declaration import COMPLEXITY_MAP, ComplexityMapSettings
from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.local_complexity.frames import shared_frame
from grokscope.metrics.tables import columns_of
from metrics_helpers import SEEDS, brute_force, initialised, run_settings, spoil

SETTINGS = ComplexityMapSettings(radii=[0.5, 4.0], grid=4)


def toy() -> RunSettings:
    given = run_settings(depth=3, width=8, dtype="float64").model_dump()
    data = {"name": "regression_toy", "train_size": 40, "test_size": 30}
    return RunSettings.model_validate(given | {"data": data})


@pytest.fixture
def context() -> EvaluationContext:
    points = torch.zeros(1, 3, 2, dtype=torch.float64)
    return EvaluationContext(toy(), SEEDS, points, points, points, points, torch.device("cpu"))


def test_maps_hold_the_cuts_around_every_point_of_the_grid(context: EvaluationContext) -> None:
    network = initialised(toy())
    table = complexity_map.build(SETTINGS, context)(network, 7)
    arrays = complexity_map.build_arrays(SETTINGS, context)(network, 7)
    assert list(table.columns) == [column for column in columns_of("complexity_map") if column != "run"]
    line = np.linspace(-10, 10, 4)
    points = torch.tensor([[(x1, x2) for x2 in line for x1 in line]], dtype=torch.float64)
    for number, radius in enumerate(SETTINGS.radii):
        expected = brute_force(network, points, shared_frame((2,), 2), radius).sum(axis=2)
        for position, seed in enumerate(SEEDS):
            found = arrays["maps"][position][number]
            assert found.dtype == np.int32
            np.testing.assert_array_equal(found, expected[position].reshape(4, 4))
            row = table[(table["seed"] == seed) & (table["radius"] == radius)].iloc[0]
            assert (row["value"], row["highest"]) == (found.mean(), found.max())
    np.testing.assert_array_equal(arrays["radii"][0], SETTINGS.radii)
    np.testing.assert_array_equal(arrays["frame"][1], shared_frame((2,), 2).reshape(2, 2))


def test_a_seed_that_is_not_finite_has_no_values(context: EvaluationContext) -> None:
    network = initialised(toy())
    spoil(network, 0)
    table = complexity_map.build(SETTINGS, context)(network, 0)
    assert table.loc[table["seed"] == SEEDS[0], "value"].isna().all()
    assert table.loc[table["seed"] == SEEDS[1], "value"].notna().all()
    assert (complexity_map.build_arrays(SETTINGS, context)(network, 0)["maps"][0] == complexity_map.UNKNOWN).all()


def test_only_two_numbers_make_a_map() -> None:
    assert "not two numbers" in next(COMPLEXITY_MAP.complaints(SETTINGS, RunWork(run_settings())))
    assert not list(COMPLEXITY_MAP.complaints(SETTINGS, RunWork(toy())))
