"""Tunnels by depth (P1 Figs 3 and 4): rank by layer, and how the tunnel's length moves with what the paper leaves open.

Columns are depths. Rows are the rank of every layer at the end (median over the last three checkpoints, as the claims
read it) and before, the length of the tunnel by the threshold, and by the step it is read at. The output layer counts,
as in the paper. The paper's lengths are marked only where the settings are those of the paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from grokscope.analysis.comparison import compare
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.tunnel import PUBLISHED_SHARE
from grokscope.config.drawing import Tunnels
from grokscope.config.rank_words import RANK_WORDS
from grokscope.figures.kinds.tunnels.curves import Tunnel, depth, earlier_steps, tunnels
from grokscope.figures.parts.collapse import collapse_note
from grokscope.figures.parts.curves import last_step_of, members_along
from grokscope.figures.parts.events import median_key
from grokscope.figures.parts.legends import AUTHORS, below_legend, kinds_of_line, line_key, title
from grokscope.figures.parts.panels import discrete_colourbar, draw_curves, mark_events, note, say_blank, step_axis
from grokscope.figures.parts.rank_curves import rank_label
from grokscope.figures.parts.style import (
    FAINT_INTERVAL_OPACITY,
    REFERENCE_COLOUR,
    REFERENCE_LINE,
    SPLIT_COLOURS,
    Colour,
    new_figure,
    ordered_colours,
)
from grokscope.figures.parts.wording import event_steps, median_and_range, seed_list

LINESTYLES: tuple[Any, ...] = ("-", (0, (3, 1.4)))
"""Of the definition that is drawn everywhere, and of that of the claims."""
THRESHOLD_LINE: dict[str, Any] = {"color": "0.3", "linewidth": 1.0, "linestyle": (0, (5, 2, 1, 2))}
TUNNEL_COLOUR: Colour = (0.99, 0.95, 0.80)


DECIDES = ("training.dtype",)
"""The arithmetic decides what counts as rank by the published definition."""


def tunnel_comparison(inputs: ItemInputs, figure: Tunnels) -> dict[str, Any]:
    """Where the authors' lengths stand in the figure, and why."""
    comparison = compare(inputs, DECIDES)
    return comparison.as_dict(overlaid=bool(authors_lengths(inputs, figure)), beside=False)


def authors_lengths(inputs: ItemInputs, figure: Tunnels) -> Mapping[int, int]:
    """The paper's lengths by depth where the settings agree, else none."""
    return figure.lengths if compare(inputs, DECIDES).same_settings else {}


def length_words(lengths: Iterable[float]) -> str:
    """Median and range of lengths; a decimal only where the median lies between two."""
    return median_and_range(lengths, 1).replace(".0", "")


