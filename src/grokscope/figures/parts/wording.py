"""Measured numbers as words, for alternative texts and the report."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from grokscope.analysis.declarations.events import under_way_in_words
from grokscope.analysis.effects import seed_events
from grokscope.analysis.events.moments import moments
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.run_tables import RunTables
from grokscope.config.curve_kinds import BOLD, Curve
from grokscope.figures.parts.axis_words import told_place

MOST_NAMED = 4
"""Runs with fewer seeds that a figure names."""


def seed_list(inputs: ItemInputs) -> list[int]:
    """Seeds in any table of the figure's runs, ascending."""
    return sorted({seed for tables in inputs.runs.values() for seed in tables.seeds()})


def count_of_seeds(count: int) -> str:
    """`1 seed`, `3 seeds`."""
    return "1 seed" if count == 1 else f"{count} seeds"


def fewer_seeds(inputs: ItemInputs) -> str:
    """Such as `fewer seeds: 1 with N = 7000; no spectra with N = 2000`; empty where all runs have the same number."""
    places: dict[str, str] = {}
    for member in inputs.members:
        axes = ", ".join(told_place(axis, value) for axis, value in member["axes"].items())
        places.setdefault(member["run"], axes or member["run"])
    counts = {run: _seeds_by_table(inputs.runs[run]) for run in places}
    most = len(seed_list(inputs))
    found = []
    for run, of_run in counts.items():
        if len({*of_run.values()}) == 1:
            found += [f"{count or 'none'} with {places[run]}" for count in {*of_run.values()} if count < most]
        else:
            found += [
                f"{count or 'no'} {name.replace('_', ' ')} with {places[run]}"
                for name, count in of_run.items()
                if count < most
            ]
    rest = f"; and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return f"fewer seeds: {'; '.join(found[:MOST_NAMED])}{rest}" if found else ""


def _seeds_by_table(tables: RunTables) -> dict[str, int]:
    """How many seeds each measured table of a run has."""
    return {name: int(table["seed"].nunique()) for name, table in tables.tables.items()}


def number(value: float, digits: int) -> str:
    """A number with `digits` decimals and a space between thousands."""
    text = f"{value:,.{digits}f}".replace(",", " ")
    return text.removeprefix("-") if float(text.replace(" ", "")) == 0 else text


def median_and_range(values: Iterable[float], digits: int = 1, unit: str = "") -> str:
    """`88.9 % (88.1 to 89.4)`: median over seeds and range; says how many seeds have no value, or that none has."""
    every = np.asarray(list(values), dtype=float)
    known = every[np.isfinite(every)]
    if not len(known):
        return "no value"
    text = number(float(np.median(known)), digits) + unit
    low, high = number(float(known.min()), digits), number(float(known.max()), digits)
    text += f" ({low} to {high})" if low != high else ""
    if len(known) < len(every):
        text += f" in {len(known)} of {count_of_seeds(len(every))}"
    return text


def percent(values: Iterable[float]) -> str:
    """Median and range of values in percent."""
    return median_and_range(values, 1, " %")


def percent_median(values: Iterable[float]) -> str:
    """Median of values in percent, without their range."""
    known = [value for value in values if np.isfinite(value)]
    return f"{number(float(np.median(known)), 1)} %" if known else "no value"


def event_steps(inputs: ItemInputs, run: str, event: str) -> pd.Series:
    """Step of an event for every seed, NaN where absent; empty when the run's tables do not define it."""
    events = inputs.runs[run].events()
    rows = events[events["event"] == event]
    return pd.Series(rows["step"].to_numpy(dtype=float), index=rows["seed"].to_numpy(), dtype=float)


def event_steps_on(inputs: ItemInputs, run: str, event: str, curve: Curve) -> pd.Series:
    """The same of an event that is dated on this curve of the run; empty where it was not measured."""
    tables = inputs.runs[run]
    if not tables.has(curve.table):
        return pd.Series(dtype=float)
    named = {"event": event, **curve.model_dump(exclude_none=True, exclude={BOLD})}
    found = moments(tables, named, seed_events(tables), inputs.item["name"])
    return pd.Series({seed: np.nan if one.step is None else one.step for seed, one in found.items()}, dtype=float)


def seeds_under_way(inputs: ItemInputs, run: str, event: str) -> int:
    """In how many seeds the change of an event had begun and was not complete when the run ended."""
    events = inputs.runs[run].events()
    return int(((events["event"] == event) & (events["state"] == "under way")).sum())


def event_phrase(inputs: ItemInputs, run: str, event: str, what: str) -> str:
    """`generalisation at step 2 400 (2 100 to 2 600) in 2 of 3 seeds, still rising at the end in 1`; empty if the event
    is not defined.
    """
    steps = event_steps(inputs, run, event)
    found, under_way, still = steps.dropna(), seeds_under_way(inputs, run, event), under_way_in_words(event)
    if not len(steps):
        return ""
    if not len(found):
        seeds = f"{under_way} of {count_of_seeds(len(steps))}"
        return f"{what} {still} in {seeds}" if under_way else f"no {what} detected"
    more = f", {still} in {under_way}" if under_way else ""
    return f"{what} at step {median_and_range(found, 0)} in {len(found)} of {count_of_seeds(len(steps))}{more}"


def sentence(*parts: str, heading: str = "") -> str:
    """Parts that are not empty, joined by semicolons after `heading` and a colon; empty without any part."""
    text = "; ".join(part for part in parts if part)
    text = f"{heading}: {text}" if heading and text else text
    return f"{text[0].upper()}{text[1:]}." if text else ""
