"""P1 Fig 1: feature rank, accuracy and linear probes of a deep MLP for three training-set sizes.

Columns are training-set sizes. Rows are the rank of every layer's pre-activations, train and test accuracy, and the test accuracy of a
linear probe on every layer. The published figure exists as a raster image only.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from grokscope.analysis.comparison import NO_VALUES, compare
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.published_settings import PUBLISHED_FIGURES
from grokscope.figures.accuracy_words import accuracy_words
from grokscope.figures.collapse import collapse_note
from grokscope.figures.curves import column_values, final_values, last_step_of, members_along, seed_curves, table_or_none
from grokscope.figures.legends import below_legend, event_key, kinds_of_line, line_key, title
from grokscope.figures.panels import discrete_colourbar, draw_curves, mark_events, note, percent_axis, say_empty, step_axis
from grokscope.figures.rank_curves import rank_curves, rank_event_name, rank_label, rank_words
from grokscope.figures.style import FAINT_INTERVAL_OPACITY, SPLIT_COLOURS, Colour, new_figure, ordered_colours, styled
from grokscope.figures.wording import event_phrase, event_steps, percent, seed_list, sentence

PUBLISHED = PUBLISHED_FIGURES["deep_grokking_fig1"]
PROBES = ("published", "ridge", "logistic")


def comparable(inputs: ItemInputs) -> dict[str, Any]:
    """The authors gave no values to compare with; what differs in the settings is said all the same."""
    return compare(inputs, PUBLISHED).as_dict(overlaid=False, beside=False, reason=NO_VALUES)


@styled
def draw(inputs: ItemInputs) -> Figure:
    """Three rows, one column a training-set size."""
    members = members_along(inputs, "train_size")
    figure = new_figure(3.5 * len(members) + 1.2, 8.6)
    panels = figure.subplots(3, len(members), squeeze=False, sharex=True, sharey="row")
    layers = sorted({layer for run in inputs.runs for layer in (*rank_curves(inputs, run), *probe_curves(inputs, run))})
    colours = dict(zip(layers, ordered_colours(len(layers)), strict=True)) if layers else {}
    for column, member in enumerate(members):
        _draw_run(inputs, member["run"], [row[column] for row in panels], colours)
        panels[0][column].set_title(f"N = {member['axes'].get('train_size', '?')} training images")
    _label_rows(inputs, [row[0] for row in panels])
    if layers:
        for row in (panels[0], panels[2]):
            discrete_colourbar(figure, list(row), layers, list(colours.values()), "layer")
    seeds = seed_list(inputs)
    keys = [line_key(split, SPLIT_COLOURS[split]) for split in ("train", "test")]
    below_legend(figure, [*keys, *kinds_of_line(len(seeds)), event_key("generalisation (median step)", SPLIT_COLOURS["test"])])
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def describe(inputs: ItemInputs) -> str:
    """Final accuracies, steps of fit and onset, rank of the second-last layer and its probe, for every training-set size."""
    return " ".join(_describe_run(inputs, member) for member in members_along(inputs, "train_size"))


def probe_curves(inputs: ItemInputs, run: str) -> dict[int, pd.DataFrame]:
    """Test accuracy of the linear probes by layer, in percent."""
    table, kind = table_or_none(inputs, run, "probes"), _probe_kind(inputs, run)
    return {layer: seed_curves(table, "accuracy", 100, layer=layer, probe=kind) for layer in column_values(table, "layer")}


def _draw_run(inputs: ItemInputs, run: str, column: list[Axes], colours: dict[int, Colour]) -> None:
    accuracy = table_or_none(inputs, run, "accuracy")
    ranks, probes = rank_curves(inputs, run), probe_curves(inputs, run)
    for axes, curves_by_layer in ((column[0], ranks), (column[2], probes)):
        for layer, curves in curves_by_layer.items():
            draw_curves(axes, curves, colours[layer], shade=FAINT_INTERVAL_OPACITY)
    for split in ("train", "test"):
        draw_curves(column[1], seed_curves(accuracy, "accuracy", 100, split=split), SPLIT_COLOURS[split])
    for row, (axes, measured) in enumerate(zip(column, (ranks, accuracy is not None, probes), strict=True)):
        if not measured:
            say_empty(axes)
        mark_events(axes, event_steps(inputs, run, "generalisation"), SPLIT_COLOURS["test"])
        step_axis(axes, last_step_of(inputs, "accuracy", "rank", "probes"), label=row == 2)
    if text := collapse_note(inputs, run):
        note(column[1], text, "upper left")


def _label_rows(inputs: ItemInputs, first: list[Axes]) -> None:
    kinds = dict.fromkeys(kind for run in inputs.runs if (kind := _probe_kind(inputs, run)))
    first[0].set_ylabel(rank_label(inputs))
    first[0].set_ylim(bottom=0)  # after all curves, since it ends the automatic choice of the top
    percent_axis(first[1])
    percent_axis(first[2], f"test accuracy of {' / '.join(kinds) or 'linear'} probe (%)")


def _describe_run(inputs: ItemInputs, member: dict[str, Any]) -> str:
    run = member["run"]
    parts = accuracy_words(inputs, run)
    parts += [event_phrase(inputs, run, "rank_collapse", rank_event_name(inputs, run, "rank collapse")), rank_words(inputs, run)]
    probes = probe_curves(inputs, run)
    if len(probes) > 1 and len(probes[layer := sorted(probes)[-2]]):
        parts.append(f"probe on layer {layer} ends at {percent(final_values(probes[layer]))}")
    return sentence(*parts, heading=f"N = {member['axes'].get('train_size', '?')}")


def _probe_kind(inputs: ItemInputs, run: str) -> str:
    """The published recipe where it was measured, else the closed form."""
    measured = column_values(table_or_none(inputs, run, "probes"), "probe")
    return next((kind for kind in PROBES if kind in measured), "")
