"""What the metric adversarial says of itself."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from grokscope.config.run_work import RunWork
from grokscope.config.section import OneOf
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Split, Work
from grokscope.metrics.declared_curves import ALL, Chart, CurveDeclaration, CurveOption, Smallest

OBJECTIVES = {
    "cross_entropy": "grokscope.metrics.adversarial.objectives.cross_entropy",
    "margin": "grokscope.metrics.adversarial.objectives.margin",
    "rescaled_cross_entropy": "grokscope.metrics.adversarial.objectives.rescaled_cross_entropy",
    "dlr": "grokscope.metrics.adversarial.objectives.dlr",
}
"""Modules with `objective(logits, labels)`: (S, B, classes), (S, B) -> (S, B), which the attack climbs."""

Epsilon = Annotated[float, Field(ge=0, le=1)]


class AttackSettings(MetricSettings):
    """Projected gradient descent in the infinity norm (P2 section 1)."""

    objective: Annotated[str, OneOf(OBJECTIVES)] = Field(
        default="cross_entropy",
        description=(
            "what the attack climbs: cross_entropy, as published, or margin, rescaled_cross_entropy or dlr, which do"
            " not depend on the scale of the logits"
        ),
    )
    epsilons: list[Epsilon] = Field(min_length=1, description="radius of the ball, in pixels")
    step_size: float = Field(default=4 / 255, gt=0, description="in pixels")
    steps: int = Field(default=10, gt=0)
    points: int | None = Field(default=1024, gt=0, description="this many images, evenly spaced; none means all")
    starts: list[Literal["none", "random"]] = Field(
        default=["none"], min_length=1, description="P2's first release had no random start"
    )


class AdversarialSettings(AttackSettings):
    """Accuracy of test images under this attack."""

    metric: Literal["adversarial"] = "adversarial"


def work_of_attack(settings: AttackSettings, run: RunWork, split: Split) -> Work:
    """A forward and a backward pass for each image, epsilon, start and step."""
    attacks = run.points(split, settings.points) * len(settings.epsilons)
    return Work(
        2 * attacks * run.facts.input.size, 3 * attacks * settings.steps * len(settings.starts) * run.multiply_adds
    )


def work(settings: AdversarialSettings, run: RunWork) -> Work:
    """That of the attack on test images."""
    return work_of_attack(settings, run, "test")


OPTIONS = {
    "epsilon": CurveOption(
        "number",
        "size of the attack, in pixels; figures draw every size that was measured, each in its own colour",
        Smallest(),
        drawn=ALL,
        several=True,
        all_above=0,
        at_least=0,
        key="ε = {:.3g}",
        heading="attack, ε in pixels",
        colours=("plasma", 0.12, 0.86),
    ),
    "start": CurveOption("choice", "where the attack starts", "none", choices=("none", "random")),
}

ADVERSARIAL = MetricDeclaration(
    name="adversarial",
    settings=AdversarialSettings,
    measure="grokscope.metrics.adversarial.measure",
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
    curves=(
        CurveDeclaration(
            name="robust_accuracy",
            column="accuracy",
            words="accuracy under attack",
            unit="fraction",
            quantity="accuracy",
            percent=True,
            options=OPTIONS,
            axis="accuracy (%)",
            said="robust_accuracy",
        ),
        CurveDeclaration(
            name="zero_gradient",
            column="zero_gradient_start",
            words="share of test points without a gradient",
            quantity="share of points",
            percent=True,
            options=OPTIONS,
            axis="test points (%)",
            said="robust_accuracy",
        ),
    ),
    charts=(
        Chart(
            name="adversarial",
            column="accuracy",
            title="Accuracy under attack, {start}",
            label="test accuracy",
            caption="Test accuracy under attack, {start}.",
            by="epsilon",
            each="start",
            words={"none": "no random start", "random": "random start"},
            percent=True,
            card_title="accuracy under attack",
        ),
    ),
    parts=lambda settings: [OBJECTIVES[settings.objective]],
    inputs=("images",),
    targets=("classes",),
)
