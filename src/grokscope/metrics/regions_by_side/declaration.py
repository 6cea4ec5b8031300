"""What the metric regions_by_side says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from grokscope.config.run_work import RunWork
from grokscope.data.declared import Vectors
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Work
from grokscope.metrics.declared_curves import Chart, CurveDeclaration, CurveOption
from grokscope.metrics.exact_complexity.declaration import not_piecewise_linear

SIDES = ("below", "above")
TYPICAL_REGIONS = 10_000
"""For estimates of cost; how many there are is known only once they are counted."""


class RegionsBySideSettings(MetricSettings):
    """Linear regions of the whole square of inputs on either side of a line, counted exactly."""

    metric: Literal["regions_by_side"] = "regions_by_side"
    coordinate: Literal[1, 2] = Field(default=1, description="number of the input that has one value on the line")
    at: float = Field(default=0, description="its value on the line")


def work(settings: RegionsBySideSettings, run: RunWork) -> Work:
    """Every vertex goes through the network, one seed after another; a vertex is held with all its pre-activations."""
    widest = max(layer.outputs for layer in run.layers)
    return Work(8 * TYPICAL_REGIONS * widest, 3 * TYPICAL_REGIONS * run.multiply_adds)


def complaints(settings: RegionsBySideSettings, run: RunWork) -> Iterator[str]:
    """Samples that are not two numbers, a line outside their square, or a network whose regions cannot be followed."""
    box = run.facts.input
    if not isinstance(box, Vectors) or box.length != 2:
        yield f"metric regions_by_side: samples of {run.settings.data.name} are not two numbers"
    elif not box.lowest < settings.at < box.highest:
        yield f"at {settings.at:g}: inputs of {run.settings.data.name} lie between {box.lowest:g} and {box.highest:g}"
    yield from not_piecewise_linear(run)


REGIONS_BY_SIDE = MetricDeclaration(
    name="regions_by_side",
    settings=RegionsBySideSettings,
    measure="grokscope.metrics.regions_by_side.measure",
    columns={"side": "text", "regions": "real", "density": "real"},
    measured=frozenset({"regions", "density"}),
    work=work,
    complaints=complaints,
    curves=(
        CurveDeclaration(
            name="regions_of_side",
            column="density",
            words="density of linear regions on one side of a line",
            unit="for each unit of area",
            quantity="region density",
            scale="log",
            options={"side": CurveOption("choice", "which side of the line", "below", choices=SIDES)},
        ),
    ),
    charts=(
        Chart(
            name="regions_by_side",
            column="regions",
            title="Linear regions on either side of a line",
            label="regions",
            caption="Exact number of linear regions of the square of inputs below and above a value of one input.",
            by="side",
            log=True,
        ),
    ),
    inputs=("vectors",),
    targets=("classes", "values"),
)
