"""Local complexity with several numbers of directions is local complexity with each of them."""

from __future__ import annotations

import pytest

from grokscope.config.run_work import RunWork
from grokscope.metrics.complexity_by_directions import measure as complexity_by_directions
from grokscope.metrics.complexity_by_directions.declaration import (
    COMPLEXITY_BY_DIRECTIONS,
    ComplexityByDirectionsSettings,
)
from grokscope.metrics.local_complexity import measure as local_complexity
from grokscope.metrics.local_complexity.declaration import LocalComplexitySettings
from metrics_helpers import initialised, random_context, run_settings

POINTS = {"train": 6, "test": 5, "random": 4}


@pytest.mark.parametrize("kind", ["mlp", "cnn"])
def test_values_are_those_of_local_complexity(kind: str) -> None:
    run = run_settings(kind=kind, depth=3, width=6)
    network, context = initialised(run), random_context(run)
    settings = ComplexityByDirectionsSettings(radii=[0.1, 2.0], directions=[3, 8], points=POINTS)
    table = complexity_by_directions.build(settings, context)(network, 7)
    for directions in (3, 8):
        usual = LocalComplexitySettings(radii=[0.1, 2.0], directions=directions, points=POINTS)
        expected = local_complexity.build(usual, context)(network, 7)
        expected = expected[expected["layer"] == 0].drop(columns="layer").reset_index(drop=True)
        found = table[table["directions"] == directions].drop(columns="directions").reset_index(drop=True)
        assert found[expected.columns].equals(expected)


def test_what_cannot_be_measured_is_refused() -> None:
    many = ComplexityByDirectionsSettings(radii=[0.1], directions=[25, 800])
    none = ComplexityByDirectionsSettings(radii=[0.1], directions=[25], points={"train": 0})
    work = RunWork(run_settings())
    assert "784 numbers" in next(COMPLEXITY_BY_DIRECTIONS.complaints(many, work))
    assert "none of any kind" in next(COMPLEXITY_BY_DIRECTIONS.complaints(none, work))
