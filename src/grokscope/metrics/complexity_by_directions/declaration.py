"""What the metric complexity_by_directions says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from grokscope.config.run_work import RunWork
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Work
from grokscope.metrics.declared_curves import Chart, CurveDeclaration, CurveOption, Smallest
from grokscope.metrics.few_points import AT_POINTS, FewPoints, no_points

Radius = Annotated[float, Field(gt=0)]
Directions = Annotated[int, Field(ge=1)]


class ComplexityByDirectionsSettings(MetricSettings):
    """Local complexity with several numbers of directions, to see whether it depends on them (P2, on the measure)."""

    metric: Literal["complexity_by_directions"] = "complexity_by_directions"
    radii: list[Radius] = Field(min_length=1, description="in pixels, or in the numbers of vectors")
    directions: list[Directions] = Field(
        min_length=1, description="P, each with every radius; one orthonormal frame for all points"
    )
    points: FewPoints = FewPoints(train=100)


def work(settings: ComplexityByDirectionsSettings, run: RunWork) -> Work:
    """All vertices go through the network."""
    points = settings.points.number
    vertices = 2 * points * sum(settings.directions) * len(settings.radii)
    return Work(2 * points * run.facts.input.size, vertices * run.multiply_adds)


def complaints(settings: ComplexityByDirectionsSettings, run: RunWork) -> Iterator[str]:
    """Too many directions, or no points."""
    size = run.facts.input.size
    if max(settings.directions) > size:
        yield f"directions {max(settings.directions)}: samples of {run.settings.data.name} have {size} numbers"
    yield from no_points(settings.points)


COMPLEXITY_BY_DIRECTIONS = MetricDeclaration(
    name="complexity_by_directions",
    settings=ComplexityByDirectionsSettings,
    measure="grokscope.metrics.complexity_by_directions.measure",
    columns={
        "split": "text",
        "radius": "real",
        "directions": "integer",
        "value": "real",
        "deviation": "real",
        "points": "integer",
    },
    measured=frozenset({"value", "deviation", "points"}),
    work=work,
    complaints=complaints,
    curves=(
        CurveDeclaration(
            name="complexity_by_directions",
            column="value",
            words="local complexity by number of directions",
            quantity="complexity",
            from_zero=True,
            options={
                "split": AT_POINTS,
                "radius": CurveOption(
                    "number",
                    "in pixels; the default is the smallest",
                    Smallest(),
                    above=0,
                    axis="; radius {} pixels",
                ),
                "directions": CurveOption(
                    "number",
                    "of the neighbourhood; the default is the fewest",
                    Smallest(),
                    above=0,
                    axis=", {} directions",
                    several=True,
                    heading="directions",
                ),
            },
            axis="local complexity{split}\n(neurons cut{directions}{radius})",
        ),
    ),
    charts=(
        Chart(
            name="complexity_by_directions",
            column="value",
            title="Local complexity by number of directions, radius {radius}",
            label="neurons cut",
            caption="Local complexity with several numbers of directions (radius {radius}).",
            by="directions",
            each="radius",
            where={"split": "train"},
        ),
    ),
    inputs=("images", "vectors"),
)
