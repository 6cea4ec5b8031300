"""Weight decay (P1 Figs 6 and 7): accuracy and the rank of every layer, one column a weight decay, with the surges of test accuracy and the falls of rank."""

from __future__ import annotations

from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from grokscope.analysis.comparison import setting
from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.accuracy_words import accuracy_words
from grokscope.figures.collapse import collapse_note
from grokscope.figures.curves import last_step_of, members_along, seed_curves, table_or_none
from grokscope.figures.legends import below_legend, event_key, kinds_of_line, line_key, title
from grokscope.figures.panels import discrete_colourbar, draw_curves, mark_events, name_event, note, percent_axis, say_blank, step_axis
from grokscope.figures.rank_curves import rank_curves, rank_event_name, rank_label, rank_words, second_last
from grokscope.figures.style import FAINT_INTERVAL_OPACITY, SPLIT_COLOURS, Colour, darker, new_figure, ordered_colours
from grokscope.figures.wording import event_phrase, event_steps, seed_list, sentence

BLACK: Colour = (0.0, 0.0, 0.0)
SURGES = {"surge_1": "first surge of test accuracy", "surge_2": "second surge of test accuracy"}
FALLS = {"rank_collapse": "rank collapse", "rank_second_descent": "second descent of rank"}
STAGES: dict[str, dict[str, Any]] = {"I": {"linestyle": (0, (5, 2))}, "II": {"linestyle": "-"}}
"""Events of two stages differ in dashes and in the number above their line, not in colour."""
SIDES = {"I": "left", "II": "right"}
"""Where the number stands, so that those of two lines close together do not meet."""
OTHER_LAYERS: dict[str, Any] = {"linewidth": 1.1}
SECOND_LAST: dict[str, Any] = {"linewidth": 2.8, "zorder": 3}


def draw_decays(inputs: ItemInputs) -> Figure:
    """Two rows, one column a weight decay; to be called in the figures' style."""
    members = members_along(inputs, "weight_decay")
    figure = new_figure(3.5 * len(members) + 1.2, 6.9)
    panels = figure.subplots(2, len(members), squeeze=False, sharex=True, sharey="row")
    layers = sorted({layer for run in inputs.runs for layer in rank_curves(inputs, run)})
    colours = dict(zip(layers, ordered_colours(len(layers)), strict=True)) if layers else {}
    for column, member in enumerate(members):
        _draw_run(inputs, member["run"], [row[column] for row in panels], colours)
        panels[0][column].set_title(f"weight decay {_decay(inputs, member)}", pad=16)
    percent_axis(panels[0][0])
    panels[1][0].set_ylabel(rank_label(inputs))
    panels[1][0].set_ylim(bottom=0)  # after all curves, since it ends the automatic choice of the top
    if layers:
        discrete_colourbar(figure, list(panels[1]), layers, list(colours.values()), "layer")
    seeds = seed_list(inputs)
    below_legend(figure, _keys(inputs, len(seeds)))
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def describe_decays(inputs: ItemInputs) -> str:
    """Accuracies, stages of generalisation, falls of rank and the rank of the second-last layer, for every weight decay."""
    return " ".join(_describe_run(inputs, member) for member in members_along(inputs, "weight_decay"))


def _draw_run(inputs: ItemInputs, run: str, column: list[Axes], colours: dict[int, Colour]) -> None:
    accuracy, ranks = table_or_none(inputs, run, "accuracy"), rank_curves(inputs, run)
    for split in ("train", "test"):
        draw_curves(column[0], seed_curves(accuracy, "accuracy", 100, split=split), SPLIT_COLOURS[split])
    for layer, curves in ranks.items():
        look = SECOND_LAST if layer == second_last(ranks) else OTHER_LAYERS
        draw_curves(column[1], curves, colours[layer], shade=FAINT_INTERVAL_OPACITY, **look)
    for axes, measured in zip(column, (accuracy is not None, bool(ranks)), strict=True):
        if not axes.lines:
            say_blank(axes, measured)
    for row, (axes, events, colour) in enumerate(zip(column, (SURGES, FALLS), (darker(SPLIT_COLOURS["test"]), BLACK), strict=True)):
        mark_events(axes, event_steps(inputs, run, "generalisation"), SPLIT_COLOURS["test"])
        for event, (stage, line) in zip(events, STAGES.items(), strict=True):
            steps = event_steps(inputs, run, event)
            mark_events(axes, steps, colour, **line)
            name_event(axes, steps, colour, stage, SIDES[stage])
        step_axis(axes, last_step_of(inputs, "accuracy", "rank"), label=row == 1)
    if text := collapse_note(inputs, run):
        note(column[0], text, "upper left")


def _keys(inputs: ItemInputs, seeds: int) -> list[Artist]:
    keys: list[Artist] = [line_key(split, SPLIT_COLOURS[split]) for split in ("train", "test")]
    keys += kinds_of_line(seeds)
    keys.append(Line2D([], [], color="0.3", label="second-last layer", linewidth=SECOND_LAST["linewidth"]))
    keys.append(event_key("generalisation (median step)", SPLIT_COLOURS["test"]))
    for events, colour in ((SURGES, darker(SPLIT_COLOURS["test"])), (FALLS, BLACK)):
        for (event, name), (stage, line) in zip(events.items(), STAGES.items(), strict=True):
            named = dict.fromkeys(rank_event_name(inputs, run, name) if event in FALLS else name for run in inputs.runs)
            keys.append(event_key(f"{stage}: {' / '.join(named)}", colour, **line))
    if seeds > 1:
        keys.append(Line2D([], [], linestyle="none", label="(k/n): in k of n seeds"))
    return keys


def _describe_run(inputs: ItemInputs, member: dict[str, Any]) -> str:
    run = member["run"]
    parts = accuracy_words(inputs, run)
    parts += [event_phrase(inputs, run, event, name) for event, name in SURGES.items()]
    parts += [event_phrase(inputs, run, event, rank_event_name(inputs, run, name)) for event, name in FALLS.items()]
    parts.append(rank_words(inputs, run) or "rank not measured")
    return sentence(*parts, heading=f"weight decay {_decay(inputs, member)}")


def _decay(inputs: ItemInputs, member: dict[str, Any]) -> str:
    value = member["axes"].get("weight_decay", setting(inputs, member["run"], "training.weight_decay"))
    return "?" if value is None else f"{value:g}"
