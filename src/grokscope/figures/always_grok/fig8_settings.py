"""Which of the settings that the paper leaves open fit the curves of its Fig 8: every candidate beside the authors'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from matplotlib.figure import Figure

from grokscope.analysis.comparison import compare
from grokscope.analysis.distance import distances
from grokscope.analysis.inputs import ItemInputs
from grokscope.config.curve_kinds import CURVE_MODELS, Curve
from grokscope.figures.kinds.curve_grid.authors import published_line
from grokscope.figures.kinds.curve_grid.lines import values
from grokscope.figures.parts.curves import last_step_of
from grokscope.figures.parts.legends import below_legend, kinds_of_line, line_key, reference_key, title
from grokscope.figures.parts.panels import draw_curves, draw_reference, percent_axis, step_axis
from grokscope.figures.parts.reference_curves import published_last_step
from grokscope.figures.parts.style import SPLIT_COLOURS, darker, new_figure, styled
from grokscope.figures.parts.wording import count_of_seeds, number, seed_list

SPLITS = ("train", "test", "random")
SMALLER = "complexity_smaller"
"""Local complexity at the smaller of the two radii."""


def comparable(inputs: ItemInputs) -> dict[str, Any]:
    """The authors' curves are drawn over every candidate, at paper scale as what it is to be held against."""
    return compare(inputs).as_dict(overlaid=True, beside=False)


@styled
def draw(inputs: ItemInputs) -> Figure:
    """Accuracies above local complexity, one column for each candidate; the authors' curves are dashed."""
    figure = new_figure(3.1 * len(inputs.members) + 0.8, 6.2)
    panels = figure.subplots(2, len(inputs.members), squeeze=False, sharex=True, sharey="row")
    last = max(last_step_of(inputs, "accuracy"), published_last_step(*inputs.reference.values()))
    for column, member in enumerate(inputs.members):
        for row, curves in enumerate((_accuracies(), _complexities())):
            axes = panels[row][column]
            for split, curve in curves.items():
                draw_curves(axes, values(inputs, member["run"], curve), SPLIT_COLOURS[split])
                draw_reference(axes, published_line(inputs, curve), darker(SPLIT_COLOURS[split]))
            step_axis(axes, last, label=row == 1)
        panels[0][column].set_title(_name(member).replace(", ", "\n"))
    percent_axis(panels[0][0])
    panels[1][0].set_ylim(bottom=0)
    panels[1][0].set_ylabel("local complexity\n(neurons cut; radius 0.1)")
    seeds = seed_list(inputs)
    keys = [line_key(split, SPLIT_COLOURS[split]) for split in SPLITS]
    below_legend(figure, [*keys, *kinds_of_line(len(seeds)), reference_key()])
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def describe(inputs: ItemInputs) -> str:
    """How far the curves of every candidate lie from the authors', at both radii, and which lies nearest."""
    parts, nearest = [], []
    for member in inputs.members:
        by_radius = {}
        for radius, alone in (("0.1", _alone(inputs, member)), ("0.09", _at_the_smaller_radius(inputs, member))):
            by_radius[radius] = {one["curve"]: one for one in distances(alone)} if alone is not None else {}
        accuracies = [one for name, one in by_radius["0.1"].items() if name.endswith("accuracy")]
        told = [f"{one['curve']} {number(100 * one['median_absolute_difference'], 1)} points" for one in accuracies]
        for radius, found in by_radius.items():
            around = [one for name, one in found.items() if "complexity" in name]
            if around:
                size = sum(one["median_absolute_difference"] for one in around) / len(around)
                told.append(f"local complexity at radius {radius} {number(size, 2)} neurons on average")
                nearest.append((size, f"{_name(member)} at radius {radius}"))
        parts.append(f"{_name(member)}: {', '.join(told) or 'nothing to compare'} apart from the authors'.")
    if nearest:
        parts.append(
            f"Local complexity lies nearest with {min(nearest)[1]}, over {count_of_seeds(len(seed_list(inputs)))}."
        )
    return " ".join(part[:1].upper() + part[1:] for part in parts)


def _name(member: Mapping[str, Any]) -> str:
    return f"weight decay {member['axes']['weight_decay']:g}, second beta {member['axes']['second_beta']}"


def _accuracies() -> dict[str, Curve]:
    return {split: CURVE_MODELS[f"{split}_accuracy"](curve=f"{split}_accuracy") for split in SPLITS[:2]}


def _complexities() -> dict[str, Curve]:
    fixed = {"curve": "embedding_complexity", "measured": "fixed"}
    return {split: CURVE_MODELS["embedding_complexity"].model_validate(fixed | {"split": split}) for split in SPLITS}


def _alone(inputs: ItemInputs, member: Mapping[str, Any]) -> ItemInputs:
    """The inputs of one candidate."""
    run, place = member["run"], inputs.members.index(dict(member))
    item = inputs.item | {"members": [dict(member)]}
    return replace(inputs, item=item, runs={run: inputs.runs[run]}, published=inputs.published[place : place + 1])


def _at_the_smaller_radius(inputs: ItemInputs, member: Mapping[str, Any]) -> ItemInputs | None:
    """The same with local complexity at the smaller radius, taken for the published one; None without it."""
    tables = inputs.runs[member["run"]]
    if not tables.has(SMALLER) or tables.table("embedding_complexity").empty:
        return None
    radius = tables.table("embedding_complexity")["radius"].iloc[0]
    smaller = tables.tables | {"embedding_complexity": tables.table(SMALLER).assign(radius=radius)}
    alone = _alone(inputs, member)
    return replace(alone, runs={member["run"]: replace(tables, tables=smaller)})
