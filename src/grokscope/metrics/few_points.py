"""Around how many points of each kind a metric measures that looks at a few of them. Imports no torch."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from grokscope.config.section import Section
from grokscope.metrics.declared_curves import CurveOption


class FewPoints(Section):
    """How many points of each kind are looked at; 0 leaves the kind out."""

    train: int = Field(default=0, ge=0)
    test: int = Field(default=0, ge=0)
    random: int = Field(default=0, ge=0, description="uniform over the box of inputs, that of pixels for images")

    @property
    def number(self) -> int:
        """Of all kinds together."""
        return self.train + self.test + self.random


AT_POINTS = CurveOption("choice", "at which points", "train", choices=("train", "test", "random"), axis=", {} points")
"""The option `split` of curves that are measured around such points."""


def no_points(points: FewPoints) -> Iterator[str]:
    """A complaint where there are none."""
    if not points.number:
        yield "points: there are none of any kind"
