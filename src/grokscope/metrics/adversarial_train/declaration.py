"""What the metric adversarial_train says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from grokscope.config.run_work import RunWork
from grokscope.metrics.adversarial.declaration import ADVERSARIAL, OBJECTIVES, OPTIONS, AttackSettings, work_of_attack
from grokscope.metrics.declared import Work
from grokscope.metrics.declared_curves import CurveDeclaration


class AdversarialTrainSettings(AttackSettings):
    """The same attack on training images, with the labels that the network was trained on."""

    metric: Literal["adversarial_train"] = "adversarial_train"


def work(settings: AdversarialTrainSettings, run: RunWork) -> Work:
    """That of the attack on training images."""
    return work_of_attack(settings, run, "train")


def complaints(settings: AdversarialTrainSettings, run: RunWork) -> Iterator[str]:
    """Seeds that have training images of their own: the attack takes those that all seeds share."""
    if run.settings.data.subset != "first":
        words = "adversarial_train attacks images that all seeds share; use first"
        yield f"data.subset {run.settings.data.subset}: {words}"


ADVERSARIAL_TRAIN = replace(
    ADVERSARIAL,
    name="adversarial_train",
    settings=AdversarialTrainSettings,
    measure="grokscope.metrics.adversarial_train.measure",
    work=work,
    complaints=complaints,
    curves=(
        CurveDeclaration(
            name="robust_train_accuracy",
            column="accuracy",
            words="accuracy under attack at training images",
            unit="fraction",
            quantity="accuracy",
            percent=True,
            options=OPTIONS,
            axis="accuracy (%)",
        ),
    ),
    charts=tuple(
        replace(
            chart,
            name="adversarial_train",
            title="Accuracy under attack at training images, {start}",
            label="train accuracy",
            caption="Train accuracy under attack, {start}.",
            card_title="accuracy under attack, training images",
        )
        for chart in ADVERSARIAL.charts or ()
    ),
    parts=lambda settings: ["grokscope.metrics.adversarial.measure", OBJECTIVES[settings.objective]],
)
