"""What the metric attack_suite says of itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from grokscope.config.run_work import RunWork
from grokscope.data.declared import Classes
from grokscope.metrics.adversarial.declaration import OBJECTIVES, Epsilon
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Work
from grokscope.metrics.declared_curves import Chart, CurveDeclaration, CurveOption, Smallest

AttackName = Literal[
    "published", "float64", "rescaled_cross_entropy", "margin", "dlr", "targeted_margin", "transfer", "square"
]

ATTACKS: Mapping[str, str] = {
    "none": "no attack",
    "published": "the published attack",
    "float64": "the published attack, again in float64",
    "rescaled_cross_entropy": "rescaled cross-entropy",
    "margin": "margin",
    "dlr": "difference of logits ratio",
    "targeted_margin": "margin towards one class after the other",
    "transfer": "images made for another seed",
    "square": "random squares, no gradient",
    "worst_case": "the worst of all attacks",
}
"""What rows of its table may be about, in words. `none` and `worst_case` are always there."""

ADAPTIVE = ("rescaled_cross_entropy", "margin", "dlr")
"""Attacks whose step sizes shrink, each named after the objective that it climbs."""

AT_ONCE = 50
"""Images that a processor attacks together, at every epsilon and for all seeds."""

LAYERS_OF_A_GRADIENT = 4
"""What a gradient takes, in units of all layers of the network."""

FEWEST_CLASSES = 3
"""The difference of logits ratio needs a third largest logit."""


class AttackSuiteSettings(MetricSettings):
    """Accuracy under several attacks in the infinity norm, and under the worst of them for each image."""

    metric: Literal["attack_suite"] = "attack_suite"
    attacks: list[AttackName] = Field(
        default=[
            *("published", "float64", "rescaled_cross_entropy", "margin", "dlr", "targeted_margin", "transfer"),
            "square",
        ],
        min_length=1,
        description="which attacks are carried out; the worst case is that of all of them together",
    )
    epsilons: list[Epsilon] = Field(min_length=1, description="radius of the ball, in pixels")
    points: int | None = Field(default=200, gt=0, description="this many test images, evenly spaced; none means all")
    published_steps: int = Field(default=10, gt=0, description="iterations of the published attack")
    step_size: float = Field(default=4 / 255, gt=0, description="of the published attack, in pixels")
    steps: int = Field(default=50, gt=0, description="iterations of each attack whose step sizes shrink")
    restarts: int = Field(
        default=2, gt=0, description="these start this many times: first at the image, then at random points"
    )
    targets: int = Field(
        default=9, gt=0, description="the targeted attack aims at this many classes, those of the largest other logits"
    )
    queries: int = Field(default=500, gt=0, description="squares that the square attack tries")
    square_points: int | None = Field(
        default=100, gt=0, description="the square attack takes this many of the images, the first; none means all"
    )


def work(settings: AttackSuiteSettings, run: RunWork) -> Work:
    """Three times a forward pass for each gradient, and one for each square; images that are fooled are left out, which
    is not counted on here. Gradients of many images and epsilons are taken at once, whatever the network.
    """
    points = run.points("test", settings.points)
    squares = min(points, settings.square_points or points) if "square" in settings.attacks else 0
    gradients = settings.published_steps * (1 + ("float64" in settings.attacks))
    gradients += settings.steps * settings.restarts * sum(name in settings.attacks for name in ADAPTIVE)
    gradients += settings.steps * settings.targets * ("targeted_margin" in settings.attacks)
    radii = len(settings.epsilons)
    layers = sum(layer.outputs for layer in run.layers)
    together = min(points, AT_ONCE) * radii * run.seeds
    return Work(
        8 * points * radii * run.facts.input.size + LAYERS_OF_A_GRADIENT * together * layers,
        radii * run.multiply_adds * (3 * points * gradients + squares * settings.queries),
    )


def complaints(settings: AttackSuiteSettings, run: RunWork) -> Iterator[str]:
    """Too few classes for the difference of logits ratio."""
    target = run.facts.target
    if "dlr" in settings.attacks and isinstance(target, Classes) and target.outputs < FEWEST_CLASSES:
        yield f"attacks dlr: needs {FEWEST_CLASSES} classes, and there are {target.outputs}"


OPTIONS = {
    "epsilon": CurveOption(
        "number", "size of the attack, in pixels", Smallest(), all_above=0, at_least=0, key="ε = {:.3g}"
    ),
    "attack": CurveOption(
        "choice",
        "which attack; figures may draw all of them, each in its own colour",
        "worst_case",
        choices=tuple(ATTACKS),
        several=True,
        words=ATTACKS,
        heading="attack",
        colours=("turbo", 0.05, 0.95),
    ),
}

ATTACK_SUITE = MetricDeclaration(
    name="attack_suite",
    settings=AttackSuiteSettings,
    measure="grokscope.metrics.attack_suite.measure",
    columns={
        "epsilon": "real",
        "attack": "text",
        "accuracy": "real",
        "zero_gradient": "real",
        "points": "integer",
    },
    measured=frozenset({"accuracy", "zero_gradient", "points"}),
    work=work,
    complaints=complaints,
    parts=lambda settings: [OBJECTIVES[name] for name in settings.attacks if name in ADAPTIVE],
    curves=(
        CurveDeclaration(
            name="attacked_accuracy",
            column="accuracy",
            words="accuracy under one of several attacks",
            unit="fraction",
            quantity="accuracy",
            percent=True,
            options=OPTIONS,
            axis="accuracy (%)",
        ),
        CurveDeclaration(
            name="attack_without_gradient",
            column="zero_gradient",
            words="share of test points at which an attack has no gradient",
            quantity="share of points",
            percent=True,
            options=OPTIONS,
            axis="test points (%)",
        ),
    ),
    charts=(
        Chart(
            name="attack_suite",
            column="accuracy",
            title="Accuracy under several attacks, ε = {epsilon}",
            label="test accuracy",
            caption="Test accuracy under several attacks, ε = {epsilon}.",
            by="attack",
            each="epsilon",
            percent=True,
            card_title="accuracy under several attacks",
        ),
    ),
    inputs=("images",),
    targets=("classes",),
)
