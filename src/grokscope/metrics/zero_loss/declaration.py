"""What the metric zero_loss says of itself."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from grokscope.config.run_work import RunWork
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Split, Work
from grokscope.metrics.declared_curves import CurveDeclaration, CurveOption


class ZeroLossSettings(MetricSettings):
    """Share of samples whose loss is exactly zero in the arithmetic of the training (arXiv 2501.04697)."""

    metric: Literal["zero_loss"] = "zero_loss"
    splits: list[Split] = Field(default=["train"], min_length=1, description="at which samples")
    points: int | None = Field(
        default=None, gt=0, description="this many samples of each split, evenly spaced; none means all"
    )


def work(settings: ZeroLossSettings, run: RunWork) -> Work:
    """A forward pass for each sample."""
    return Work(0, sum(run.points(split, settings.points) for split in settings.splits) * run.multiply_adds)


OPTIONS = {"split": CurveOption("choice", "at which samples", "train", choices=("train", "test"), axis="{}")}

ZERO_LOSS = MetricDeclaration(
    name="zero_loss",
    settings=ZeroLossSettings,
    measure="grokscope.metrics.zero_loss.measure",
    columns={"split": "text", "zero_loss": "real", "zero_gradient": "real", "points": "integer"},
    measured=frozenset({"zero_loss", "zero_gradient", "points"}),
    work=work,
    curves=(
        CurveDeclaration(
            name="zero_loss",
            column="zero_loss",
            words="share of samples with a loss of exactly zero",
            quantity="share of points",
            percent=True,
            options=OPTIONS,
            axis="{split} samples (%)",
        ),
        CurveDeclaration(
            name="zero_loss_gradient",
            column="zero_gradient",
            words="share of samples whose loss has no gradient in the logits",
            quantity="share of points",
            percent=True,
            options=OPTIONS,
            axis="{split} samples (%)",
        ),
    ),
    targets=("classes", "classes_of_positions"),
)
