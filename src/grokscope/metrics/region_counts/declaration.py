"""What the metric region_counts says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from grokscope.config.run_work import RunWork
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Work
from grokscope.metrics.declared_curves import Chart, CurveDeclaration, CurveOption, Smallest
from grokscope.metrics.exact_complexity.declaration import not_piecewise_linear
from grokscope.metrics.few_points import AT_POINTS, FewPoints, no_points

HalfWidth = Annotated[float, Field(gt=0)]
PlaneKind = Literal["random", "neighbours"]

REGIONS = 30
"""Regions of a square that a job is planned for."""
MULTIPLY_ADDS_OF_REGION = 5e5
"""What finding a region takes, in multiply-adds that take as long."""


class RegionCountsSettings(MetricSettings):
    """Linear regions in squares around points in two-dimensional planes, counted exactly (P2 Fig 35)."""

    metric: Literal["region_counts"] = "region_counts"
    half_widths: list[HalfWidth] = Field(min_length=1, description="of the squares, in pixels or numbers of vectors")
    planes: list[PlaneKind] = Field(
        default=["random"],
        min_length=1,
        description="random: of all orientations alike; neighbours: through a point and the two training samples"
        " nearest to it",
    )
    random_planes: int = Field(default=1, ge=1, description="number of random planes through each point")
    points: FewPoints = FewPoints(train=200)


def work(settings: RegionCountsSettings, run: RunWork) -> Work:
    """The regions of all squares of one kind and size are found together."""
    points = settings.points.number
    squares = points * sum(settings.random_planes if kind == "random" else 1 for kind in settings.planes)
    regions = REGIONS * squares * len(settings.half_widths)
    widest = max(layer.outputs for layer in run.layers)
    return Work(4 * REGIONS * squares * widest + squares * run.facts.input.size * 4, regions * MULTIPLY_ADDS_OF_REGION)


def complaints(settings: RegionCountsSettings, run: RunWork) -> Iterator[str]:
    """No points, samples of one number, too few for neighbours, or a network whose regions cannot be followed."""
    yield from no_points(settings.points)
    if run.facts.input.size < 2:
        yield f"planes: samples of {run.settings.data.name} have {run.facts.input.size} numbers"
    if "neighbours" in settings.planes and run.settings.data.train_size < 3:
        yield f"planes neighbours: there are {run.settings.data.train_size} training samples"
    yield from not_piecewise_linear(run)


REGION_COUNTS = MetricDeclaration(
    name="region_counts",
    settings=RegionCountsSettings,
    measure="grokscope.metrics.region_counts.measure",
    columns={
        "split": "text",
        "plane": "text",
        "half_width": "real",
        "value": "real",
        "deviation": "real",
        "median": "real",
        "dropped": "integer",
        "squares": "integer",
    },
    measured=frozenset({"value", "deviation", "median", "dropped", "squares"}),
    work=work,
    complaints=complaints,
    curves=(
        CurveDeclaration(
            name="region_counts",
            column="value",
            words="linear regions around a point",
            quantity="regions",
            options={
                "split": AT_POINTS,
                "plane": CurveOption(
                    "choice",
                    "planes of the squares",
                    "random",
                    choices=("random", "neighbours"),
                    axis=", {} planes",
                    words={"neighbours": "neighbours'"},
                ),
                "half_width": CurveOption(
                    "number",
                    "of the squares, in pixels; the default is the smallest",
                    Smallest(),
                    above=0,
                    axis="half-width {} pixels",
                ),
            },
            axis="linear regions{split}\n({half_width})",
        ),
    ),
    charts=(
        Chart(
            name="region_counts",
            column="value",
            title="Linear regions in squares of half-width {half_width}",
            label="regions",
            caption="Exact number of linear regions in squares around points (half-width {half_width}, random planes).",
            by="split",
            each="half_width",
            where={"plane": "random"},
        ),
    ),
    inputs=("images", "vectors"),
)
