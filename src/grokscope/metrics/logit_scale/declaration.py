"""What the metric logit_scale says of itself."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from grokscope.config.run_work import RunWork
from grokscope.metrics.adversarial.declaration import Epsilon
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Work
from grokscope.metrics.declared_curves import ALL, Chart, CurveDeclaration, CurveOption, Smallest

Factor = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class LogitScaleSettings(MetricSettings):
    """Accuracy under the published attack when it sees the logits times a factor."""

    metric: Literal["logit_scale"] = "logit_scale"
    factors: list[Factor] = Field(
        min_length=1, description="of the logits that the attack sees; 1 is the attack itself"
    )
    epsilons: list[Epsilon] = Field(min_length=1, description="radius of the ball, in pixels")
    step_size: float = Field(default=4 / 255, gt=0, description="in pixels")
    steps: int = Field(default=10, gt=0)
    points: int | None = Field(default=1024, gt=0, description="this many images, evenly spaced; none means all")


def work(settings: LogitScaleSettings, run: RunWork) -> Work:
    """A forward and a backward pass for each image, factor, epsilon and step."""
    attacks = run.points("test", settings.points) * len(settings.epsilons)
    passes = 3 * settings.steps * len(settings.factors)
    return Work(2 * attacks * run.facts.input.size, attacks * passes * run.multiply_adds)


OPTIONS = {
    "factor": CurveOption(
        "number",
        "factor of the logits that the attack sees; figures draw every measured factor, each in its own colour",
        Smallest(),
        drawn=ALL,
        several=True,
        above=0,
        key="× {:.3g}",
        heading="logits that the attack sees",
        colours=("viridis", 0.0, 0.85),
    ),
    "epsilon": CurveOption("number", "size of the attack, in pixels", Smallest(), all_above=0, at_least=0),
}

LOGIT_SCALE = MetricDeclaration(
    name="logit_scale",
    settings=LogitScaleSettings,
    measure="grokscope.metrics.logit_scale.measure",
    columns={"factor": "real", "epsilon": "real", "accuracy": "real", "zero_gradient": "real", "points": "integer"},
    measured=frozenset({"accuracy", "zero_gradient", "points"}),
    work=work,
    curves=(
        CurveDeclaration(
            name="scaled_accuracy",
            column="accuracy",
            words="accuracy under attack on scaled logits",
            unit="fraction",
            quantity="accuracy",
            percent=True,
            options=OPTIONS,
            axis="accuracy (%)",
        ),
        CurveDeclaration(
            name="scaled_without_gradient",
            column="zero_gradient",
            words="share of test points at which the attack on scaled logits ends without a gradient",
            quantity="share of points",
            percent=True,
            options=OPTIONS,
            axis="test points (%)",
        ),
    ),
    charts=(
        Chart(
            name="logit_scale",
            column="accuracy",
            title="Accuracy under attack, logits times {factor}",
            label="test accuracy",
            caption="Test accuracy under the published attack, which sees the logits times {factor}.",
            by="epsilon",
            each="factor",
            percent=True,
            card_title="accuracy under attack on scaled logits",
        ),
    ),
    inputs=("images",),
    targets=("classes",),
)
