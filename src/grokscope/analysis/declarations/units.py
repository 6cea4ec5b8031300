"""The unit of an effect in words, for a claim that has no wording of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from grokscope.analysis.declarations.curves import curve_name, curve_words
from grokscope.analysis.declarations.events import EVENTS, FAILURES, event_name

Parameters = Mapping[str, Any]
Unit = Callable[[Parameters, str], str]
"""Parameters and direction -> the unit of the effect."""

PER_STEP = " per step of the axis"


def constant(text: str) -> Unit:
    """The same unit whatever the parameters are."""
    return lambda parameters, direction: text


def over_axis(text: str) -> Unit:
    """A slope over an axis, or, between two positions on it, a difference."""
    return lambda parameters, direction: text + ("" if len(parameters.get("positions") or ()) == 2 else PER_STEP)


def lag(parameters: Parameters, direction: str) -> str:
    """Decades from one event to another."""
    first, second = (_words(parameters.get(key)) for key in ("first", "second"))
    return f"decades from {first} to {second}{PER_STEP if parameters.get('axis') else ''}"


def shown(parameters: Parameters, direction: str) -> str:
    """The share of seeds that show an event, against one half or between two groups."""
    event = str(parameters.get("event"))
    seeds = f"seeds {(EVENTS | FAILURES)[event].shown if event in EVENTS | FAILURES else f'with {_words(event)}'}"
    if parameters.get("axis") or parameters.get("by"):
        return f"difference of the shares of {seeds}"
    return f"share of {seeds}, {'above' if direction == 'greater' else 'below'} one half"


def level(parameters: Parameters, direction: str) -> str:
    """A level of a curve, its logarithm, or its range."""
    words, unit = curve_words(curve_name(parameters.get("curve")))
    if parameters.get("statistic") == "relative_range":
        found = f"range of {words} as a share of its highest value"
    elif parameters.get("scale") == "log10":
        found = f"decades of {words}"
    else:
        found = f"{parameters.get('statistic')} {words}{unit}"
    return found + (PER_STEP if parameters.get("axis") else "")


def size(parameters: Parameters, direction: str) -> str:
    """What an event is large in."""
    words = _words(parameters.get("event"))
    return (
        f"share of the rank lost in {words}"
        if str(parameters.get("event")).startswith("rank")
        else f"test accuracy gained in {words} (fraction)"
    )


def control(parameters: Parameters, direction: str) -> str:
    """What a control of an attack measures."""
    none = parameters.get("control") == "zero_gradient"
    return "share of test points without a gradient throughout the attack" if none else "accuracy (fraction)"


def _words(event: Any) -> str:
    name = event_name(event)
    known = (EVENTS | FAILURES).get(name)
    return known.words if known else name.replace("_", " ")
