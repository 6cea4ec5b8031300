"""The estimands that a claim may name: shape and unit of their effects, and what these are measured from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from grokscope.analysis.declarations import measures, units
from grokscope.analysis.declarations.coordinates import Coordinate
from grokscope.analysis.declarations.curves import CurveName, metrics_of_curves
from grokscope.analysis.declarations.events import metrics_of_events
from grokscope.analysis.declarations.hypothesis_tests import DEFAULT_TEST, Shape
from grokscope.analysis.declarations.measures import ABOVE_HALF, Measure, counted_in
from grokscope.analysis.declarations.unclear import ORDER, unclear
from grokscope.analysis.declarations.units import Parameters, Unit


@dataclass(frozen=True)
class Estimand:
    """What a module of grokscope.analysis.estimands says about its effects.

    `shape` decides which tests fit; it is `grouped` where one of the parameters `grouped_by` is given. `unit` says in
    words what effects are measured in; the wording that a claim may give it has to begin with the same word. `measure`
    is the same without the words on what is measured, so that effects with the same one can be held against the same
    number. With `slope` an effect along the parameter `axis` is per step of its coordinate. `events` and `curves`
    are the parameters that name events and curves, which say what metrics they need; `usual` are the curves of those
    that a claim leaves out, and `usual_events` the events that it is then about; `with_options` says whether events may
    be mappings with options. `metrics` are those needed
    whatever the parameters are, beside those in which a failed seed shows, which every claim needs. `test` is that of a
    claim which names none, where it is not the usual one of the shape. `compared` (what groups of seeds are compared
    by) and `unclear` (a sentence for single values) say what an inconclusive verdict means, where the claim does not.
    """

    shape: Shape
    unit: Unit
    measure: Measure
    slope: bool = False
    grouped: Shape | None = None
    grouped_by: tuple[str, ...] = ("axis",)
    events: tuple[str, ...] = ()
    curves: tuple[str, ...] = ()
    usual: Mapping[str, CurveName] = field(default_factory=dict)
    usual_events: Mapping[str, str] = field(default_factory=dict)
    metrics: tuple[str, ...] = ()
    test: str | None = None
    with_options: bool = False
    compared: str = "values"
    unclear: str = ""

    def unclear_of(self, parameters: Parameters, test: str) -> str:
        """What an inconclusive verdict means for a claim that does not say it."""
        return unclear(self.shape_of(parameters), parameters, test, self.compared, self.unclear)

    def unit_of(self, parameters: Parameters, coordinate: Coordinate | None) -> str:
        """The unit of the effect in words, `coordinate` being that of the parameter `axis`."""
        return self.unit(parameters) + self._per(parameters, coordinate)

    def measured_in(self, parameters: Parameters, coordinate: Coordinate | None) -> str:
        """What the effect is counted in: the unit that its smallest effect that matters has to have."""
        return self.measure(parameters) + self._per(parameters, coordinate)

    def _per(self, parameters: Parameters, coordinate: Coordinate | None) -> str:
        return units.per(parameters, coordinate) if self.slope else ""

    def test_of(self, parameters: Parameters) -> str:
        """The test of a claim that names none."""
        return self.test or DEFAULT_TEST[self.shape_of(parameters)]

    def shape_of(self, parameters: Parameters) -> Shape:
        """The shape of the effects with these parameters."""
        return self.grouped if self.grouped and any(parameters.get(key) for key in self.grouped_by) else self.shape

    def metrics_of(self, parameters: Parameters) -> tuple[str, ...]:
        """The metrics that are needed with these parameters, each once, beside those in which a failed seed shows."""
        events = metrics_of_events(*(parameters.get(key) for key in self.events))
        given = dict(self.usual) | dict(parameters)
        curves = metrics_of_curves(*(given.get(key) for key in self.curves))
        return tuple(dict.fromkeys((*self.metrics, *curves, *events)))


CORRELATION = counted_in("rank correlation")
DECADES = counted_in("decades of steps")

ESTIMANDS: dict[str, Estimand] = {
    "change_during_rise": Estimand(
        "value",
        units.change_during_rise,
        measures.change,
        events=("rise",),
        curves=("curve",),
        with_options=True,
        unclear="The changes are too small, or too different from seed to seed, to tell.",
        usual_events={"rise": "generalisation"},
    ),
    "collapse_after_event": Estimand(
        "value",
        units.collapses,
        counted_in(ABOVE_HALF),
        events=("event",),
        metrics=("spectra",),
        unclear="There are too few collapses to tell.",
    ),
    "curve_level": Estimand(
        "value",
        units.level,
        measures.level,
        slope=True,
        grouped="value_by_group",
        events=("given",),
        curves=("curve", "minus"),
        compared="levels",
    ),
    "curves_move_together": Estimand(
        "value",
        units.constant("rank correlation of increments over log-time, mean over seeds"),
        CORRELATION,
        events=("after",),
        curves=("first", "second"),
        unclear="The common movement is too weak to tell.",
    ),
    "date_follows": Estimand(
        "value",
        units.follows,
        counted_in("decades of error saved"),
        events=("event",),
        curves=("curve",),
        with_options=True,
        unclear="These seeds do not tell which clock the event follows.",
    ),
    "event_dates_together": Estimand(
        "pair", units.constant("rank correlation over seeds"), CORRELATION, events=("first", "second")
    ),
    "event_lag": Estimand(
        "value",
        units.lag,
        DECADES,
        slope=True,
        grouped="date_by_group",
        events=("first", "second"),
        with_options=True,
        compared="dates",
        unclear=ORDER,
    ),
    "event_shown": Estimand(
        "shown",
        units.shown,
        measures.shown,
        grouped="shown_by_group",
        grouped_by=("axis", "by"),
        events=("event", "given", "by"),
        with_options=True,
    ),
    "event_size_by_axis": Estimand(
        "value_by_group", units.size, measures.size, slope=True, events=("event", "given"), compared="sizes"
    ),
    "event_step_by_axis": Estimand(
        "date_by_group",
        units.constant("decades of steps"),
        DECADES,
        slope=True,
        events=("event", "given"),
        with_options=True,
        compared="dates",
    ),
    "falls_at_event": Estimand(
        "value",
        units.fall,
        counted_in("share of a fall"),
        events=("event",),
        curves=("first", "second"),
        usual_events={"event": "generalisation"},
    ),
    "gap_between_runs": Estimand("value", units.gap, measures.gap, curves=("first", "second")),
    "indicator_skill": Estimand(
        "value",
        units.constant("decades of error saved, out of sample over seeds"),
        counted_in("decades of error saved"),
        events=("target",),
        curves=("better", "than"),
        usual={"better": "rank", "than": "weight_norm"},
        unclear="The errors of the two indicators are too much alike to tell, or too few seeds have one.",
        usual_events={"target": "generalisation"},
    ),
    "late_rise": Estimand(
        "value",
        units.late_rise,
        measures.level,
        events=("after",),
        curves=("curve", "beside"),
        unclear="The rises are too small, or too different from seed to seed, to tell.",
        usual_events={"after": "fit"},
    ),
    "onset_after_complexity_peak": Estimand(
        "value",
        units.constant("decades of steps"),
        DECADES,
        curves=("curve",),
        usual={"curve": "complexity"},
        unclear=ORDER,
        usual_events={"since": "complexity_second_descent", "rise": "generalisation"},
    ),
    "rank_trend_over_layers": Estimand(
        "value",
        units.constant("rank correlation between layer and rank at the end"),
        CORRELATION,
        metrics=("spectra",),
        unclear="The rank has no clear trend over the layers in these seeds.",
    ),
    "share_of_grid": Estimand(
        "value",
        units.share_of_grid,
        counted_in("difference of shares of runs"),
        events=("event",),
        metrics=("spectra",),
        unclear="The two parts of the grid are too much alike to tell.",
    ),
    "share_of_runs": Estimand(
        "value",
        units.share_of_runs,
        counted_in(ABOVE_HALF),
        events=("event",),
        unclear="About half of the runs show it, or seeds differ too much.",
    ),
    "tunnel_length_by_axis": Estimand(
        "value_by_group",
        units.constant("layers"),
        counted_in("layers"),
        slope=True,
        metrics=("spectra",),
        test="page",
        compared="lengths of the tunnels",
    ),
}
