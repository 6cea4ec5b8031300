"""What the metric complexity_map says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from grokscope.config.run_work import RunWork
from grokscope.data.declared import Vectors
from grokscope.metrics.declared import MetricDeclaration, Work
from grokscope.metrics.declared_arrays import ArrayDeclaration, ArraysSettings
from grokscope.metrics.declared_curves import CurveDeclaration, CurveOption, Smallest

Radius = Annotated[float, Field(gt=0)]


class ComplexityMapSettings(ArraysSettings):
    """Local complexity on a grid over the whole box of a task with two numbers as inputs (P2 Fig 25)."""

    metric: Literal["complexity_map"] = "complexity_map"
    radii: list[Radius] = Field(min_length=1, description="in the numbers of the inputs")
    directions: int = Field(default=2, ge=1, le=2, description="P; there are no more than two orthogonal ones")
    grid: int = Field(default=300, ge=2, description="points along each side of the box, its borders included")


def work(settings: ComplexityMapSettings, run: RunWork) -> Work:
    """All vertices around all points of the grid go through the network."""
    points = settings.grid**2
    vertices = 2 * settings.directions * points * len(settings.radii)
    return Work(2 * points * run.facts.input.size, vertices * run.multiply_adds)


def complaints(settings: ComplexityMapSettings, run: RunWork) -> Iterator[str]:
    """Inputs that are not two numbers."""
    if not (isinstance(run.facts.input, Vectors) and run.facts.input.length == 2):
        yield f"metric complexity_map: samples of {run.settings.data.name} are not two numbers"


COMPLEXITY_MAP = MetricDeclaration(
    name="complexity_map",
    settings=ComplexityMapSettings,
    measure="grokscope.metrics.complexity_map.measure",
    columns={"radius": "real", "value": "real", "highest": "real"},
    measured=frozenset({"value", "highest"}),
    work=work,
    complaints=complaints,
    curves=(
        CurveDeclaration(
            name="complexity_of_box",
            column="value",
            words="mean local complexity over all inputs",
            quantity="complexity",
            from_zero=True,
            options={
                "radius": CurveOption(
                    "number", "the default is the smallest", Smallest(), above=0, axis="; radius {}", several=True
                )
            },
            axis="local complexity, all inputs\n(neurons cut{radius})",
        ),
    ),
    arrays=(
        ArrayDeclaration("radii", "float64", ("radius",), "radius of each map"),
        ArrayDeclaration("frame", "float64", ("direction", "coordinate"), "the orthonormal directions around a point"),
        ArrayDeclaration(
            "maps", "int32", ("radius", "row", "column"), "neurons cut, -1 where a pre-activation is NaN; rows along x2"
        ),
    ),
    inputs=("vectors",),
)
