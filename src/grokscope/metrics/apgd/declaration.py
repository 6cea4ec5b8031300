"""What the metric apgd says of itself."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from grokscope.config.run_work import RunWork
from grokscope.metrics.adversarial.declaration import OPTIONS as ATTACK_OPTIONS
from grokscope.metrics.adversarial.declaration import Epsilon
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Work
from grokscope.metrics.declared_curves import Chart, CurveDeclaration, CurveOption


class ApgdSettings(MetricSettings):
    """Accuracy under Auto-PGD on the cross-entropy in the infinity norm (Croce and Hein 2020; P2 Fig 18)."""

    metric: Literal["apgd"] = "apgd"
    epsilons: list[Epsilon] = Field(min_length=1, description="radius of the ball, in pixels")
    steps: int = Field(default=10, gt=0, description="iterations from each start; P2's released code takes 10")
    restarts: int = Field(
        default=1, gt=0, description="random starts, one after the other, for images that withstand those before"
    )
    points: int | None = Field(default=1024, gt=0, description="this many images, evenly spaced; none means all")
    starts: list[Literal["none", "random"]] = Field(
        default=["random"], min_length=1, description="the algorithm starts at a random point; none starts at the image"
    )


def work(settings: ApgdSettings, run: RunWork) -> Work:
    """A forward and a backward pass for each image, epsilon and step, and one for the gradient at the start; images
    that are fooled are left out, which is not counted on here.
    """
    attacks = run.points("test", settings.points) * len(settings.epsilons)
    starts = sum(1 if start == "none" else settings.restarts for start in settings.starts)
    return Work(2 * attacks * run.facts.input.size, 3 * attacks * (settings.steps + 2) * starts * run.multiply_adds)


OPTIONS = {
    "epsilon": ATTACK_OPTIONS["epsilon"],
    "start": CurveOption("choice", "where the attack starts", "random", choices=("none", "random")),
}

APGD = MetricDeclaration(
    name="apgd",
    settings=ApgdSettings,
    measure="grokscope.metrics.apgd.measure",
    columns={"epsilon": "real", "start": "text", "accuracy": "real", "zero_gradient": "real", "points": "integer"},
    measured=frozenset({"accuracy", "zero_gradient", "points"}),
    work=work,
    curves=(
        CurveDeclaration(
            name="apgd_accuracy",
            column="accuracy",
            words="accuracy under Auto-PGD",
            unit="fraction",
            quantity="accuracy",
            percent=True,
            options=OPTIONS,
            axis="accuracy (%)",
        ),
        CurveDeclaration(
            name="apgd_without_gradient",
            column="zero_gradient",
            words="share of test points at which Auto-PGD has no gradient",
            quantity="share of points",
            percent=True,
            options=OPTIONS,
            axis="test points (%)",
        ),
    ),
    charts=(
        Chart(
            name="apgd",
            column="accuracy",
            title="Accuracy under Auto-PGD, {start}",
            label="test accuracy",
            caption="Test accuracy under Auto-PGD, {start}.",
            by="epsilon",
            each="start",
            words={"none": "no random start", "random": "random start"},
            percent=True,
            card_title="accuracy under Auto-PGD",
        ),
    ),
    inputs=("images",),
    targets=("classes",),
)
