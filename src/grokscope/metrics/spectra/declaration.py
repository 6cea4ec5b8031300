"""What the metric spectra says of itself."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from grokscope.config.run_work import RunWork
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Split, Work

EIGENVALUE_MULTIPLY_ADDS = 20
"""For each entry of a matrix times its size, in float64."""


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
)
