"""What the metric frame_deformation says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from grokscope.config.run_work import RunWork
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Work
from grokscope.metrics.declared_curves import Chart, CurveDeclaration, CurveOption, Smallest
from grokscope.metrics.few_points import AT_POINTS, FewPoints, no_points

Radius = Annotated[float, Field(gt=0)]


class FrameDeformationSettings(MetricSettings):
    """Eccentricity and diameter of the cross-polytope of local complexity in the space of every layer (P2 Figs 5, 21,
    23).
    """

    metric: Literal["frame_deformation"] = "frame_deformation"
    radii: list[Radius] = Field(min_length=1, description="in pixels, or in the numbers of vectors")
    directions: int = Field(
        default=25, ge=2, description="P: the cross-polytope has 2P vertices x +- r v, with one frame for all points"
    )
    points: FewPoints = FewPoints(train=1000)


def work(settings: FrameDeformationSettings, run: RunWork) -> Work:
    """All vertices go through the network in float64, and all pairs are compared in every layer."""
    vertices = 2 * settings.directions
    frames = settings.points.number * len(settings.radii)
    features = run.facts.input.size + sum(layer.outputs for layer in run.layers)
    passes = 2 * vertices * run.multiply_adds  # float64 takes twice as long
    return Work(2 * vertices * features, frames * (passes + vertices**2 * features))


def complaints(settings: FrameDeformationSettings, run: RunWork) -> Iterator[str]:
    """No points, or more directions than numbers in a sample."""
    yield from no_points(settings.points)
    if settings.directions > run.facts.input.size:
        yield (
            f"directions {settings.directions}: samples of {run.settings.data.name} have {run.facts.input.size} numbers"
        )


def _curve(column: str, words: str) -> CurveDeclaration:
    return CurveDeclaration(
        name=f"frame_{column}",
        column=column,
        words=words,
        scale="log",
        options={
            "split": AT_POINTS,
            "layer": CurveOption("layer", "a layer, 0 being the inputs; or the layer before the logits", "second_last"),
            "radius": CurveOption("number", "in pixels; the default is the smallest", Smallest(), above=0),
        },
    )


FRAME_DEFORMATION = MetricDeclaration(
    name="frame_deformation",
    settings=FrameDeformationSettings,
    measure="grokscope.metrics.frame_deformation.measure",
    columns={
        "split": "text",
        "radius": "real",
        "layer": "integer",
        "eccentricity": "real",
        "diameter": "real",
        "points": "integer",
    },
    measured=frozenset({"eccentricity", "diameter", "points"}),
    work=work,
    complaints=complaints,
    curves=(
        _curve("eccentricity", "eccentricity of the embedded frame"),
        _curve("diameter", "diameter of the embedded frame"),
    ),
    charts=(
        Chart(
            name="eccentricity",
            column="eccentricity",
            title="Eccentricity of the frame of radius {radius} in each layer",
            label="eccentricity",
            caption="Eccentricity of the embedded frame (radius {radius}); layer 0 are the inputs.",
            by="layer",
            each="radius",
            where={"split": "train"},
            log=True,
        ),
    ),
    inputs=("images", "vectors"),
)
