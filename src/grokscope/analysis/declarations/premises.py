"""The premises that a claim may name: what has to be there for it to be decidable."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grokscope.analysis.declarations.curves import CurveName, curve_name, curve_words, metrics_of_curves
from grokscope.analysis.declarations.events import EventName, event_words, metrics_of_events

Parameters = Mapping[str, Any]


@dataclass(frozen=True)
class PremiseDeclaration:
    """What a module of grokscope.analysis.premises says about itself.

    `words` say what has to be there, to stand after "needs" and after "missing:". `short` is the parameter that a value
    without a name stands for; empty where there is none. `events` says which parameter lists events, `curve` which one
    names a curve, and `number` which one is a number.
    """

    words: Callable[[Parameters], str]
    short: str = ""
    events: str = ""
    curve: str = ""
    number: str = ""

    def parameters_of(self, given: Any) -> dict[str, Any]:
        """The parameters that are given: a mapping of them, or the value of `short` alone. Raises ValueError."""
        if isinstance(given, Mapping) and "event" not in given:
            found = dict(given)
        elif self.short and given is not None:
            found = {self.short: given}
        else:
            raise ValueError(f"expected parameters by name, got {given!r:.60}")
        if self.events and self.events in found and not isinstance(found[self.events], list):
            found[self.events] = [found[self.events]]
        return found

    def events_of(self, parameters: Parameters) -> Sequence[EventName]:
        """The events that are named."""
        return tuple(parameters.get(self.events) or ()) if self.events else ()

    def curve_of(self, parameters: Parameters) -> CurveName | None:
        """The curve that is named."""
        return parameters.get(self.curve)

    def metrics_of(self, parameters: Parameters) -> tuple[str, ...]:
        """The metrics that are needed with these parameters, each once."""
        needed = (*metrics_of_events(*self.events_of(parameters)), *metrics_of_curves(self.curve_of(parameters)))
        return tuple(dict.fromkeys(needed))


def _shown(parameters: Parameters) -> str:
    return " and ".join(event_words(event) for event in parameters.get("events") or ())


def _ends_at_most(parameters: Parameters) -> str:
    words, unit = curve_words(curve_name(parameters.get("curve")))
    return f"{words} of at most {parameters.get('limit')}{unit} at the end"


PREMISES: dict[str, PremiseDeclaration] = {
    "shown": PremiseDeclaration(_shown, short="events", events="events"),
    "ends_at_most": PremiseDeclaration(_ends_at_most, curve="curve", number="limit"),
    "within_range": PremiseDeclaration(lambda _: "values that are not at their limit, such as 0 or 100 %"),
}
