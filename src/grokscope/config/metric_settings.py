"""Settings of every metric. A metric is computed by the module of the same name in `grokscope.metrics`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from grokscope.config.run_settings import Section

Radius = Annotated[float, Field(gt=0)]
Epsilon = Annotated[float, Field(ge=0, le=1)]
Split = Literal["train", "test"]


class MetricSettings(Section):
    """What all metrics have in common: which of the run's checkpoints they are computed at."""

    every: int | None = Field(default=None, gt=0, description="only checkpoints whose step is a multiple of this, and the last")
    at_most: int | None = Field(default=None, ge=2, description="only so many checkpoints, evenly spaced in their order, the first and last included")


class AccuracySettings(MetricSettings):
    """Accuracy and loss on the whole training subset and the whole test set."""


class WeightNormSettings(MetricSettings):
    """L2 norm of the parameters, in total and by layer (P1 Fig 5)."""


class SpectraSettings(MetricSettings):
    """Eigenvalues of the covariance of every layer's pre-activations (P1 Figs 1, 3 to 7)."""

    splits: list[Split] = Field(default=["test"], min_length=1, description="P1's code takes the test images")
    points: int | None = Field(default=None, gt=1, description="number of images of each split; none means all")


class ProbesSettings(MetricSettings):
    """Linear probes on every layer's pre-activations (P1 Fig 1)."""

    kinds: list[Literal["ridge", "logistic", "published"]] = Field(
        default=["ridge"], min_length=1, description="ridge: closed form; logistic: multinomial; published: P1's own recipe"
    )
    ridge_penalty: float = Field(default=1e-6, gt=0, description="times the mean eigenvalue of the Gram matrix")
    logistic_penalty: float = Field(default=1e-3, gt=0, description="squared L2 penalty on standardised features")


class PointCounts(Section):
    """How many points of each kind local complexity is averaged over; 0 leaves the kind out."""

    train: int = Field(default=1024, ge=0)
    test: int = Field(default=1024, ge=0)
    random: int = Field(default=1024, ge=0, description="uniform over the pixel box")


class LocalComplexitySettings(MetricSettings):
    """Number of neurons whose hyperplane cuts a neighbourhood of a point (P2 section 2)."""

    radii: list[Radius] = Field(min_length=1, description="in pixels")
    directions: int = Field(default=25, gt=0, description="P: the neighbourhood has 2P vertices x +- r v")
    frames: Literal["shared", "per_point"] = Field(default="shared", description="one orthonormal frame for all points (as the code) or one each")
    points: PointCounts = PointCounts()


class AdversarialSettings(MetricSettings):
    """Accuracy under projected gradient descent in the infinity norm (P2 section 1)."""

    epsilons: list[Epsilon] = Field(min_length=1, description="radius of the ball, in pixels")
    step_size: float = Field(default=4 / 255, gt=0, description="in pixels")
    steps: int = Field(default=10, gt=0)
    points: int | None = Field(default=1024, gt=0, description="so many test images, evenly spaced; none means all")
    starts: list[Literal["none", "random"]] = Field(default=["none"], min_length=1, description="P2's first release had no random start")


class MetricsSettings(Section):
    """The metrics of a run; one that is absent is not computed."""

    accuracy: AccuracySettings | None = None
    weight_norm: WeightNormSettings | None = None
    spectra: SpectraSettings | None = None
    probes: ProbesSettings | None = None
    local_complexity: LocalComplexitySettings | None = None
    adversarial: AdversarialSettings | None = None

    @model_validator(mode="after")
    def _some(self) -> MetricsSettings:
        if not self.names():
            raise ValueError("no metric is named")
        return self

    def names(self) -> list[str]:
        """Names of the metrics that are to be computed, in a fixed order."""
        return [name for name in type(self).model_fields if getattr(self, name) is not None]


METRIC_NAMES: tuple[str, ...] = tuple(MetricsSettings.model_fields)
