"""What the metric loss says of itself."""

from __future__ import annotations

from typing import Literal

from grokscope.config.run_work import RunWork
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Work
from grokscope.metrics.declared_curves import Chart, CurveDeclaration


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
    curves=tuple(
        CurveDeclaration(
            name=f"{split}_loss",
            column="loss",
            words=f"{split} loss",
            quantity="loss",
            scale="log",
            where={"split": split},
        )
        for split in ("train", "test")
    ),
    charts=(
        Chart(
            name="mean_loss",
            column="loss",
            title="Loss",
            label="loss",
            caption="Mean loss on the training samples and the test samples.",
            by="split",
            log=True,
        ),
    ),
)
