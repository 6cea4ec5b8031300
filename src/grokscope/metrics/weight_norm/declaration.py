"""What the metric weight_norm says of itself."""

from __future__ import annotations

from typing import Literal

from grokscope.config.run_work import RunWork
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Work


class WeightNormSettings(MetricSettings):
    """L2 norm of the parameters, in total and by layer (P1 Fig 5)."""

    metric: Literal["weight_norm"] = "weight_norm"


def work(settings: WeightNormSettings, run: RunWork) -> Work:
    """One square for each parameter."""
    return Work(0, run.parameters)


WEIGHT_NORM = MetricDeclaration(
    name="weight_norm",
    settings=WeightNormSettings,
    measure="grokscope.metrics.weight_norm.measure",
    columns={"layer": "integer", "norm": "real"},
    measured=frozenset({"norm"}),
    work=work,
)
