"""What the metric embedding_attack says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from grokscope.config.run_work import RunWork
from grokscope.metrics.adversarial.declaration import OPTIONS as OF_IMAGES
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Work
from grokscope.metrics.declared_curves import Chart, CurveDeclaration, CurveOption, FirstOf
from grokscope.metrics.embedded_inputs import UNITS, no_embedding, sequence_size

Epsilon = Annotated[float, Field(ge=0)]


class EmbeddingAttackSettings(MetricSettings):
    """Accuracy of test samples whose embedded sequences are attacked by projected gradient descent in the infinity
    norm.

    Sequences are moved after the embeddings of tokens and positions have been added, which is the same as moving the
    embeddings of the tokens.
    """

    metric: Literal["embedding_attack"] = "embedding_attack"
    epsilons: list[Epsilon] = Field(default=[], description="radius of the ball, in units of the embedding")
    step_size: float = Field(default=4 / 255, gt=0, description="for `epsilons`, in units of the embedding")
    relative_epsilons: list[Epsilon] = Field(
        default=[],
        description="radius of the ball, in multiples of the mean absolute number in the seed's embedded training"
        " sequences at the checkpoint",
    )
    relative_step_size: float = Field(default=0.25, gt=0, description="for `relative_epsilons`, in the same multiples")
    steps: int = Field(default=10, gt=0)
    points: int | None = Field(default=1024, gt=0, description="this many sequences, evenly spaced; none means all")
    starts: list[Literal["none", "random"]] = Field(
        default=["none"], min_length=1, description="at the sequence itself, or uniform in the ball"
    )


def work(settings: EmbeddingAttackSettings, run: RunWork) -> Work:
    """A forward and a backward pass for each sequence, epsilon, start and step."""
    attacks = run.points("test", settings.points) * (len(settings.epsilons) + len(settings.relative_epsilons))
    return Work(
        2 * run.points("test", settings.points) * sequence_size(run),
        3 * attacks * settings.steps * len(settings.starts) * run.multiply_adds,
    )


def complaints(settings: EmbeddingAttackSettings, run: RunWork) -> Iterator[str]:
    """Networks without an embedding, or nothing to attack with."""
    yield from no_embedding(run, settings.metric)
    if not settings.epsilons and not settings.relative_epsilons:
        yield "epsilons: there are neither any nor any relative_epsilons; name some"


OPTIONS = {
    "epsilon": replace(
        OF_IMAGES["epsilon"],
        description="size of the attack, in the units that `measured` says; figures draw every size that was measured,"
        " each in its own colour, so list those that are meant where a table holds both",
        heading="attack on embeddings, ε",
    ),
    "start": OF_IMAGES["start"],
    "measured": CurveOption(
        "choice",
        "whether the size is fixed, in units of the embedding, or relative, in multiples of the mean absolute number in"
        " the seed's embedded training sequences at that step; the default is the first of these that was measured",
        FirstOf(UNITS),
        choices=UNITS,
        words={"fixed": "ε in units of the embedding", "relative": "ε in mean sizes of the embedding's numbers"},
    ),
}

EMBEDDING_ATTACK = MetricDeclaration(
    name="embedding_attack",
    settings=EmbeddingAttackSettings,
    measure="grokscope.metrics.embedding_attack.measure",
    columns={
        "measured": "text",
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
            name="robust_accuracy_of_embeddings",
            column="accuracy",
            words="accuracy under attack on the embeddings",
            unit="fraction",
            quantity="accuracy",
            percent=True,
            options=OPTIONS,
            axis="accuracy under attack (%)\n{measured}",
        ),
        CurveDeclaration(
            name="zero_gradient_of_embeddings",
            column="zero_gradient_start",
            words="share of test sequences without a gradient in the embedding",
            quantity="share of points",
            percent=True,
            options=OPTIONS,
            axis="test sequences (%)",
        ),
    ),
    charts=tuple(
        Chart(
            name=f"embedding_attack_{units}",
            column="accuracy",
            title=f"Accuracy under attack on the embeddings, {{start}}, {words}",
            label="test accuracy",
            caption=f"Test accuracy under attack on the embedded sequences, {{start}}, {words}.",
            by="epsilon",
            each="start",
            where={"measured": units},
            words={"none": "no random start", "random": "random start"},
            percent=True,
            card_title="accuracy under attack",
        )
        for units, words in OPTIONS["measured"].words.items()
    ),
    inputs=("tokens",),
    targets=("classes", "classes_of_positions"),
)
