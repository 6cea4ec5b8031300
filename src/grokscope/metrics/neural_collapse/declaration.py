"""What the metric neural_collapse says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from grokscope.config.run_work import RunWork
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Work
from grokscope.metrics.declared_curves import CurveDeclaration


class NeuralCollapseSettings(MetricSettings):
    """The four measures of neural collapse, at the training samples, of what the layer of the logits sees (Papyan, Han
    and Donoho 2020).
    """

    metric: Literal["neural_collapse"] = "neural_collapse"


def work(settings: NeuralCollapseSettings, run: RunWork) -> Work:
    """One forward pass over the training samples, and the distances of their features to the means of all classes."""
    features = run.layers[-2].outputs if len(run.layers) > 1 else 0
    per_sample = run.multiply_adds + 4 * run.facts.target.outputs * features
    return Work(4 * run.seeds * run.train_size * features, run.train_size * per_sample)


def complaints(settings: NeuralCollapseSettings, run: RunWork) -> Iterator[str]:
    """A network without hidden layers has no features that training could move."""
    if len(run.layers) < 2:
        yield f"depth {len(run.layers)}: there is no hidden layer whose features could collapse"


NEURAL_COLLAPSE = MetricDeclaration(
    name="neural_collapse",
    settings=NeuralCollapseSettings,
    measure="grokscope.metrics.neural_collapse.measure",
    columns={
        "within_class": "real",
        "norms": "real",
        "angles": "real",
        "duality": "real",
        "nearest_mean": "real",
    },
    measured=frozenset({"within_class", "norms", "angles", "duality", "nearest_mean"}),
    work=work,
    complaints=complaints,
    curves=(
        CurveDeclaration(
            name="neural_collapse",
            column="within_class",
            words="variability within classes (NC1)",
            quantity="variability within classes",
            scale="log",
        ),
        CurveDeclaration(
            name="collapse_norms",
            column="norms",
            words="spread of the norms of class means (NC2)",
            quantity="spread of class means",
            from_zero=True,
        ),
        CurveDeclaration(
            name="collapse_angles",
            column="angles",
            words="distance of the angles of class means from equal ones (NC2)",
            quantity="spread of class means",
            from_zero=True,
        ),
        CurveDeclaration(
            name="collapse_duality",
            column="duality",
            words="distance of the last weights from the class means (NC3)",
            quantity="distance from self-duality",
            from_zero=True,
        ),
        CurveDeclaration(
            name="collapse_nearest_mean",
            column="nearest_mean",
            words="share of samples not assigned to the nearest class mean (NC4)",
            unit="fraction",
            quantity="share of samples",
            percent=True,
        ),
    ),
    targets=("classes",),
)
