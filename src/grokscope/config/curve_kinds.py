"""The curves that figures draw by name: which metric they come from and which options they take. How they are read and
drawn is in `figures`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from pydantic import Field, model_validator

from grokscope.config.detector_settings import RankDefinition
from grokscope.config.section import Section

CurveName = Literal[
    "train_accuracy", "test_accuracy", "robust_accuracy", "zero_gradient", "complexity", "rank", "probe", "weight_norm"
]
EventName = Literal[
    "fit", "generalisation", "onset", "surge_1", "surge_2", "rank_collapse", "rank_second_descent",
    "complexity_peak", "migration", "robustness_lost", "robustness_onset",
]  # fmt: skip


@dataclass(frozen=True)
class CurveKind:
    """The metric that a curve is read from, and the options that choose among its rows."""

    metric: str
    options: frozenset[str] = frozenset()
    quantity: str = "accuracy"
    """Curves of one quantity may share a panel."""

    @property
    def percent(self) -> bool:
        """Whether it is drawn in percent."""
        return self.quantity in ("accuracy", "share of points", "probe")


CURVE_KINDS: dict[str, CurveKind] = {
    "train_accuracy": CurveKind("accuracy"),
    "test_accuracy": CurveKind("accuracy"),
    "robust_accuracy": CurveKind("adversarial", frozenset({"epsilon", "start"})),
    "zero_gradient": CurveKind("adversarial", frozenset({"epsilon", "start"}), "share of points"),
    "complexity": CurveKind("local_complexity", frozenset({"split", "radius"}), "complexity"),
    "rank": CurveKind("spectra", frozenset({"layer", "definition", "bold"}), "rank"),
    "probe": CurveKind("probes", frozenset({"layer", "probe"}), "probe"),
    "weight_norm": CurveKind("weight_norm", quantity="norm"),
}
assert set(CURVE_KINDS) == set(get_args(CurveName))


class Curve(Section):
    """A curve with options; a name alone takes the defaults."""

    curve: CurveName
    split: Literal["train", "test", "random"] = Field(default="train", description="complexity: at which points")
    radius: float | None = Field(
        default=None,
        gt=0,
        description="complexity: in pixels; none takes the published one where measured, else the smallest",
    )
    epsilon: float | None = Field(
        default=None,
        ge=0,
        description="attack: in pixels; none draws every size that was measured, each in its own colour",
    )
    start: Literal["none", "random"] = Field(default="none", description="attack: where it starts")
    layer: Literal["second_last", "all"] = Field(
        default="second_last", description="rank, probe: the layer before the logits, or all, each in its own colour"
    )
    definition: RankDefinition | None = Field(
        default=None, description="rank: how it is counted; none takes the definition that suits the run's arithmetic"
    )
    bold: Literal["second_last"] | None = Field(default=None, description="rank of all layers: the layer drawn bold")
    probe: Literal["published", "ridge", "logistic"] | None = Field(
        default=None, description="probe: its recipe; none takes the first of these that was measured"
    )

    @model_validator(mode="after")
    def _its_own_options(self) -> Curve:
        for option in sorted(self.model_fields_set - {"curve"} - CURVE_KINDS[self.curve].options):
            known = ", ".join(sorted(CURVE_KINDS[self.curve].options)) or "none"
            raise ValueError(f"curve {self.curve} has no option {option}; it has {known}")
        return self


def as_curve(given: CurveName | Curve) -> Curve:
    """A curve, from its name alone or with options."""
    return given if isinstance(given, Curve) else Curve(curve=given)
