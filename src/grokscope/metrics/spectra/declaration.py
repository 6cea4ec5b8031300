"""What the metric spectra says of itself."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field

from grokscope.config.detector_settings import RankDefinition
from grokscope.config.rank_words import RANK_WORDS
from grokscope.config.run_work import RunWork
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Split, Work
from grokscope.metrics.declared_curves import ALL, SECOND_LAST, Chart, CurveDeclaration, CurveOption, Detector, FirstOf

EIGENVALUE_MULTIPLY_ADDS = 20
"""For each entry of a matrix times its size, in float64."""

POINTS = FirstOf(("test", "train"))
"""P1's code reads rank on the test images."""


class SpectraSettings(MetricSettings):
    """Eigenvalues of the covariance of every layer's pre-activations (P1 Figs 1, 3 to 7)."""

    metric: Literal["spectra"] = "spectra"
    splits: list[Split] = Field(default=["test"], min_length=1, description="P1's code takes the test images")
    points: int | None = Field(default=None, gt=1, description="number of samples of each split; none means all")


def work(settings: SpectraSettings, run: RunWork) -> Work:
    """Samples in float64, Gram matrices and their eigenvalues."""
    samples = sum(run.points(split, settings.points) for split in settings.splits)
    sizes = [layer.features for layer in run.layers]
    numbers = 2 * samples * run.facts.input.size + 4 * run.seeds * sum(size**2 for size in sizes)
    passes = 2 * samples * (run.multiply_adds + sum(layer.outputs * layer.features for layer in run.layers))
    return Work(numbers, passes + EIGENVALUE_MULTIPLY_ADDS * len(settings.splits) * sum(size**3 for size in sizes))


SPECTRA = MetricDeclaration(
    name="spectra",
    settings=SpectraSettings,
    measure="grokscope.metrics.spectra.measure",
    columns={"split": "text", "layer": "integer", "points": "integer", "eigenvalues": "reals"},
    measured=frozenset({"points", "eigenvalues"}),
    work=work,
    derived={"rank": {"split": "text", "layer": "integer", "definition": "text", "rank": "real"}},
    curves=(
        CurveDeclaration(
            name="rank",
            column="rank",
            table="rank",
            words="rank",
            from_zero=True,
            whole=True,
            where={"split": POINTS},
            options={
                "layer": CurveOption(
                    "layer",
                    "the layer before the logits, a number, or all, each in its own colour",
                    SECOND_LAST,
                    several=True,
                    all_above=0,
                    axis="rank of layer {}\n(dimensions)",
                    words={
                        SECOND_LAST: "rank of the second-last layer\n(dimensions)",
                        ALL: "feature rank (dimensions)",
                    },
                ),
                "definition": CurveOption(
                    "choice",
                    "how it is counted; the default is that of the event detectors, in figures the one that suits the"
                    " run's arithmetic",
                    Detector("rank_definition"),
                    choices=get_args(RankDefinition),
                    drawn_by="grokscope.figures.parts.rank_curves:rank_definition",
                    joined=" / ",
                    words=RANK_WORDS,
                ),
            },
            axis="{layer}\n({definition})",
            said="rank",
        ),
    ),
    charts=(
        Chart(
            name="rank",
            column="rank",
            table="rank",
            title="Feature rank of each layer ({definition}, {split} images)",
            label="rank",
            caption="Rank of each layer's pre-activations ({definition}, {split} images).",
            by="layer",
            each="definition",
            only=("relative_1e-3", "effective", "p1_code"),
            where={"split": POINTS},
            words=RANK_WORDS,
            card_title="feature rank",
        ),
    ),
)
