"""What the metric probes says of itself."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from grokscope.config.run_work import RunWork
from grokscope.metrics.declared import MetricDeclaration, MetricSettings, Work
from grokscope.metrics.declared_curves import SECOND_LAST, Chart, CurveDeclaration, CurveOption, FirstOf

POOLED_PLACES = 16
"""A convolution is averaged over at most 4 x 4 areas."""

LOGISTIC_PASSES, PUBLISHED_PASSES = 2000, 90


class ProbesSettings(MetricSettings):
    """Linear probes on every layer's pre-activations (P1 Fig 1)."""

    metric: Literal["probes"] = "probes"
    kinds: list[Literal["ridge", "logistic", "published"]] = Field(
        default=["ridge"],
        min_length=1,
        description="ridge: closed form; logistic: multinomial; published: P1's own recipe",
    )
    ridge_penalty: float = Field(default=1e-6, gt=0, description="times the mean eigenvalue of the Gram matrix")
    logistic_penalty: float = Field(default=1e-3, gt=0, description="squared L2 penalty on standardised features")


def work(settings: ProbesSettings, run: RunWork) -> Work:
    """Gram matrices and their factors for ridge; features of all layers at once and many passes over them for the other
    kinds.
    """
    classes, train = run.facts.target.outputs, run.train_size
    features = [layer.features * min(layer.places, POOLED_PLACES) for layer in run.layers]
    multiply_adds, numbers = float((train + run.test_size) * run.multiply_adds), 0.0
    if "ridge" in settings.kinds:
        numbers += 6 * run.seeds * sum((size + classes) ** 2 for size in features)
        multiply_adds += 2 * sum(train * (size + classes) ** 2 + size**3 for size in features)
    if settings.kinds != ["ridge"]:
        # all features are held at once, and those of one layer several times in float64
        numbers += 2 * run.seeds * train * (sum(features) + 6 * max(features))
        passes = LOGISTIC_PASSES * ("logistic" in settings.kinds) + PUBLISHED_PASSES * ("published" in settings.kinds)
        multiply_adds += passes * train * classes * sum(features)
    return Work(numbers, multiply_adds)


RECIPE = CurveOption(
    "choice",
    "its recipe; none takes the first of these that was measured",
    FirstOf(("published", "ridge", "logistic")),
    choices=("published", "ridge", "logistic"),
    unknown="linear",
    joined=" / ",
)

PROBES = MetricDeclaration(
    name="probes",
    settings=ProbesSettings,
    measure="grokscope.metrics.probes.measure",
    columns={"layer": "integer", "probe": "text", "accuracy": "real"},
    measured=frozenset({"accuracy"}),
    work=work,
    curves=(
        CurveDeclaration(
            name="probe",
            column="accuracy",
            words="test accuracy of the probe",
            unit="fraction",
            quantity="probe",
            percent=True,
            options={
                "layer": CurveOption(
                    "layer",
                    "the layer before the logits, a number, or all, each in its own colour",
                    SECOND_LAST,
                    several=True,
                    all_above=0,
                ),
                "probe": RECIPE,
            },
            axis="test accuracy of {probe} probe (%)",
            said="probe",
        ),
        CurveDeclaration(
            name="hidden_probe",
            column="accuracy",
            words="mean test accuracy of the probes on the hidden layers",
            unit="fraction",
            quantity="accuracy",
            percent=True,
            reader="grokscope.analysis.hidden_probes:rows",
            options={"probe": RECIPE},
            axis="mean test accuracy of {probe} probes\non the hidden layers (%)",
        ),
    ),
    charts=(
        Chart(
            name="probes",
            column="accuracy",
            title="Linear probe of each layer ({probe})",
            label="test accuracy",
            caption="Test accuracy of a linear probe on each layer ({probe}).",
            by="layer",
            each="probe",
            percent=True,
            card_title="probe accuracy",
        ),
    ),
    targets=("classes",),
)
