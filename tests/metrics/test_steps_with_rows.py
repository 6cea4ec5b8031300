"""A metric's settings say at which steps its table has rows, by which an archive's table is known to be whole."""

from __future__ import annotations

from grokscope.metrics.complexity_over_shift.declaration import ComplexityOverShiftSettings
from grokscope.metrics.embedding_map.declaration import EmbeddingMapSettings
from grokscope.metrics.local_complexity.declaration import LocalComplexitySettings
from grokscope.metrics.partition.declaration import PartitionSettings

STEPS = [0, 3, 10, 60, 100]


def test_most_metrics_have_rows_at_every_step_that_they_are_computed_at() -> None:
    assert LocalComplexitySettings(radii=[0.05]).steps_with_rows(STEPS) == STEPS
    assert PartitionSettings.model_validate({"through": {}}).steps_with_rows(STEPS) == STEPS
    assert EmbeddingMapSettings(radius=0.1).steps_with_rows(STEPS) == STEPS


def test_some_have_rows_at_the_first_the_last_or_the_wanted_ones() -> None:
    start = ComplexityOverShiftSettings(radii=[1], directions=[2])
    assert start.steps_with_rows(STEPS) == [0]
    assert start.model_copy(update={"initialisation_only": False}).steps_with_rows(STEPS) == STEPS
    film = PartitionSettings.model_validate({"through": {}, "rows": "last"})
    assert film.steps_with_rows(STEPS) == [100]
    assert EmbeddingMapSettings(radius=0.1, maps_at=[0, 50, 70, 2000]).steps_with_rows(STEPS) == [0, 60, 100]
