"""Which depth shows what P1 Figs 6 and 7 report by weight decay: the paper does not say how deep the networks are."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from grokscope.analysis.inputs import ItemInputs
from grokscope.errors import UserError
from grokscope.figures.parts.accuracy_grid import accuracy_panels
from grokscope.figures.parts.axis_words import place_name
from grokscope.figures.parts.collapse import collapse_note
from grokscope.figures.parts.curves import axis_values, members_along, seed_curves, table_or_none
from grokscope.figures.parts.legends import below_legend, kinds_of_line, line_key, title
from grokscope.figures.parts.panels import PERCENT, draw_curves, note
from grokscope.figures.parts.published_behaviour import behaves, shares_in_words
from grokscope.figures.parts.run_curves import say_blanks
from grokscope.figures.parts.style import ordered_colours, styled
from grokscope.figures.parts.wording import count_of_seeds, seed_list, sentence

PUBLISHED = (
    ("no generalisation", "delayed generalisation", "two stages"),
    ("generalisation with the fit", "delayed generalisation", "two stages"),
)
"""What P1 reports by training set size (Fig 6, Fig 7) and weight decay, both ascending."""


@styled
def draw(inputs: ItemInputs) -> Figure:
    """Test accuracy: rows by training set size, columns by depth, colours by weight decay, and seeds that agree."""
    decays = axis_values(inputs, "weight_decay")
    colours = ordered_colours(len(decays))
    figure = accuracy_panels(
        inputs,
        "train_size",
        "depth",
        "test accuracy (%)",
        lambda axes, members: _draw_cell(inputs, axes, members, colours),
    )
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
        where = ", ".join(
            place_name(axis, member["axes"].get(axis, "?")) for axis in ("train_size", "depth", "weight_decay")
        )
        found = behaves(inputs, member["run"], _published(member))
        shares[member["axes"].get("depth", "?")] += found.tolist()
        told = (
            f"{_published(member)}, as in the paper, in {found.sum()} of {count_of_seeds(len(found))}"
            if len(found)
            else "not measured"
        )
        sentences.append(sentence(told, heading=where))
    if told := shares_in_words({f"depth {depth}": pd.Series(found) for depth, found in shares.items()}):
        sentences.insert(0, f"Seeds that do what the paper reports: {told}.")
    return " ".join(sentences)


def _published(member: dict[str, Any]) -> str:
    """What the paper reports at the place of `member`. Raises UserError where it reports nothing."""
    size, decay = member["positions"]["train_size"], member["positions"]["weight_decay"]
    if size >= len(PUBLISHED) or decay >= len(PUBLISHED[size]):
        raise UserError(
            "experiments: weight_decay_depths: it takes two training set sizes and three weight decays, as Figs 6 and 7"
            " of the paper"
        )
    return PUBLISHED[size][decay]


def _draw_cell(inputs: ItemInputs, axes: Axes, members: list[dict[str, Any]], colours: list[Any]) -> None:
    told = []
    for member in sorted(members, key=lambda member: member["positions"]["weight_decay"]):
        run = member["run"]
        curves = seed_curves(table_or_none(inputs, run, "accuracy"), "accuracy", 100, split="test")
        draw_curves(axes, curves, colours[member["positions"]["weight_decay"]], most=PERCENT)
        found, failed = behaves(inputs, run, _published(member)), collapse_note(inputs, run)
        if len(found):
            told.append(f"{_published(member)}: {found.sum()}/{len(found)}" + (f" ({failed})" if failed else ""))
    say_blanks(inputs, [member["run"] for member in members], [(axes, "accuracy")])
    if told:
        note(axes, "as published\n" + "\n".join(told), "upper left")
