"""What the metric loss says of itself."""

from __future__ import annotations

from typing import Literal

from grokscope.config.run_work import RunWork
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Work


class LossSettings(MetricSettings):
    """Mean loss on the whole training subset and the whole test set, for tasks with classes and with values."""

    metric: Literal["loss"] = "loss"


def work(settings: LossSettings, run: RunWork) -> Work:
    """One forward pass over all samples."""
    return Work(0, (run.train_size + run.test_size) * run.multiply_adds)


LOSS = MetricDeclaration(
    name="loss",
    settings=LossSettings,
    measure="grokscope.metrics.loss.measure",
    columns={"split": "text", "loss": "real"},
    measured=frozenset({"loss"}),
    work=work,
)
