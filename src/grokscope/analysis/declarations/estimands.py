"""The estimands that a claim may name: shape and unit of their effects, and what these are measured from, given the
parameters.
"""

from __future__ import annotations

from dataclasses import dataclass

from grokscope.analysis.declarations import units
from grokscope.analysis.declarations.curves import metrics_of_curves
from grokscope.analysis.declarations.events import metrics_of_events
from grokscope.analysis.declarations.hypothesis_tests import DEFAULT_TEST, Shape
from grokscope.analysis.declarations.units import Parameters, Unit


@dataclass(frozen=True)
class Estimand:
    """What a module of grokscope.analysis.estimands says about its effects.

    `shape` decides which tests fit; it is `grouped` where one of the parameters `grouped_by` is given. `unit` is what
    effects are measured in; the wording that a claim may give it has to begin with the same word. `events` and `curves`
    are the parameters that name events and curves, which say what metrics they need; `with_options` says whether events
    may be mappings with options. `metrics` are those needed whatever the parameters are, beside accuracy, which every
    estimand reads, since a failed seed shows there. `test` is that of a claim which names none, where it is not the
    usual one of the shape.
    """

    shape: Shape
    unit: Unit
    grouped: Shape | None = None
    grouped_by: tuple[str, ...] = ("axis",)
    events: tuple[str, ...] = ()
    curves: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    test: str | None = None
    with_options: bool = False

    def test_of(self, parameters: Parameters) -> str:
        """The test of a claim that names none."""
        return self.test or DEFAULT_TEST[self.shape_of(parameters)]

    def shape_of(self, parameters: Parameters) -> Shape:
        """The shape of the effects with these parameters."""
        return self.grouped if self.grouped and any(parameters.get(key) for key in self.grouped_by) else self.shape

    def metrics_of(self, parameters: Parameters) -> tuple[str, ...]:
        """The metrics that are needed with these parameters, each once."""
        events = metrics_of_events(*(parameters.get(key) for key in self.events))
        curves = metrics_of_curves(*(parameters.get(key) for key in self.curves))
        return tuple(dict.fromkeys(("accuracy", *self.metrics, *curves, *events)))


ESTIMANDS: dict[str, Estimand] = {
    "attack_control": Estimand("value", units.control, events=("given",), metrics=("adversarial",)),
    "collapse_after_event": Estimand(
        "value", units.constant("share of a seed's collapses"), events=("event",), metrics=("spectra",)
    ),
    "curve_level": Estimand("value", units.level, grouped="value_by_group", curves=("curve",)),
    "curves_move_together": Estimand(
        "value",
        units.constant("rank correlation of increments over log-time, mean over seeds"),
        events=("after",),
        curves=("first", "second"),
    ),
    "event_between_runs": Estimand(
        "value", units.constant("decades from the date in one run to that in another"), events=("event",)
    ),
    "event_dates_together": Estimand("pair", units.constant("rank correlation over seeds"), events=("first", "second")),
    "event_lag": Estimand("value", units.lag, grouped="date_by_group", events=("first", "second"), with_options=True),
    "event_shown": Estimand(
        "shown", units.shown, grouped="shown_by_group", grouped_by=("axis", "by"), events=("event", "given", "by")
    ),
    "event_size_by_axis": Estimand("value_by_group", units.size, events=("event", "given")),
    "event_step_by_axis": Estimand("date_by_group", units.over_axis("decades of steps"), events=("event",)),
    "falls_at_event": Estimand(
        "value", units.constant("share of the whole fall"), events=("event",), curves=("first", "second")
    ),
    "gap_between_runs": Estimand("value", units.constant("decades between two runs"), curves=("first", "second")),
    "indicator_skill": Estimand(
        "value",
        units.constant("decades of error saved, out of sample over seeds"),
        events=("target",),
        metrics=("spectra", "weight_norm"),
    ),
    "onset_after_complexity_peak": Estimand("value", units.constant("decades of steps"), metrics=("local_complexity",)),
    "onset_step_by_axis": Estimand("date_by_group", units.over_axis("decades of steps")),
    "rank_trend_over_layers": Estimand(
        "value", units.constant("rank correlation between layer and rank at the end"), metrics=("spectra",)
    ),
    "share_of_grid": Estimand(
        "value", units.constant("share of the grid's cells"), events=("event",), metrics=("spectra",)
    ),
    "tunnel_length_by_axis": Estimand("value_by_group", units.over_axis("layers"), metrics=("spectra",), test="page"),
}
