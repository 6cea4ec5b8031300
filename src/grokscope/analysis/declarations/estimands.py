"""The estimands that a claim may name: shape and unit of their effects, and what these are measured from, given the parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grokscope.analysis.declarations.curves import metrics_of_curves
from grokscope.analysis.declarations.events import metrics_of_events
from grokscope.analysis.declarations.hypothesis_tests import Shape

Parameters = Mapping[str, Any]


@dataclass(frozen=True)
class Estimand:
    """What a module of grokscope.analysis.estimands says about its effects.

    `shape` decides which tests fit; it is `grouped` where one of the parameters `grouped_by` is given. `unit` is what effects are measured
    in; the wording that a claim gives its unit has to begin with it. `events` and `curves` are the parameters that name events and curves,
    which say what metrics they need; `metrics` are those needed whatever the parameters are, beside accuracy, which every estimand reads,
    since a failed seed shows there.
    """

    shape: Shape
    unit: str = ""
    grouped: Shape | None = None
    grouped_by: tuple[str, ...] = ("axis",)
    events: tuple[str, ...] = ()
    curves: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()

    def shape_of(self, parameters: Parameters) -> Shape:
        """The shape of the effects with these parameters."""
        return self.grouped if self.grouped and any(parameters.get(key) for key in self.grouped_by) else self.shape

    def metrics_of(self, parameters: Parameters) -> tuple[str, ...]:
        """The metrics that are needed with these parameters, each once."""
        events = metrics_of_events(*(parameters.get(key) for key in self.events))
        curves = metrics_of_curves(*(parameters.get(key) for key in self.curves))
        return tuple(dict.fromkeys(("accuracy", *self.metrics, *curves, *events)))


ESTIMANDS: dict[str, Estimand] = {
    "attack_control": Estimand("value", events=("given",), metrics=("adversarial",)),
    "collapse_after_event": Estimand("value", "share", events=("event",), metrics=("spectra",)),
    "curve_level": Estimand("value", grouped="value_by_group", curves=("curve",)),
    "curves_move_together": Estimand("value", "rank correlation", events=("after",), curves=("first", "second")),
    "event_between_runs": Estimand("value", "decades", events=("event",)),
    "event_dates_together": Estimand("pair", "rank correlation over seeds", events=("first", "second")),
    "event_lag": Estimand("value", "decades", grouped="date_by_group", events=("first", "second")),
    "event_shown": Estimand("shown", grouped="shown_by_group", grouped_by=("axis", "by"), events=("event", "given", "by")),
    "event_size_by_axis": Estimand("value_by_group", events=("event", "given")),
    "event_step_by_axis": Estimand("date_by_group", "decades of steps", events=("event",)),
    "falls_at_event": Estimand("value", "share", events=("event",), curves=("first", "second")),
    "gap_between_runs": Estimand("value", "decades", curves=("first", "second")),
    "indicator_skill": Estimand("value", "decades of error saved", events=("target",), metrics=("spectra", "weight_norm")),
    "onset_after_complexity_peak": Estimand("value", "decades of steps", metrics=("local_complexity",)),
    "onset_step_by_axis": Estimand("date_by_group", "decades of steps"),
    "rank_collapse_minus_onset": Estimand("value", "decades of steps", metrics=("spectra",)),
    "rank_trend_over_layers": Estimand("value", "rank correlation", metrics=("spectra",)),
    "robustness_delay": Estimand("value", "decades of steps after fit", metrics=("adversarial",)),
    "share_of_grid": Estimand("value", "share", events=("event",), metrics=("spectra",)),
    "tunnel_length_by_axis": Estimand("value_by_group", "layers", metrics=("spectra",)),
}
