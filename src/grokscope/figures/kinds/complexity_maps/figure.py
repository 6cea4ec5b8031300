"""The panels of a figure of maps: all maps with the published scale of colours, then all in relation to their means."""

from __future__ import annotations

import math
from collections.abc import Sequence

import matplotlib
import matplotlib.colors
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from grokscope.analysis.inputs import ItemInputs
from grokscope.config.map_drawing import ComplexityMaps
from grokscope.figures.kinds.complexity_maps.stored import BlockMap, Floats, stored_maps
from grokscope.figures.parts.legends import below_legend, title
from grokscope.figures.parts.panels import say_empty
from grokscope.figures.parts.style import new_figure
from grokscope.figures.parts.wording import number, seed_list

PUBLISHED, OWN = "viridis", "PuOr_r"
"""Maps of colours that are told apart without seeing red and green: from dark to light, and from purple (below the
mean) over white to orange.
"""
SIDE_BY_SIDE = 6
WIDTHS = {1: 3.1, 2: 3.1, 3: 2.6, 4: 2.3, 5: 2.0, 6: 1.8}
"""Inches of a panel's side, by how many stand beside one another."""
TICKS = (1.1, 1.2, 1.5, 2, 5, 10, 20, 50)
"""Multiples of the mean that may be named, above and below it."""
TICK_SHARE = 0.1
"""Named multiples lie at least this share of the scale apart."""


def draw_maps(inputs: ItemInputs, settings: ComplexityMaps) -> Figure:
    """The figure; to be called in the figures' style."""
    stored = stored_maps(inputs, settings)
    maps = stored.maps
    if maps:
        figure = _panels(maps, settings.clamped_at.at(inputs.scale))
    else:
        figure = new_figure(6.6, 4.5)
        say_empty(figure.subplots())
    seeds = min(1, len(seed_list(inputs)))
    title(figure, inputs.item["settings"]["title"], inputs.scale, seeds, inputs.item["variant"])
    if stored.seed is not None:
        figure.suptitle(f"{figure.get_suptitle()} (seed {stored.seed})", linespacing=1.5)
    return figure


def _panels(maps: Sequence[BlockMap], clamp: float) -> Figure:
    columns = min(len(maps), SIDE_BY_SIDE)
    rows, side = math.ceil(len(maps) / columns), WIDTHS[columns]
    figure = new_figure(max(columns * side + 1.3, 6.6), 2 * rows * (side + 0.35) + 1.9)
    upper, lower = figure.subfigures(2, 1, squeeze=False)[:, 0]
    norms: tuple[matplotlib.colors.Normalize, matplotlib.colors.Normalize] = (
        matplotlib.colors.Normalize(0, clamp),
        relative_norm([found for one in maps if (found := one.relative()) is not None]),
    )
    for part, norm, name, heading in (
        (upper, norms[0], PUBLISHED, f"Clamped: {number(clamp, 0)} neurons and more have one colour"),
        (lower, norms[1], OWN, "In relation to the mean of each map"),
    ):
        # the figure's title takes room from the upper part alone; an empty line keeps its heading off the panels
        part.suptitle(heading + "\n" * (part is upper), fontsize=10.5, fontweight="bold", x=0.01, ha="left")
        places = list(part.subplots(rows, columns, squeeze=False, sharex=False, sharey=False).flat)
        for axes in places[len(maps) :]:
            axes.set_visible(False)
        for place, (axes, one) in enumerate(zip(places, maps, strict=False)):
            _draw(axes, one, one.cuts if part is upper else one.relative(), norm, name)
            axes.set_title(_name(one, maps))
            axes.tick_params(labelsize=7.5)
            if place % columns == 0:
                axes.set_ylabel("in the plane")
            if place + columns >= len(maps):
                axes.set_xlabel("in the plane (units of the embedding)" if columns < 4 else "in the plane")
        extend = "max" if part is upper else "both"
        bar = part.colorbar(
            ScalarMappable(norm, matplotlib.colormaps[name]), ax=places, pad=0.01, aspect=22, extend=extend
        )
        bar.set_label(
            "neurons cut around a point" if part is upper else "neurons cut, as multiples\nof the mean of the map"
        )
        if part is lower:
            bar.ax.yaxis.set_major_locator(FixedLocator(relative_ticks(float(norm.vmax or 1))))
            bar.ax.yaxis.set_minor_locator(NullLocator())
            bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.2g}"))
    below_legend(figure, [_key()])
    return figure


def relative_norm(maps: Sequence[Floats]) -> matplotlib.colors.LogNorm:
    """One scale for all maps, as far below the mean as above it, without the few most extreme points."""
    values = np.concatenate([one[np.isfinite(one) & (one > 0)] for one in maps]) if maps else np.ones(1)
    low, high = np.quantile(np.log(values), [0.01, 0.99]) if len(values) else (0.0, 0.0)
    reach = math.exp(max(-low, high, math.log(1.1)))
    return matplotlib.colors.LogNorm(1 / reach, reach)


def relative_ticks(reach: float) -> list[float]:
    """The multiples that are named on a scale from 1 / `reach` to `reach`."""
    above = [1.0]
    for tick in TICKS:
        if tick <= reach and math.log(tick / above[-1]) >= TICK_SHARE * 2 * math.log(reach):
            above.append(tick)
    return [*(1 / tick for tick in reversed(above[1:])), *above]


def _draw(axes: Axes, one: BlockMap, values: Floats | None, norm: matplotlib.colors.Normalize, name: str) -> None:
    half = one.half_width
    if values is None or not np.isfinite(values).any():
        say_empty(axes, "no finite value" if math.isnan(one.mean) else "no neuron is cut")
        axes.set_xticks([])
        axes.set_yticks([])
        return
    # a point without cut neurons has no place on a logarithmic scale, and is as far below the mean as can be shown
    shown = np.maximum(values, norm.vmin) if norm.vmin else values
    axes.imshow(shown, origin="lower", extent=(-half, half, -half, half), cmap=name, norm=norm, interpolation="nearest")
    axes.grid(False)
    axes.locator_params(nbins=4)
    for place, (x, y) in enumerate(one.samples, start=1):
        axes.plot([x], [y], "o", markersize=8, markerfacecolor="black", markeredgecolor="white", zorder=5)
        axes.annotate(
            str(place),
            (x, y),
            ha="center",
            va="center_baseline",
            color="white",
            fontsize=6.5,
            fontweight="bold",
            zorder=6,
        )


def _name(one: BlockMap, maps: Sequence[BlockMap]) -> str:
    step = f"step {number(one.step, 0)}"
    several = len({other.step for other in maps}) > 1
    if several or len(maps) == 1:
        return f"block {one.block}, {step}"
    return f"block {one.block}"


def _key() -> Line2D:
    marker = {"marker": "o", "linestyle": "none", "markersize": 7, "markeredgecolor": "white"}
    return Line2D([], [], color="black", label="the three training sequences that span the plane", **marker)  # type: ignore[arg-type]
