"""Which depth shows what P1 Figs 6 and 7 report by weight decay: the paper does not say how deep the networks are."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.accuracy_grid import accuracy_panels
from grokscope.figures.axis_words import place_name
from grokscope.figures.collapse import collapse_note
from grokscope.figures.curves import axis_values, members_along, seed_curves, table_or_none
from grokscope.figures.legends import below_legend, kinds_of_line, line_key, title
from grokscope.figures.own_experiment import comparable as comparable
from grokscope.figures.panels import draw_curves, note
from grokscope.figures.run_curves import say_blanks
from grokscope.figures.style import ordered_colours, styled
from grokscope.figures.wording import count_of_seeds, event_steps, number, seed_list, sentence

PUBLISHED = (("no generalisation", "delayed generalisation", "two stages"), ("generalisation with the fit", "delayed generalisation", "two stages"))
"""What P1 reports by training set size (Fig 6, Fig 7) and weight decay, both ascending."""


@styled
def draw(inputs: ItemInputs) -> Figure:
    """Test accuracy: one row a training set size, one column a depth, one colour a weight decay; beside it how many seeds do as published."""
    decays = axis_values(inputs, "weight_decay")
    colours = ordered_colours(len(decays))
    figure = accuracy_panels(inputs, "train_size", "depth", "test accuracy (%)", lambda axes, members: _draw_cell(inputs, axes, members, colours))
    seeds = seed_list(inputs)
    keys = [line_key(f"weight decay {decay:g}", colour) for decay, colour in zip(decays, colours, strict=True)]
    below_legend(figure, [*keys, *kinds_of_line(len(seeds))])
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def describe(inputs: ItemInputs) -> str:
    """For every run what P1 reports and in how many seeds it is so; then the depth that shows it best."""
    sentences: list[str] = []
    shares: dict[Any, list[bool]] = {depth: [] for depth in axis_values(inputs, "depth")}
    for member in members_along(inputs, "train_size", "depth", "weight_decay"):
        where = ", ".join(place_name(axis, member["axes"].get(axis, "?")) for axis in ("train_size", "depth", "weight_decay"))
        found = as_published(inputs, member)
        shares[member["axes"].get("depth", "?")] += found.tolist()
        told = f"{_published(member)}, as in the paper, in {found.sum()} of {count_of_seeds(len(found))}" if len(found) else "not measured"
        sentences.append(sentence(told, heading=where))
    best = {depth: sum(found) / len(found) for depth, found in shares.items() if found}
    if best:
        told = ", ".join(f"{number(100 * share, 0)} % at depth {depth}" for depth, share in best.items())
        sentences.insert(0, f"Seeds that do what the paper reports: {told}.")
    return " ".join(sentences)


def as_published(inputs: ItemInputs, member: dict[str, Any]) -> pd.Series:
    """For every seed of a run whether it does what P1 reports at its place; a seed that failed does not. Empty without events."""
    run = member["run"]
    generalised, delayed, second = (event_steps(inputs, run, event).notna() for event in ("generalisation", "onset", "surge_2"))
    alive = event_steps(inputs, run, "collapsed").isna() & event_steps(inputs, run, "nonfinite").isna()
    does = {
        "no generalisation": ~generalised,
        "generalisation with the fit": generalised & ~delayed,
        "delayed generalisation": delayed,
        "two stages": second,
    }
    return alive & does[_published(member)]


def _published(member: dict[str, Any]) -> str:
    return PUBLISHED[member["positions"]["train_size"]][member["positions"]["weight_decay"]]


def _draw_cell(inputs: ItemInputs, axes: Axes, members: list[dict[str, Any]], colours: list[Any]) -> None:
    told = []
    for member in sorted(members, key=lambda member: member["positions"]["weight_decay"]):
        run = member["run"]
        curves = seed_curves(table_or_none(inputs, run, "accuracy"), "accuracy", 100, split="test")
        draw_curves(axes, curves, colours[member["positions"]["weight_decay"]])
        found, failed = as_published(inputs, member), collapse_note(inputs, run)
        if len(found):
            told.append(f"{_published(member)}: {found.sum()}/{len(found)}" + (f" ({failed})" if failed else ""))
    say_blanks(inputs, [member["run"] for member in members], [(axes, "accuracy")])
    if told:
        note(axes, "as published\n" + "\n".join(told), "upper left")
