"""What the metric accuracy says of itself."""

from __future__ import annotations

from typing import Literal

from grokscope.config.run_work import RunWork
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Work


class AccuracySettings(MetricSettings):
    """Accuracy and loss on the whole training subset and the whole test set."""

    metric: Literal["accuracy"] = "accuracy"


def work(settings: AccuracySettings, run: RunWork) -> Work:
    """One forward pass over all samples."""
    return Work(0, (run.train_size + run.test_size) * run.multiply_adds)


ACCURACY = MetricDeclaration(
    name="accuracy",
    settings=AccuracySettings,
    measure="grokscope.metrics.accuracy.measure",
    columns={"split": "text", "accuracy": "real", "loss": "real"},
    measured=frozenset({"accuracy", "loss"}),
    work=work,
    targets=("classes", "classes_of_positions"),
)
