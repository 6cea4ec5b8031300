"""What the metric input_gradients says of itself."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from grokscope.config.run_work import RunWork
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Split, Work
from grokscope.metrics.declared_curves import Chart, CurveDeclaration, CurveOption

OBJECTIVES = ("cross_entropy", "margin")
"""What the gradient is taken of: what the published attack climbs, and how far the largest other logit exceeds the
label's.
"""

Share = Annotated[float, Field(ge=0, le=1)]


class InputGradientsSettings(MetricSettings):
    """Distribution over points of the gradient of the cross-entropy, and of the margin, in the input, and of the margin
    itself.
    """

    metric: Literal["input_gradients"] = "input_gradients"
    splits: list[Split] = Field(default=["train", "test"], min_length=1, description="at which samples")
    points: int | None = Field(default=1024, gt=0, description="this many samples of a split, evenly spaced; none: all")
    quantiles: list[Share] = Field(
        default=[0.05, 0.25, 0.5, 0.75, 0.95],
        min_length=1,
        description="which quantiles over the samples: the least value that this share of them does not exceed",
    )


def work(settings: InputGradientsSettings, run: RunWork) -> Work:
    """A forward and a backward pass for each sample and objective, in the arithmetic of the run and in float64."""
    points = sum(run.points(split, settings.points) for split in settings.splits)
    passes = 3 if run.settings.training.dtype == "float32" else 1
    return Work(
        6 * points * run.facts.input.size + 2 * run.parameters * run.seeds,
        3 * len(OBJECTIVES) * passes * points * run.multiply_adds,
    )


SPLIT = CurveOption("choice", "at which samples", "test", choices=("train", "test"), axis="{}")
QUANTILE = CurveOption(
    "number",
    "quantile over the samples; figures may draw every one that was measured, each in its own colour",
    0.5,
    several=True,
    at_least=0,
    key="quantile {:g}",
    heading="quantile over samples",
    colours=("viridis", 0.0, 0.88),
)


WORDS = {"cross_entropy": "cross-entropy", "margin": "margin"}


def _norm(name: str, objective: str, norm: str) -> CurveDeclaration:
    return CurveDeclaration(
        name=name,
        column=f"l{norm}",
        words=f"{norm}-norm of the gradient of the {WORDS[objective]} in the input",
        unit="per pixel",
        quantity=f"{norm}-norm of the gradient in the input",
        scale="log",
        where={"objective": objective},
        options={"split": SPLIT, "quantile": QUANTILE},
        axis=f"gradient of the {WORDS[objective]}\n({norm}-norm, {{split}} samples)",
    )


def _share(name: str, column: str, objective: str, arithmetic: str) -> CurveDeclaration:
    return CurveDeclaration(
        name=name,
        column=column,
        words=f"share of points at which the {WORDS[objective]} has no gradient in {arithmetic}",
        quantity="share of points",
        percent=True,
        where={"objective": objective},
        options={"split": SPLIT},
        reduced={"quantile": "mean"},
        axis="{split} samples (%)",
    )


INPUT_GRADIENTS = MetricDeclaration(
    name="input_gradients",
    settings=InputGradientsSettings,
    measure="grokscope.metrics.input_gradients.measure",
    columns={
        "split": "text",
        "objective": "text",
        "quantile": "real",
        "l1": "real",
        "l2": "real",
        "margin": "real",
        "zero": "real",
        "zero_float64": "real",
        "points": "integer",
    },
    measured=frozenset({"l1", "l2", "margin", "zero", "zero_float64", "points"}),
    work=work,
    curves=(
        _norm("input_gradient", "cross_entropy", "1"),
        _norm("margin_gradient", "margin", "1"),
        _norm("input_gradient_l2", "cross_entropy", "2"),
        _norm("margin_gradient_l2", "margin", "2"),
        CurveDeclaration(
            name="logit_margin",
            column="margin",
            words="lead of the label's logit",
            where={"objective": "margin"},
            options={"split": SPLIT, "quantile": QUANTILE},
            axis="lead of the label's logit\n({split} samples)",
        ),
        _share("without_input_gradient", "zero", "cross_entropy", "the run's arithmetic"),
        _share("without_exact_gradient", "zero_float64", "cross_entropy", "float64"),
        _share("without_margin_gradient", "zero", "margin", "the run's arithmetic"),
    ),
    charts=(
        Chart(
            name="input_gradients",
            column="l1",
            title="Size of the gradient of the cross-entropy in the input, {split} samples",
            label="1-norm (per pixel)",
            caption="Quantiles over {split} samples of the 1-norm of the gradient of the cross-entropy in the input.",
            by="quantile",
            each="split",
            where={"objective": "cross_entropy"},
            log=True,
        ),
        Chart(
            name="logit_margins",
            column="margin",
            title="Lead of the label's logit, {split} samples",
            label="lead of the label's logit",
            caption="Quantiles over {split} samples of the lead of the label's logit over the largest other one.",
            by="quantile",
            each="split",
            where={"objective": "margin"},
        ),
    ),
    inputs=("images", "vectors"),
    targets=("classes",),
)
