"""What the metric exact_complexity says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from grokscope.config.run_work import RunWork
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Work
from grokscope.metrics.declared_curves import Chart, CurveDeclaration, CurveOption, Smallest
from grokscope.metrics.few_points import AT_POINTS, FewPoints, no_points

Radius = Annotated[float, Field(gt=0)]
Directions = Annotated[int, Field(ge=1, le=6)]

REGIONS = 100
"""Regions of a neighbourhood that a job is planned for."""
MULTIPLY_ADDS_OF_REGION = 1e6
"""What dividing a region takes, in multiply-adds that take as long."""


class ExactComplexitySettings(MetricSettings):
    """Neurons that truly cut the neighbourhood of local complexity (P2 section 2), pieces of their zero sets and linear
    regions there, beside its own count, for perceptrons with a piecewise linear nonlinearity.
    """

    metric: Literal["exact_complexity"] = "exact_complexity"
    radii: list[Radius] = Field(min_length=1, description="in pixels, or in the numbers of vectors")
    directions: list[Directions] = Field(
        default=[2, 3], min_length=1, description="P: the neighbourhood is the cross-polytope with vertices x +- r v"
    )
    points: FewPoints = FewPoints(train=20)
    regions_at_most: int = Field(
        default=5000, gt=0, description="where a neighbourhood has more regions there is no value at this radius"
    )


def work(settings: ExactComplexitySettings, run: RunWork) -> Work:
    """Every region of every neighbourhood goes through the layers by itself."""
    neighbourhoods = settings.points.number * len(settings.radii) * len(settings.directions)
    widest = max(layer.outputs for layer in run.layers)
    numbers = settings.regions_at_most * (max(settings.directions) + 1) * widest
    return Work(2 * numbers, neighbourhoods * REGIONS * MULTIPLY_ADDS_OF_REGION)


def complaints(settings: ExactComplexitySettings, run: RunWork) -> Iterator[str]:
    """No points, more directions than numbers in a sample, or a network whose pieces are not flat."""
    yield from no_points(settings.points)
    if max(settings.directions) > run.facts.input.size:
        yield (
            f"directions {max(settings.directions)}: samples of {run.settings.data.name} have"
            f" {run.facts.input.size} numbers"
        )
    yield from not_piecewise_linear(run)


def not_piecewise_linear(run: RunWork) -> Iterator[str]:
    """Why a network has no flat pieces that can be followed from layer to layer, or nothing."""
    model = run.settings.model
    if model.kind != "mlp" or model.batch_norm or model.activation not in ("relu", "leaky_relu"):
        norm = " with batch_norm" if model.batch_norm else ""
        yield (
            f"architecture {model.kind} with {model.activation}{norm}: only an mlp with relu or leaky_relu can be"
            " followed"
        )


_OPTIONS = {
    "split": AT_POINTS,
    "radius": CurveOption(
        "number", "in pixels; the default is the smallest", Smallest(), above=0, axis="; radius {} pixels"
    ),
    "directions": CurveOption(
        "number", "of the neighbourhood; the default is the fewest", Smallest(), above=0, axis=", {} directions"
    ),
}


def _curve(column: str, words: str, quantity: str = "") -> CurveDeclaration:
    return CurveDeclaration(
        name=f"exact_{column}",
        column=column,
        words=words,
        quantity=quantity,
        from_zero=True,
        where={"layer": 0},
        options=_OPTIONS,
        axis=f"{words}{{split}}\n(in the neighbourhood{{directions}}{{radius}})",
    )


EXACT_COMPLEXITY = MetricDeclaration(
    name="exact_complexity",
    settings=ExactComplexitySettings,
    measure="grokscope.metrics.exact_complexity.measure",
    columns={
        "split": "text",
        "radius": "real",
        "directions": "integer",
        "layer": "integer",
        "approximate": "real",
        "neurons": "real",
        "pieces": "real",
        "regions": "real",
        "missed": "real",
        "error": "real",
        "points": "integer",
    },
    measured=frozenset({"approximate", "neurons", "pieces", "regions", "missed", "error", "points"}),
    work=work,
    complaints=complaints,
    curves=(
        _curve("neurons", "neurons cut, exactly", "complexity"),
        _curve("pieces", "pieces of zero sets"),
        _curve("regions", "linear regions of the neighbourhood", "regions"),
    ),
    charts=(
        Chart(
            name="missed",
            column="missed",
            title="Share of cut neurons that local complexity misses, {directions} directions",
            label="share missed (%)",
            caption="Share of the neurons that cut the neighbourhood ({directions} directions) without a change of sign"
            " at its vertices.",
            by="radius",
            each="directions",
            where={"layer": 0, "split": "train"},
            percent=True,
        ),
    ),
)
