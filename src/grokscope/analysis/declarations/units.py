"""The unit of an effect in words, for a claim that has no wording of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from grokscope.analysis.declarations.coordinates import Coordinate
from grokscope.analysis.declarations.curves import CurveName, curve_name, curve_words
from grokscope.analysis.declarations.events import EVENTS, FAILURES, event_name, event_words

Parameters = Mapping[str, Any]
Unit = Callable[[Parameters], str]
"""The parameters of an estimand -> the unit of its effect."""
MINUS_HALF = ", minus one half"
"""The end of the unit of a share, which is tested by its distance from one half."""


def zero_of(unit: str) -> float:
    """What an effect of zero stands for: one half where the effect is a share's distance from it."""
    return 0.5 if unit.endswith(MINUS_HALF) else 0.0


def constant(text: str) -> Unit:
    """The same unit whatever the parameters are."""
    return lambda parameters: text


def per(parameters: Parameters, coordinate: Coordinate | None) -> str:
    """What stands after the unit of an effect along an axis; nothing where there is no axis.

    An axis without a coordinate has no steps of its own, so that an effect between two of its places is a difference.
    """
    if not parameters.get("axis"):
        return ""
    if coordinate is not None:
        return f" per {coordinate.step}"
    return "" if len(parameters.get("positions") or ()) == 2 else " per step of the axis"


def lag(parameters: Parameters) -> str:
    """Decades from one event to another, in one run or from one run to another."""
    first, second = (event_words(parameters.get(key)) for key in ("first", "second"))
    if parameters.get("between"):
        return f"decades from {first} in the first run to {'that' if first == second else second} in the second"
    return f"decades from {first} to {second}"


def shown(parameters: Parameters) -> str:
    """The share of seeds that show an event, minus one half, or the difference between two groups."""
    seeds = f"seeds {_with(parameters.get('event'))}"
    if parameters.get("axis") or parameters.get("by"):
        return f"difference of the shares of {seeds}"
    given = f" among those {_with(parameters['given'])}" if parameters.get("given") else ""
    return f"share of {seeds}{given}{MINUS_HALF}"


def level(parameters: Parameters) -> str:
    """A level of a curve, its logarithm, or its range; or the difference of two curves' levels."""
    words, unit = _curve(parameters.get("curve"))
    if parameters.get("statistic") == "relative_range":
        found = f"range of {words} as a share of its highest value"
    elif parameters.get("scale") == "log10":
        found = f"decades of {words}"
    else:
        found = f"{parameters.get('statistic')} {words}{unit}"
    return ("difference of " if parameters.get("minus") else "") + found


def late_rise(parameters: Parameters) -> str:
    """The rise of a curve from its level after an event to its level at the end."""
    words, unit = _curve(parameters.get("curve"))
    return f"late rise of {words}{unit} since {event_words(parameters.get('after', 'fit'))}"


def change_during_rise(parameters: Parameters) -> str:
    """The change of a curve during a rise of another, beyond its course elsewhere."""
    words, unit = _curve(parameters.get("curve"))
    counted = f"change of {words}{unit}"
    if parameters.get("scale") == "range":
        counted = f"share of its range by which {words} changes"
    return f"{counted} during {event_words(parameters.get('rise', 'generalisation'))}"


def collapses(parameters: Parameters) -> str:
    """The share of a seed's collapses that come after an event, minus one half."""
    return f"share of a seed's collapses that come after {event_words(parameters.get('event'))}{MINUS_HALF}"


def share_of_grid(parameters: Parameters) -> str:
    """The difference of the shares of two parts of a grid in which a seed shows an event."""
    axis, split_at = str(parameters.get("axis")).replace("_", " "), parameters.get("split_at", 1)
    places = ("first", "second", "third", "fourth", "fifth", "sixth")
    place = places[split_at] if split_at < len(places) else f"{split_at + 1}th"
    parts = f"from the {place} {axis} on" if split_at >= 0 else f"at the last {axis if split_at == -1 else -split_at}"
    return f"share of the grid's runs {_with(parameters.get('event'))}, {parts} minus elsewhere"


def share_of_runs(parameters: Parameters) -> str:
    """The share of a seed's runs in which it shows an event, minus one half."""
    return f"share of a seed's runs {_with(parameters.get('event'))}{MINUS_HALF}"


def fall(parameters: Parameters) -> str:
    """The share of a curve's fall that comes around or before an event, alone or minus that of another curve."""
    (first, _), event = _curve(parameters.get("first")), event_words(parameters.get("event", "generalisation"))
    alone = f"share of the fall of the {first} {parameters.get('window', 'around')} {event}"
    return alone + (f", minus that of the {_curve(parameters['second'])[0]}" if parameters.get("second") else "")


def follows(parameters: Parameters) -> str:
    """How much better another clock dates an event than the number of steps does."""
    times, event = parameters.get("times"), event_words(parameters.get("event"))
    clock = f"steps times {str(times).replace('_', ' ')}" if times else _curve(parameters.get("curve"))[0]
    return f"decades of error saved in dating {event} by {clock}"


def gap(parameters: Parameters) -> str:
    """The gap of a curve between two runs, alone or minus that of another curve."""
    alone = f"decades of {_curve(parameters.get('first'))[0]} between two runs"
    return alone + (f", minus those of {_curve(parameters['second'])[0]}" if parameters.get("second") else "")


def size(parameters: Parameters) -> str:
    """What an event is large in."""
    words = event_words(parameters.get("event"))
    return (
        f"share of the rank lost in {words}"
        if str(parameters.get("event")).startswith("rank")
        else f"test accuracy gained in {words} (fraction)"
    )


def _curve(curve: CurveName | None) -> tuple[str, str]:
    """Words for a curve and the unit that stands after them."""
    return curve_words(curve_name(curve))


def _with(event: Any) -> str:
    """Words for an event that stand after "seeds"."""
    known = (EVENTS | FAILURES).get(event_name(event))
    return known.shown if known else f"with {event_words(event)}"
