"""What the metric accuracy says of itself."""

from __future__ import annotations

from typing import Literal

from grokscope.config.run_work import RunWork
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Work
from grokscope.metrics.declared_curves import Chart, CurveDeclaration


class AccuracySettings(MetricSettings):
    """Accuracy and loss on the whole training subset and the whole test set."""

    metric: Literal["accuracy"] = "accuracy"


def work(settings: AccuracySettings, run: RunWork) -> Work:
    """One forward pass over all samples."""
    return Work(0, (run.train_size + run.test_size) * run.multiply_adds)


def _accuracy(split: str, axis: str) -> CurveDeclaration:
    """Accuracy on one kind of points."""
    return CurveDeclaration(
        name=f"{split}_accuracy",
        column="accuracy",
        words=f"{split} accuracy",
        unit="fraction",
        quantity="accuracy",
        percent=True,
        where={"split": split},
        axis=axis,
        said="accuracy",
    )


ACCURACY = MetricDeclaration(
    name="accuracy",
    settings=AccuracySettings,
    measure="grokscope.metrics.accuracy.measure",
    columns={"split": "text", "accuracy": "real", "loss": "real"},
    measured=frozenset({"accuracy", "loss"}),
    work=work,
    curves=(_accuracy("train", "accuracy (%)"), _accuracy("test", "test accuracy (%)")),
    charts=(
        Chart(
            name="accuracy",
            column="accuracy",
            title="Accuracy",
            label="accuracy",
            caption="Accuracy on the training subset and the test images.",
            by="split",
            percent=True,
        ),
        Chart(
            name="loss",
            column="loss",
            title="Loss",
            label="loss",
            caption="The training loss, on the training subset and the test images.",
            by="split",
            log=True,
            card_title="training loss",
        ),
    ),
    targets=("classes", "classes_of_positions"),
)
