"""What the metric frame_rounding says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from grokscope.config.run_work import RunWork
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Work
from grokscope.metrics.declared_curves import Chart, CurveDeclaration, CurveOption, Smallest
from grokscope.metrics.few_points import AT_POINTS, FewPoints, no_points

Radius = Annotated[float, Field(gt=0)]


class FrameRoundingSettings(MetricSettings):
    """Eccentricity and diameter of the frame in every layer, exact and as P2's arithmetic rounds them (P2 Figs 5, 21,
    23).
    """

    metric: Literal["frame_rounding"] = "frame_rounding"
    radii: list[Radius] = Field(min_length=1, description="in the units of the inputs after normalisation, as P2's")
    directions: int = Field(
        default=25,
        ge=13,
        description="P; torch computes distances by matrix multiplication for more than 25 vertices",
    )
    points: FewPoints = FewPoints(train=1000)


def work(settings: FrameRoundingSettings, run: RunWork) -> Work:
    """All vertices go through the network in float64 and in float32, and all pairs are compared in every layer."""
    vertices = 2 * settings.directions
    frames = settings.points.number * len(settings.radii)
    features = run.facts.input.size + sum(layer.outputs for layer in run.layers)
    passes = 3 * vertices * run.multiply_adds  # float64 takes twice as long as float32
    return Work(3 * vertices * features, frames * (passes + 3 * vertices**2 * features))


def complaints(settings: FrameRoundingSettings, run: RunWork) -> Iterator[str]:
    """No points, or more directions than numbers in a sample."""
    yield from no_points(settings.points)
    if settings.directions > run.facts.input.size:
        yield (
            f"directions {settings.directions}: samples of {run.settings.data.name} have {run.facts.input.size} numbers"
        )


COLUMNS = {
    "exact_eccentricity": "eccentricity of the embedded frame, exact",
    "exact_diameter": "diameter of the embedded frame, exact",
    "rounded_eccentricity": "eccentricity of the embedded frame in the paper's arithmetic",
    "rounded_diameter": "diameter of the embedded frame in the paper's arithmetic",
}


def _curve(column: str, words: str) -> CurveDeclaration:
    return CurveDeclaration(
        name=f"frame_{column}",
        column=column,
        words=words,
        quantity="distance of vertices",
        scale="log",
        options={
            "split": AT_POINTS,
            "layer": CurveOption("layer", "a layer, 0 being the inputs; or the layer before the logits", "second_last"),
            "radius": CurveOption(
                "number", "in the units of normalised inputs; the default is the smallest", Smallest(), above=0
            ),
        },
    )


FRAME_ROUNDING = MetricDeclaration(
    name="frame_rounding",
    settings=FrameRoundingSettings,
    measure="grokscope.metrics.frame_rounding.measure",
    columns={
        "split": "text",
        "radius": "real",
        "layer": "integer",
        **dict.fromkeys(COLUMNS, "real"),
        "points": "integer",
    },
    measured=frozenset({*COLUMNS, "points"}),
    work=work,
    complaints=complaints,
    curves=tuple(_curve(column, words) for column, words in COLUMNS.items()),
    charts=(
        Chart(
            name="rounded_eccentricity",
            column="rounded_eccentricity",
            title="Eccentricity of the frame at the inputs, in the paper's arithmetic",
            label="eccentricity",
            caption="Eccentricity of the frame at the inputs as float32 distances round it; exactly it is sqrt(2) r.",
            by="radius",
            where={"split": "train", "layer": 0},
            log=True,
        ),
    ),
    inputs=("images",),
)