def draw_tunnels(inputs: ItemInputs, settings: Tunnels) -> Figure:
    """Three rows, one column for each depth; to be called in the figures' style."""
    members, theirs = members_along(inputs, "depth"), authors_lengths(inputs, settings)
    figure = new_figure(3.5 * len(members) + 1.2, 9.0)
    panels = figure.subplots(3, len(members), squeeze=False, sharey="row")
    found = [tunnels(inputs, member["run"]) for member in members]
    steps = earlier_steps([one[0] for one in found if one])
    colours = ordered_colours(len(steps) + 1, first=0.88, last=0.0)
    for column, (member, of_run) in enumerate(zip(members, found, strict=True)):
        axes = [row[column] for row in panels]
        _draw_run(inputs, member["run"], of_run, axes, dict(zip([*steps, None], colours, strict=True)))
        length = f", tunnel length {length_words(of_run[0].at_end())}" if of_run and of_run[0].known else ""
        axes[0].set_title(f"depth {depth(inputs, member)}{length}")
        if (value := theirs.get(depth(inputs, member))) is not None:
            axes[1].plot(
                [PUBLISHED_SHARE], [value], color=REFERENCE_COLOUR, marker="D", markersize=5, linestyle="none", zorder=5
            )
            axes[2].axhline(value, color=REFERENCE_COLOUR, **(REFERENCE_LINE | {"zorder": 5}))
    _label_rows(
        inputs,
        [row[0] for row in panels],
        max((tunnel.ranks.shape[1] for of_run in found for tunnel in of_run), default=1),
    )
    if steps:
        discrete_colourbar(figure, list(panels[0]), [*steps, "end"], colours, "optimiser step")
    seeds = seed_list(inputs)
    below_legend(figure, [*kinds_of_line(len(seeds)), *_keys(inputs, found, colours[-1], bool(theirs))])
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def _draw_run(
    inputs: ItemInputs, run: str, found: list[Tunnel], column: list[Axes], colours: dict[int | None, Colour]
) -> None:
    by_layer, by_share, by_step = column
    known = [tunnel for tunnel in found if tunnel.known]
    for tunnel in known[:1]:
        for layer in tunnel.layers():
            by_layer.axvspan(layer - 0.5, layer + 0.5, facecolor=TUNNEL_COLOUR, edgecolor="none", zorder=0)
        for step, colour in colours.items():
            curves = tunnel.by_layer(step)
            thin: dict[str, Any] = {} if step is None else {"linewidth": 1.2}
            mean = curves if step is None else curves.mean(axis="columns").to_frame()
            draw_curves(
                by_layer,
                mean,
                colour,
                shift=0,
                most=tunnel.width,
                marker="o",
                markersize=3.5,
                **thin,
            )
        by_layer.axhline(tunnel.limit, **THRESHOLD_LINE)
        by_share.axvline(PUBLISHED_SHARE, **THRESHOLD_LINE)
    for tunnel, linestyle in zip(known, LINESTYLES, strict=False):
        look = (colours[None], linestyle, FAINT_INTERVAL_OPACITY)
        most = float(tunnel.ranks.shape[1])  # no tunnel is longer than the network
        draw_curves(by_share, tunnel.by_share(), *look, shift=0, most=most)
        draw_curves(by_step, tunnel.by_step(), *look, most=most)
    mark_events(by_step, event_steps(inputs, run, "generalisation"), SPLIT_COLOURS["test"])
    for axes in column if not known else ():
        say_blank(axes, bool(found))
    layers = [int(layer) for layer in found[0].ranks.columns] if found else [1]
    by_layer.set_xlim(layers[0] - 0.5, layers[-1] + 0.5)
    by_layer.set_xticks(layers[:: 1 + (len(layers) - 1) // 12])
    by_layer.set_xlabel("layer (the last is the output)")
    by_share.set_xlim(0.08, 1.02)
    by_share.set_xlabel("threshold (share of the width)")
    step_axis(by_step, last_step_of(inputs, "accuracy", "rank"))
    if text := collapse_note(inputs, run):
        note(by_layer, text, "lower left")


def _label_rows(inputs: ItemInputs, first: list[Axes], most: int) -> None:
    by_layer, by_share, by_step = first
    by_layer.set_ylabel(rank_label(inputs))
    by_share.set_ylabel("length of the tunnel (layers)\nat the end")
    by_step.set_ylabel("length of the tunnel (layers)\nat the published threshold")
    by_layer.set_ylim(bottom=0)  # after all curves, since it ends the automatic choice of the top
    for axes in first:
        axes.yaxis.set_major_locator(MaxNLocator(9, integer=True, steps=[1, 2, 5, 10]))
    for axes in (by_share, by_step):
        axes.set_ylim(0, 1.05 * most)


def _keys(inputs: ItemInputs, found: list[list[Tunnel]], colour: Colour, theirs: bool) -> list[Artist]:
    shown = [tunnel for of_run in found for tunnel in of_run[:1]]
    limits = dict.fromkeys(f"{tunnel.limit:g} of {tunnel.width}" for tunnel in shown)
    keys: list[Artist] = [
        Line2D([], [], label=f"published threshold ({', '.join(limits) or '3/4 of the width'})", **THRESHOLD_LINE)
    ]
    keys.append(Patch(facecolor=TUNNEL_COLOUR, label="tunnel (median of 3 checkpoints)"))
    keys += median_key(inputs, "generalisation")
    if several := next((of_run for of_run in found if len(of_run) > 1), None):
        keys += [
            line_key(f"length by rank: {RANK_WORDS[tunnel.definition]}", colour, style)
            for tunnel, style in zip(several, LINESTYLES, strict=False)
        ]
    if theirs:
        keys.append(
            Line2D(
                [],
                [],
                color=REFERENCE_COLOUR,
                marker="D",
                markersize=5,
                label=f"{AUTHORS} (in the text)",
                **REFERENCE_LINE,
            )
        )
    return keys
