"""What the metric complexity_over_shift says of itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field

from grokscope.config.run_work import RunWork
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Work

Radius = Annotated[float, Field(gt=0)]
Directions = Annotated[int, Field(ge=1)]


class ComplexityOverShiftSettings(MetricSettings):
    """Neurons that cut a neighbourhood of one point, which moves along the vector of ones (P2 Fig 15)."""

    metric: Literal["complexity_over_shift"] = "complexity_over_shift"
    radii: list[Radius] = Field(min_length=1, description="in pixels, or in the numbers of vectors")
    directions: list[Directions] = Field(min_length=1, description="P, each with every radius")
    shifts: int = Field(default=100, ge=1, description="number of points, evenly spaced from 0 to `greatest`")
    greatest: float = Field(default=10.0, ge=0, description="of the shifts, in pixels")
    base: Literal["origin", "train", "random"] = Field(
        default="origin",
        description="what is shifted: the vector of zeros, the first training sample, or a point of the box of inputs",
    )
    initialisation_only: bool = Field(default=True, description="measure at step 0 alone; other steps have no rows")
    linear: bool = Field(
        default=False, description="measure the network without its biases and without its nonlinearity"
    )

    def steps_with_rows(self, steps: Sequence[int]) -> list[int]:
        """Step 0 alone where nothing else is asked for."""
        return [step for step in steps if step == 0 or not self.initialisation_only]


def work(settings: ComplexityOverShiftSettings, run: RunWork) -> Work:
    """All vertices go through the network."""
    vertices = 2 * settings.shifts * sum(settings.directions) * len(settings.radii)
    held = 2 * max(settings.directions) * settings.shifts
    return Work(held * run.facts.input.size, 2 * vertices * run.multiply_adds)


def complaints(settings: ComplexityOverShiftSettings, run: RunWork) -> Iterator[str]:
    """More directions than numbers in a sample, or a linear copy of a network that cannot have one."""
    size = run.facts.input.size
    if max(settings.directions) > size:
        yield (f"directions {max(settings.directions)}: samples of {run.settings.data.name} have {size} numbers")
    if settings.linear and run.settings.model.kind != "mlp":
        yield f"linear true: only an mlp can be measured without its nonlinearity, not {run.settings.model.kind}"


COMPLEXITY_OVER_SHIFT = MetricDeclaration(
    name="complexity_over_shift",
    settings=ComplexityOverShiftSettings,
    measure="grokscope.metrics.complexity_over_shift.measure",
    columns={"radius": "real", "directions": "integer", "shift": "real", "value": "real", "neurons": "integer"},
    measured=frozenset({"value", "neurons"}),
    work=work,
    complaints=complaints,
    charts=(),
    inputs=("images", "vectors"),
)
