"""What the metric margins says of itself."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from grokscope.config.run_work import RunWork
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Split, Work
from grokscope.metrics.declared_curves import CurveDeclaration, CurveOption


class MarginsSettings(MetricSettings):
    """Mean margin of the true class over all others, and the mean distance from the decision boundary that it stands
    for.
    """

    metric: Literal["margins"] = "margins"
    splits: list[Split] = Field(default=["train"], min_length=1)
    points: int | None = Field(default=1024, gt=0, description="this many samples of a split, evenly spaced; none: all")


def work(settings: MarginsSettings, run: RunWork) -> Work:
    """A forward and a backward pass for each point."""
    points = sum(run.points(split, settings.points) for split in settings.splits)
    return Work(2 * points * run.facts.input.size, 3 * points * run.multiply_adds)


SPLIT = {"split": CurveOption("choice", "at which samples", "train", choices=("train", "test"), axis="; {} points")}

MARGINS = MetricDeclaration(
    name="margins",
    settings=MarginsSettings,
    measure="grokscope.metrics.margins.measure",
    columns={"split": "text", "margin": "real", "distance": "real", "points": "integer"},
    measured=frozenset({"margin", "distance", "points"}),
    work=work,
    curves=(
        CurveDeclaration(
            name="margin",
            column="margin",
            words="margin of the true class",
            options=SPLIT,
            axis="margin of the true class{split}",
        ),
        CurveDeclaration(
            name="margin_distance",
            column="distance",
            words="distance from the decision boundary",
            unit="pixels",
            scale="log",
            options=SPLIT,
            axis="distance from the boundary\n(pixels{split})",
        ),
    ),
    inputs=("images", "vectors"),
    targets=("classes",),
)
