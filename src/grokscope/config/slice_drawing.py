"""How a figure of slices is drawn, as data: the linear regions of a network on a square of its input."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from grokscope.config.section import Section
from grokscope.metrics.partition.declaration import SLICES

Step = Annotated[int, Field(ge=0)]
SliceName = Literal["through", "around", "input"]


class StepsByScale(Section):
    """Steps at which slices are drawn, at each scale."""

    smoke: list[Step] = Field(min_length=1)
    quick: list[Step] = Field(min_length=1)
    paper: list[Step] = Field(min_length=1)

    def at(self, scale: str) -> list[int]:
        """Those of one scale."""
        found: list[int] = getattr(self, scale)
        return found


class Windows(Section):
    """Equal parts of a slice near the decision boundary and away from it, drawn enlarged (P2 Fig 26)."""

    of_each: int = Field(default=2, ge=1, le=3, description="this many near the boundary, and as many away from it")
    width: float = Field(default=0.25, gt=0, le=0.5, description="as a share of the slice's width")


class Slices(Section):
    """Linear regions on a slice, at the stored checkpoints that are nearest to some steps (P2 Figs 2, 3, 7, 24, 26)."""

    partition: str = Field(
        default="partition", description="the measurement of the metric partition that holds the slice"
    )
    slice: SliceName = "through"
    steps: StepsByScale
    panels: Literal["steps", "layers", "windows", "graph"] = Field(
        default="steps",
        description="a panel for each step; or, at the one step, for each hidden layer, for parts of the slice near"
        " the boundary and away from it, or for regions and the function that the network has learnt",
    )
    fill: Literal["none", "slope"] = Field(
        default="none", description="colour of the regions: none, or how steep the network is there"
    )
    windows: Windows = Windows()
    accuracy: str = Field(
        default="", description="file of `reference` with the authors' accuracies; then accuracies are drawn as well"
    )
    film: bool = Field(default=False, description="whether the report shows the slice at every stored checkpoint")

    @model_validator(mode="after")
    def _one_step(self) -> Slices:
        for scale in StepsByScale.model_fields:
            if self.panels != "steps" and len(self.steps.at(scale)) > 1:
                raise ValueError(f"steps.{scale}: panels {self.panels} show one step")
        return self

    def axes(self) -> dict[str, Any]:
        """It shows one run."""
        return {}

    def metrics(self) -> dict[str, str]:
        """The metrics that it reads."""
        accuracies = {"accuracy": "accuracy", "adversarial": "accuracy"} if self.accuracy else {}
        film = {"accuracy": "film", "adversarial": "film", "local_complexity": "film"} if self.film else {}
        return {self.partition: "partition"} | film | accuracies


if SliceName.__args__ != SLICES:  # type: ignore[attr-defined]
    raise ValueError("the kinds of slices that can be drawn are not those that are measured")
