"""A curve grid in numbers: one sentence for every run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from grokscope.analysis.inputs import ItemInputs
from grokscope.config.curve_kinds import Curve, as_curve
from grokscope.config.drawing import EVENT_NAMES, CurveGrid, MarkedEvent
from grokscope.figures.kinds.curve_grid.lines import by_layer, drawn_values, values
from grokscope.figures.parts.accuracy_words import accuracy_words
from grokscope.figures.parts.axis_words import place_name
from grokscope.figures.parts.curves import final_values, members_along
from grokscope.figures.parts.events import event_name
from grokscope.figures.parts.rank_curves import rank_words
from grokscope.figures.parts.run_curves import course, weight_norms
from grokscope.figures.parts.wording import (
    count_of_seeds,
    event_phrase,
    event_steps_on,
    median_and_range,
    percent,
    sentence,
)


def describe_grid(inputs: ItemInputs, grid: CurveGrid) -> str:
    """What the figure says of every run, in the order of its axes."""
    axes = [place.axis for place in grid.axes().values()]
    return " ".join(_describe_run(inputs, grid, member, axes) for member in members_along(inputs, *axes))


def _describe_run(inputs: ItemInputs, grid: CurveGrid, member: dict[str, Any], axes: list[str]) -> str:
    parts: list[str] = []
    for word in grid.words or default_words(grid):
        if word in EVENT_NAMES:
            parts.append(event_phrase(inputs, member["run"], word, event_name(inputs, word, member["run"])))
        else:
            parts += (
                _SAID[word](inputs, member["run"], grid) if word in _SAID else _plain(inputs, member["run"], grid, word)
            )
    for row in grid.rows:
        for one in row.events:
            if isinstance(one, MarkedEvent) and one.dated_on is not None:
                parts.append(_dated_on(inputs, member["run"], one, one.dated_on))
    return sentence(*parts, heading=", ".join(place_name(axis, member["axes"].get(axis, "?")) for axis in axes))


def _dated_on(inputs: ItemInputs, run: str, marked: MarkedEvent, curve: Curve) -> str:
    """When an event comes that is dated on a curve of its own; empty where that was not measured."""
    steps = event_steps_on(inputs, run, marked.event, curve)
    what = f"{event_name(inputs, marked.event, run)} ({marked.label})"
    found = steps.dropna()
    if not len(steps):
        return ""
    if not len(found):
        return f"no {what} detected"
    return f"{what} at step {median_and_range(found, 0)} in {len(found)} of {count_of_seeds(len(steps))}"


def default_words(grid: CurveGrid) -> list[str]:
    """The rows' curves, then the events that are marked in single rows; the words on accuracy have those of fit and
    generalisation.
    """
    found = [curve.declared.said or curve.curve for row in grid.rows for curve in row.drawn()]
    marked = [one for row in grid.rows for one in row.events if not (isinstance(one, MarkedEvent) and one.dated_on)]
    events = [one.event if isinstance(one, MarkedEvent) else one for one in marked]
    return list(
        dict.fromkeys(
            [*found, *(event for event in (*grid.events, *events) if event not in ("fit", "generalisation", "onset"))]
        )
    )


def _plain(inputs: ItemInputs, run: str, grid: CurveGrid, name: str) -> list[str]:
    """A curve that has no sentence of its own: where it starts and where it ends, for each value that is drawn."""
    parts = []
    curves = _curves(grid, name) or [as_curve(name)]
    for curve in curves:
        option, declared = curve.in_colours(), curve.declared
        words = declared.words + _told_apart(curve, curves)
        for value in drawn_values(inputs, run, curve) if option else [None]:
            one = curve.with_option(option, value) if option else curve
            if len(found := values(inputs, run, one)):
                start, end = (
                    percent(at) if declared.percent else median_and_range(at, 2)
                    for at in (found.iloc[0], final_values(found))
                )
                what = f"{words} ({option.replace('_', ' ')} {value})" if option else words
                parts.append(f"{what} {start} at the start, {end} at the end")
    return parts or [f"{as_curve(name).declared.words} not measured"]


def _told_apart(curve: Curve, among: Sequence[Curve]) -> str:
    """The options in which a curve differs from others of its name; empty where it is the only one."""
    differing = [name for name in curve.declared.options if len({str(one.option(name)) for one in among}) > 1]
    told = [f"{name} {curve.option(name)}" for name in differing if not isinstance(curve.option(name), list)]
    return f" ({', '.join(told)})" if told else ""


def _curves(grid: CurveGrid, name: str) -> list[Curve]:
    return [curve for row in grid.rows for curve in row.drawn() if curve.curve == name]


def _rank(inputs: ItemInputs, run: str, grid: CurveGrid) -> list[str]:
    return [rank_words(inputs, run) or "rank not measured"]


def _probe(inputs: ItemInputs, run: str, grid: CurveGrid) -> list[str]:
    probes = by_layer(inputs, run, next(iter(_curves(grid, "probe")), as_curve("probe")))
    if len(probes) > 1 and len(probes[layer := sorted(probes)[-2]]):
        return [f"probe on layer {layer} ends at {percent(final_values(probes[layer]))}"]
    return []


def _weight_norm(inputs: ItemInputs, run: str, grid: CurveGrid) -> list[str]:
    norms = weight_norms(inputs, run)
    if norms.empty:
        return ["weight norm not measured"]
    return [
        f"weight norm {median_and_range(norms.iloc[0])} at the start, {median_and_range(final_values(norms))} at"
        " the end"
    ]


def _weight_norm_course(inputs: ItemInputs, run: str, grid: CurveGrid) -> list[str]:
    return [course(weight_norms(inputs, run), "norm of all weights", 1) or "weight norm not measured"]


def _complexity(inputs: ItemInputs, run: str, grid: CurveGrid) -> list[str]:
    parts = []
    for curve in _curves(grid, "complexity"):
        found = values(inputs, run, curve)
        if len(found):
            start, peak, end = (median_and_range(one, 2) for one in (found.iloc[0], found.max(), final_values(found)))
            points = f"local complexity at {curve.option('split')} points"
            parts.append(f"{points} {start} at the start, highest {peak}, at the end {end}")
    return parts or ["local complexity not measured"]


def _robust_accuracy(inputs: ItemInputs, run: str, grid: CurveGrid) -> list[str]:
    parts = []
    for curve in _curves(grid, "robust_accuracy"):
        several = curve.in_colours() == "epsilon"
        for epsilon in drawn_values(inputs, run, curve) if several else [curve.option("epsilon")]:
            found = values(inputs, run, curve.with_option("epsilon", epsilon))
            if len(found):
                parts.append(
                    f"accuracy under attack with epsilon {epsilon:g} {percent(final_values(found))} at the end"
                )
    return parts or ["accuracy under attack not measured"]


_SAID: dict[str, Callable[[ItemInputs, str, CurveGrid], list[str]]] = {
    "accuracy": lambda inputs, run, grid: accuracy_words(inputs, run),
    "rank": _rank,
    "probe": _probe,
    "weight_norm": _weight_norm,
    "weight_norm_course": _weight_norm_course,
    "complexity": _complexity,
    "robust_accuracy": _robust_accuracy,
}
