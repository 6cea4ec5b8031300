"""What the metric weight_norm says of itself."""

from __future__ import annotations

from typing import Literal

from grokscope.config.run_work import RunWork
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Work
from grokscope.metrics.declared_curves import ALL, SECOND_LAST, Chart, CurveDeclaration, CurveOption


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
    curves=(
        CurveDeclaration(
            name="weight_norm",
            column="norm",
            words="norm of the weights",
            quantity="norm",
            scale="log",
            options={
                "layer": CurveOption(
                    "layer",
                    "0 for all layers together, the layer before the logits, a number, or all, each in its own colour",
                    0,
                    several=True,
                    all_above=0,
                    axis="layer {}",
                    words={"0": "all parameters", ALL: "each layer", SECOND_LAST: "second-last layer"},
                )
            },
            axis="weight norm (L2, {layer})",
            said="weight_norm",
        ),
    ),
    charts=(
        Chart(
            name="weight_norm",
            column="norm",
            title="Weight norm",
            label="L2 norm",
            caption="L2 norm of each layer's parameters.",
            by="layer",
            log=True,
            card_title="weight norm",
        ),
    ),
)
