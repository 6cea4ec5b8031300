"""The events that claims may name: words for a reader, and the metrics and thresholds that their dates depend on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grokscope.analysis.declarations.curves import metrics_of_curves


@dataclass(frozen=True)
class Event:
    """An event of a seed.

    `words` stand after "the date of", `shown` after "seeds"; `metrics` are those that it is dated from, accuracy
    where none is named; a failure shows in accuracy, or in the loss, beside its `metrics`. `thresholds` are the
    detector settings that its date depends on.
    """

    words: str
    shown: str
    metrics: tuple[str, ...] = ()
    thresholds: tuple[str, ...] = ()


_ONSET = ("fit_accuracy", "onset_share", "onset_gain", "delay_decades", "smoothing_decades")
_SURGE = ("surge_rise", "chance_multiple", "plateau_decades", "plateau_share", "onset_share", "smoothing_decades")
_RANK = ("rank_drop", "rank_definition", "smoothing_decades")
_COMPLEXITY = ("complexity_change", "peak_tolerance", "settled_share", "smoothing_decades")
_DESCENT = (*_COMPLEXITY, "onset_share")
_ROBUSTNESS = ("robustness_change", "onset_share", "settled_share", "smoothing_decades")


def _phases(of: str, metric: str, peak: str, migration: str, descent: str, double: str) -> dict[str, Event]:
    """The phases of another curve than local complexity, read as those are."""
    return {
        peak: Event(f"the peak of {of}", f"with an ascent and a peak of {of}", (metric,), _COMPLEXITY),
        migration: Event(
            f"migration by {of}",
            f"with migration by {of}",
            (metric,),
            ("complexity_change", "peak_tolerance", "smoothing_decades"),
        ),
        descent: Event(f"the second descent of {of}", f"with a second descent of {of}", (metric,), _DESCENT),
        double: Event(f"the double descent of {of}", f"with all three phases of {of}", (metric,), _COMPLEXITY),
    }


EVENTS: dict[str, Event] = {
    "fit": Event("fit", "that fit", (), ("fit_accuracy", "smoothing_decades")),
    "generalisation": Event(
        "generalisation", "that generalise", (), ("onset_share", "onset_gain", "settled_share", "smoothing_decades")
    ),
    "onset": Event("delayed generalisation", "with delayed generalisation", (), _ONSET),
    "surge_1": Event("the first surge", "with a surge", (), _SURGE),
    "surge_2": Event("the second surge", "with two surges", (), _SURGE),
    "rank_collapse": Event("the collapse of rank", "with a collapse of rank", ("spectra",), _RANK),
    "rank_first_descent": Event("the first fall of rank", "with a fall of rank", ("spectra",), _RANK),
    "rank_second_descent": Event("the second descent of rank", "with double descent of rank", ("spectra",), _RANK),
    "norm_fall": Event(
        "the steepest fall of the norm", "with a fall of the norm", ("weight_norm",), ("smoothing_decades",)
    ),
    "probe_rise": Event(
        "the rise of the probe",
        "with a rise of the probe",
        ("probes",),
        ("onset_share", "onset_gain", "smoothing_decades"),
    ),
    "complexity_peak": Event("the peak of complexity", "with an ascent and a peak", ("local_complexity",), _COMPLEXITY),
    "migration": Event(
        "migration",
        "with migration",
        ("local_complexity",),
        ("complexity_change", "peak_tolerance", "smoothing_decades"),
    ),
    "complexity_second_descent": Event(
        "the second descent of complexity", "with a second descent of complexity", ("local_complexity",), _DESCENT
    ),
    "complexity_double_descent": Event(
        "the double descent of complexity", "with all three phases", ("local_complexity",), _COMPLEXITY
    ),
    **_phases(
        "complexity of the hidden layers",
        "local_complexity",
        "hidden_peak",
        "hidden_migration",
        "hidden_second_descent",
        "hidden_double_descent",
    ),
    **_phases(
        "the exact number of regions",
        "region_counts",
        "regions_peak",
        "regions_migration",
        "regions_second_descent",
        "regions_double_descent",
    ),
    "robustness_lost": Event("the loss of robustness", "that lose robustness", ("adversarial",), _ROBUSTNESS),
    "robustness_onset": Event("the return of robustness", "with a return of robustness", ("adversarial",), _ROBUSTNESS),
    "train_robustness_lost": Event(
        "the loss of robustness at training images",
        "that lose robustness at training images",
        ("adversarial_train",),
        _ROBUSTNESS,
    ),
    "train_robustness_onset": Event(
        "the return of robustness at training images",
        "with a return of robustness at training images",
        ("adversarial_train",),
        _ROBUSTNESS,
    ),
    "robustness_onset_random": Event(
        "the return of robustness from a random start",
        "with a return of robustness from a random start",
        ("adversarial",),
        _ROBUSTNESS,
    ),
    "robustness_rise": Event(
        "the lasting rise of accuracy under attack",
        "whose accuracy under attack rises for good",
        ("adversarial",),
        ("onset_share", "onset_gain", "settled_share", "smoothing_decades"),
    ),
}

FAILURES: dict[str, Event] = {
    "collapsed": Event("the collapse of the network", "that collapse", ("spectra",)),
    "diverged": Event("the divergence of the network", "that diverge"),
}
"""Failures of a seed, where an estimand takes them for an event."""

FALLING = (
    *("rank_collapse", "rank_first_descent", "rank_second_descent"),
    *("complexity_second_descent", "hidden_second_descent", "regions_second_descent"),
    *("robustness_lost", "train_robustness_lost"),
)
"""Events of curves that fall; the others come with a rise."""


def under_way_in_words(event: str) -> str:
    """What is said of an event whose change had begun and was not complete when the run ended."""
    return f"still {'falling' if event in FALLING else 'rising'} at the end"


EventName = str | Mapping[str, Any]
"""An event's name alone, or a mapping with the key `event` and options of the curve on which it is dated, among them
`curve`, another one than the usual, and `measured_as`, the name under which its metric was measured.
"""


def event_name(event: EventName | None) -> str:
    """The name of an event that is given with or without options; empty for none."""
    found = event.get("event") if isinstance(event, Mapping) else event
    return str(found or "")


def event_options(event: EventName) -> dict[str, Any]:
    """The options of the curve on which an event is dated, such as a layer or an attack."""
    return {key: value for key, value in event.items() if key != "event"} if isinstance(event, Mapping) else {}


def event_words(event: EventName | None) -> str:
    """An event in words that stand after "the date of"; one that nobody dates yet has its name."""
    name = event_name(event)
    known = (EVENTS | FAILURES).get(name)
    return known.words if known else name.replace("_", " ")


def none_within_run(event: EventName | None) -> str:
    """What is said of a seed without an event, such as `no return of robustness within the run`."""
    return f"no {event_words(event).removeprefix('the ')} within the run"


def metrics_of_events(*events: EventName | None) -> tuple[str, ...]:
    """Metrics that these events are dated from, each once; an unknown event needs none, nor does one on a curve that
    nobody measures yet.
    """
    usual_of = {name: event.metrics or ("accuracy",) for name, event in EVENTS.items()}
    usual_of |= {name: failure.metrics for name, failure in FAILURES.items()}
    found: list[str] = []
    for event in events:
        usual = usual_of.get(event_name(event), ())
        options = {} if event is None else event_options(event)
        if usual and "curve" in options:
            usual = metrics_of_curves(options["curve"])
        named = options.get("measured_as")
        found += [str(named)] if named and usual else usual
    return tuple(dict.fromkeys(found))


def thresholds_of(*events: EventName | None) -> tuple[str, ...]:
    """Detector thresholds that the dates of these events depend on, each once."""
    found = []
    for event in events:
        if event is not None and event_name(event) in EVENTS:
            said = {"rank_definition"} if event_options(event).get("definition") else set()
            found += [name for name in EVENTS[event_name(event)].thresholds if name not in said]
    return tuple(dict.fromkeys(found))


def thresholds_of_dates(*events: EventName | None) -> tuple[str, ...]:
    """The same, and the limit beyond which a date is not sharp: for estimands that compare dates."""
    return (*thresholds_of(*events), "date_spread_decades")
