"""What the regression toy says of itself."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from grokscope.data.declared import Task, TaskFacts, TaskSettings, Values, Vectors

LOWEST, HIGHEST = -10.0, 10.0
"""Both numbers of a sample lie between these (P2 Fig 3)."""

TEST_SIZE = 10_000
"""Test points; P2 does not say how many points there are of either kind, nor where they lie in the square."""


class RegressionToySettings(TaskSettings):
    """sin x1 + cos x2 where x1 is below 0, and 0 elsewhere (P2 Figs 3 and 25)."""

    name: Literal["regression_toy"] = Field(description="task: a function of two numbers, from points of a square")
    draw: int = Field(default=0, ge=0, description="number of the draw of points, which all seeds of a run share")


def facts(settings: RegressionToySettings) -> TaskFacts:
    """Two numbers in, one out; there are as many training points as are asked for."""
    return TaskFacts(Vectors(2, LOWEST, HIGHEST), Values(1), settings.train_size, TEST_SIZE)


REGRESSION_TOY = Task(
    name="regression_toy",
    settings=RegressionToySettings,
    facts=facts,
    made_by="grokscope.data.regression_toy.make",
)
