"""How maps of local complexity are drawn, as data: a panel for each block of a transformer and each step."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from grokscope.config.section import Section
from grokscope.config.slice_drawing import StepsByScale

Cuts = Annotated[float, Field(gt=0)]


class CutsByScale(Section):
    """A number of neurons at each scale, as networks differ in size."""

    smoke: Cuts
    quick: Cuts
    paper: Cuts

    def at(self, scale: str) -> float:
        """That of one scale."""
        found: float = getattr(self, scale)
        return found


class ComplexityMaps(Section):
    """Local complexity on the plane through three embedded training sequences (P2 Figs 11, 19 and 20)."""

    maps: str = Field(
        default="embedding_map", description="the measurement of the metric embedding_map that holds the maps"
    )
    steps: StepsByScale = Field(description="maps of the stored steps that are nearest to these")
    blocks: Literal["all", "last"] = Field(default="all", description="a panel for each block, or for the last alone")
    clamped_at: CutsByScale = Field(
        description="numbers of cut neurons from this one on have one colour in the panels that are drawn as published"
    )

    def axes(self) -> dict[str, Any]:
        """It shows one run."""
        return {}

    def metrics(self) -> dict[str, str]:
        """The metrics that it reads."""
        return {self.maps: "maps"}
