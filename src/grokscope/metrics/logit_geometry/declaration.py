"""What the metric logit_geometry says of itself."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from grokscope.config.run_work import RunWork
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Split, Work
from grokscope.metrics.declared_curves import Chart, CurveDeclaration, CurveOption


class LogitGeometrySettings(MetricSettings):
    """Scale of the logits (arXiv 2606.18465) and alignment of centroids with the inputs (arXiv 2506.12284)."""

    metric: Literal["logit_geometry"] = "logit_geometry"
    splits: list[Split] = Field(default=["train", "test"], min_length=1, description="at which samples")
    points: int | None = Field(
        default=200, gt=0, description="this many samples of each split, evenly spaced; none means all"
    )


def work(settings: LogitGeometrySettings, run: RunWork) -> Work:
    """A forward and a backward pass for each sample."""
    points = sum(run.points(split, settings.points) for split in settings.splits)
    return Work(3 * points * run.facts.input.size, 3 * points * run.multiply_adds)


OPTIONS = {
    "split": CurveOption("choice", "samples at which it is measured", "test", choices=("train", "test")),
}


def _chart(name: str, column: str, words: str) -> Chart:
    return Chart(name=name, column=column, title=words, label=words.lower(), caption=f"{words}.", by="split")


LOGIT_GEOMETRY = MetricDeclaration(
    name="logit_geometry",
    settings=LogitGeometrySettings,
    measure="grokscope.metrics.logit_geometry.measure",
    columns={
        "split": "text",
        "logit_spread": "real",
        "centroid_alignment": "real",
        "without_centroid": "real",
        "points": "integer",
    },
    measured=frozenset({"logit_spread", "centroid_alignment", "without_centroid", "points"}),
    work=work,
    curves=(
        CurveDeclaration(
            name="logit_spread", column="logit_spread", words="spread of the logits", scale="log", options=OPTIONS
        ),
        CurveDeclaration(
            name="centroid_alignment",
            column="centroid_alignment",
            words="alignment of centroids",
            unit="cosine",
            options=OPTIONS,
        ),
    ),
    charts=(
        _chart("logit_spread", "logit_spread", "Spread of the logits"),
        _chart("centroid_alignment", "centroid_alignment", "Alignment of centroids with the inputs"),
    ),
    inputs=("images", "vectors"),
    targets=("classes",),
)
