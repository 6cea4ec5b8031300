"""What the metric adversarial_train says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from grokscope.config.run_work import RunWork
from grokscope.config.section import OneOf
from grokscope.metrics.adversarial.declaration import OBJECTIVES, OPTIONS, Epsilon
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Work
from grokscope.metrics.declared_curves import Chart, CurveDeclaration


class AdversarialTrainSettings(MetricSettings):
    """The attack of the metric adversarial on training images, with the labels that the network was trained on."""

    metric: Literal["adversarial_train"] = "adversarial_train"
    objective: Annotated[str, OneOf(OBJECTIVES)] = Field(default="cross_entropy", description="what the attack climbs")
    epsilons: list[Epsilon] = Field(min_length=1, description="radius of the ball, in pixels")
    step_size: float = Field(default=4 / 255, gt=0, description="in pixels")
    steps: int = Field(default=10, gt=0)
    points: int | None = Field(default=1024, gt=0, description="this many training images, evenly spaced; none: all")
    starts: list[Literal["none", "random"]] = Field(default=["none"], min_length=1)


def work(settings: AdversarialTrainSettings, run: RunWork) -> Work:
    """A forward and a backward pass for each image, epsilon, start and step."""
    attacks = run.points("train", settings.points) * len(settings.epsilons)
    return Work(
        2 * attacks * run.facts.input.size, 3 * attacks * settings.steps * len(settings.starts) * run.multiply_adds
    )


def complaints(settings: AdversarialTrainSettings, run: RunWork) -> Iterator[str]:
    """Seeds that have training images of their own: the attack takes those that all seeds share."""
    if run.settings.data.subset != "first":
        words = "adversarial_train attacks images that all seeds share; use first"
        yield f"data.subset {run.settings.data.subset}: {words}"


ADVERSARIAL_TRAIN = MetricDeclaration(
    name="adversarial_train",
    settings=AdversarialTrainSettings,
    measure="grokscope.metrics.adversarial_train.measure",
    columns={
        "epsilon": "real",
        "start": "text",
        "accuracy": "real",
        "zero_gradient_start": "real",
        "zero_gradient_last": "real",
        "points": "integer",
    },
    measured=frozenset({"accuracy", "zero_gradient_start", "zero_gradient_last", "points"}),
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
    charts=(
        Chart(
            name="adversarial_train",
            column="accuracy",
            title="Accuracy under attack at training images, {start}",
            label="train accuracy",
            caption="Train accuracy under attack, {start}.",
            by="epsilon",
            each="start",
            words={"none": "no random start", "random": "random start"},
            percent=True,
            card_title="accuracy under attack, training images",
        ),
    ),
    parts=lambda settings: ["grokscope.metrics.adversarial.measure", OBJECTIVES[settings.objective]],
    inputs=("images",),
    targets=("classes",),
)
