"""What the metric local_complexity says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from grokscope.config.run_work import RunWork
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Work
from grokscope.metrics.declared_curves import Chart, CurveDeclaration, CurveOption, Smallest
from grokscope.metrics.few_points import AT_POINTS, FewPoints, no_points

Radius = Annotated[float, Field(gt=0)]


class PointCounts(FewPoints):
    """How many points of each kind local complexity is averaged over; 0 leaves the kind out."""

    train: int = Field(default=1024, ge=0)
    test: int = Field(default=1024, ge=0)
    random: int = Field(default=1024, ge=0, description="uniform over the box of inputs, that of pixels for images")


class LocalComplexitySettings(MetricSettings):
    """Number of neurons whose hyperplane cuts a neighbourhood of a point (P2 section 2)."""

    metric: Literal["local_complexity"] = "local_complexity"
    radii: list[Radius] = Field(min_length=1, description="in pixels, or in the numbers of vectors")
    directions: int = Field(default=25, gt=0, description="P: the neighbourhood has 2P vertices x +- r v")
    frames: Literal["shared", "per_point"] = Field(
        default="shared", description="one orthonormal frame for all points (as the code) or one each"
    )
    points: PointCounts = PointCounts()


def work(settings: LocalComplexitySettings, run: RunWork) -> Work:
    """All vertices go through the network; its first layer is affine and sees a point and its directions once, whatever
    the radii.
    """
    points = settings.points.number
    frames = points if settings.frames == "per_point" else 1
    seen = points + frames * settings.directions
    vertices = points * 2 * settings.directions * len(settings.radii)
    first = run.layers[0].multiply_adds
    return Work(2 * run.facts.input.size * seen, vertices * (run.multiply_adds - first) + seen * first)


def complaints(settings: LocalComplexitySettings, run: RunWork) -> Iterator[str]:
    """Too many directions, or no points."""
    size = run.facts.input.size
    if settings.directions > size:
        yield f"directions {settings.directions}: samples of {run.settings.data.name} have {size} numbers"
    yield from no_points(settings.points)


LOCAL_COMPLEXITY = MetricDeclaration(
    name="local_complexity",
    settings=LocalComplexitySettings,
    measure="grokscope.metrics.local_complexity.measure",
    measured_by={
        "cnn": "grokscope.metrics.local_complexity.followed.cnn",
        "resnet": "grokscope.metrics.local_complexity.followed.resnet",
    },
    columns={
        "split": "text",
        "radius": "real",
        "layer": "integer",
        "value": "real",
        "deviation": "real",
        "points": "integer",
    },
    measured=frozenset({"value", "deviation", "points"}),
    work=work,
    complaints=complaints,
    curves=(
        CurveDeclaration(
            name="complexity",
            column="value",
            words="local complexity",
            quantity="complexity",
            from_zero=True,
            where={"layer": 0},
            options={
                "split": AT_POINTS,
                "radius": CurveOption(
                    "number",
                    "in pixels; the default is the smallest, in figures the published one where it was measured",
                    Smallest(),
                    drawn_by="grokscope.analysis.comparison:drawn_radius",
                    above=0,
                    axis="; radius {} pixels",
                ),
            },
            axis="local complexity{split}\n(neurons cut{radius})",
            said="complexity",
        ),
        CurveDeclaration(
            name="hidden_complexity",
            column="value",
            words="local complexity of the hidden layers",
            quantity="complexity",
            from_zero=True,
            reader="grokscope.analysis.hidden_complexity:rows",
            options={
                "split": AT_POINTS,
                "radius": CurveOption(
                    "number",
                    "in pixels; the default is the smallest",
                    Smallest(),
                    drawn_by="grokscope.analysis.comparison:drawn_radius",
                    above=0,
                    axis="; radius {} pixels",
                ),
            },
            axis="local complexity of hidden layers{split}\n(neurons cut{radius})",
        ),
    ),
    charts=(
        Chart(
            name="complexity",
            column="value",
            title="Local complexity, all layers, radius {radius}",
            label="neurons cut",
            caption="Local complexity (neurons that cut a neighbourhood of radius {radius}, all layers).",
            by="split",
            each="radius",
            where={"layer": 0},
            card_title="local complexity",
        ),
    ),
    inputs=("images", "vectors"),
)
