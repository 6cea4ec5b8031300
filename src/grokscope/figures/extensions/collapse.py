"""How often networks collapse: one panel for each axis of a sweep, one bar for each value on it.

The dark part of a bar are the networks whose test accuracy had a first surge before the collapse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator

from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.parts.axis_words import axis_label, value_name
from grokscope.figures.parts.collapse_shares import Share, pooled, run_shares
from grokscope.figures.parts.legends import below_legend, title
from grokscope.figures.parts.panels import say_empty
from grokscope.figures.parts.run_curves import column_width
from grokscope.figures.parts.style import SPLIT_COLOURS, darker, new_figure, styled
from grokscope.figures.parts.wording import number, seed_list, sentence

COLUMNS = 4
SWEEPS = {
    "phase_map": "phase map",
    "arithmetic": "deepest network",
    "optimisers": "AdamW or Adam",
    "init_scales": "deepest network",
}
"""How a sweep is called above its panels."""
AFTER: dict[str, Any] = {"facecolor": darker(SPLIT_COLOURS["test"]), "edgecolor": "white", "hatch": "////"}
BEFORE: dict[str, Any] = {"facecolor": SPLIT_COLOURS["test"], "edgecolor": "white"}
INTERVAL_NAME = "95 % interval (Clopper-Pearson, as if networks were independent)"
INTERVAL: dict[str, Any] = {"color": "0.15", "linewidth": 1.2}


@dataclass(frozen=True)
class Panel:
    """The bars of one axis of a sweep: name of the value -> share."""

    sweep: str
    axis: str
    bars: dict[str, Share]

    @property
    def of(self) -> str:
        """The sweep in words."""
        return SWEEPS.get(self.sweep, self.sweep.replace("_", " "))

    @property
    def heading(self) -> str:
        """The sweep and its axis in words."""
        return f"{self.of}: {axis_label(self.axis)}"


@styled
def draw(inputs: ItemInputs) -> Figure:
    """The panels in rows of four."""
    found = collapse_panels(inputs)
    rows = [found[start : start + COLUMNS] for start in range(0, len(found), COLUMNS)]
    figure = new_figure(column_width(COLUMNS) * COLUMNS + 0.5, 3.1 * len(rows) + 1.4)
    grid = figure.subplots(len(rows), COLUMNS, squeeze=False, sharey="row")
    for line, panels in zip(grid, rows, strict=True):
        for axes, panel in zip(line, panels, strict=False):
            _draw_panel(axes, panel)
        for axes in line[len(panels) :]:
            axes.set_visible(False)
        line[0].set_ylabel("share of networks that\ncollapsed (%)")
        line[0].set_ylim(0, _top(panels))
        line[0].yaxis.set_major_locator(FixedLocator(range(0, 101, 20 if _top(panels) > 60 else 10)))
    below_legend(figure, _keys())
    seeds = seed_list(inputs)
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def describe(inputs: ItemInputs) -> str:
    """How many networks collapsed in all, and for every value on every axis."""
    every = pooled(run_shares(inputs), inputs.runs)
    heading = (
        f"of {every.networks} networks {every.collapsed} collapsed, {every.after_surge} of these after a first surge of"
        " test accuracy"
    )
    failed = f"{every.diverged} diverged" if every.diverged else ""
    panels = (
        sentence(*(f"{name} {_words(share)}" for name, share in panel.bars.items()), heading=panel.heading)
        for panel in collapse_panels(inputs)
    )
    return " ".join([sentence(heading, failed), *panels])


def collapse_panels(inputs: ItemInputs) -> list[Panel]:
    """One panel an axis of each sweep, in the order of the figure's settings."""
    shares, sweeps = run_shares(inputs), dict[str, list[dict[str, Any]]]()
    for member in inputs.members:
        sweeps.setdefault(member["sweep"], []).append(member)
    return [
        Panel(
            sweep,
            axis,
            {value_name(value): pooled(shares, _runs(members, axis, value)) for value in _values(members, axis)},
        )
        for sweep, members in sweeps.items()
        for axis in members[0]["axes"]
    ]


def _values(members: list[dict[str, Any]], axis: str) -> list[Any]:
    found = {member["positions"][axis]: member["axes"][axis] for member in members}
    return [found[position] for position in sorted(found)]


def _runs(members: list[dict[str, Any]], axis: str, value: Any) -> list[str]:
    return [member["run"] for member in members if member["axes"][axis] == value]


def _top(panels: list[Panel]) -> float:
    """Of an axis of percent, with room for the counts above the longest interval and for a remark."""
    highest = [100 * share.interval[1] for panel in panels for share in panel.bars.values() if share.networks]
    return 1.32 * max([*highest, 10.0])


def _draw_panel(axes: Axes, panel: Panel) -> None:
    axes.set_title(panel.of)
    axes.set_xlabel(axis_label(panel.axis))
    for place, share in enumerate(panel.bars.values()):
        if not share.networks:
            continue
        after, every = 100 * share.after_surge / share.networks, 100 * share.value
        low, high = (100 * bound for bound in share.interval)
        axes.bar(place, after, 0.62, **AFTER)
        axes.bar(place, every - after, 0.62, bottom=after, **BEFORE)
        axes.errorbar(
            place,
            every,
            [[every - low], [high - every]],
            fmt="none",
            ecolor=INTERVAL["color"],
            elinewidth=INTERVAL["linewidth"],
            capsize=3,
        )
        axes.annotate(
            f"{share.collapsed}/{share.networks}",
            (place, high),
            (0, 3),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=8.5,
        )
    axes.set_xticks(range(len(panel.bars)), list(panel.bars))
    axes.set_xlim(-0.6, max(len(panel.bars) - 0.4, 1.6))
    axes.tick_params(axis="x", length=0)
    axes.grid(False, axis="x")
    networks = sum(share.networks for share in panel.bars.values())
    if not networks:
        say_empty(axes)
    elif not any(share.collapsed for share in panel.bars.values()):
        axes.text(
            0.5,
            0.97,
            f"none of {networks} collapsed",
            transform=axes.transAxes,
            ha="center",
            va="top",
            color="0.35",
            style="italic",
        )


def _keys() -> list[Artist]:
    return [
        Patch(label="collapsed after a first surge of test accuracy", **AFTER),
        Patch(label="collapsed without one", **BEFORE),
        Line2D(
            [],
            [],
            label=INTERVAL_NAME,
            marker="|",
            markersize=9,
            linestyle="none",
            markeredgewidth=1.2,
            color=INTERVAL["color"],
        ),
        Line2D([], [], linestyle="none", label="k/n: k of n networks collapsed, each seed of each run one"),
    ]


def _words(share: Share) -> str:
    if not share.networks:
        return "not measured"
    low, high = share.interval
    text = f"{share.collapsed} of {share.networks} ({number(100 * low, 0)} to {number(100 * high, 0)} %)"
    return f"{text}, {share.after_surge} after a first surge" if share.collapsed else text
