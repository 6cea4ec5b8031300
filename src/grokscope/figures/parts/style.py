"""How all figures look: one style sheet, fixed colours, and SVG bytes that depend on the data alone."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar, cast

import matplotlib
import matplotlib.colors
import numpy as np
import seaborn
from matplotlib.figure import Figure

from grokscope.figures.parts.contrast import LIGHTEST, Colour, for_lines, lightness, with_lightness

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

PNG_DPI = 160
PNG_COLOURS = 256
COLOUR_BLIND_SAFE: list[Colour] = [for_lines(colour) for colour in seaborn.color_palette("colorblind")]
"""Ten colours that the colour-blind tell apart, each dark enough for lines."""
SPLIT_COLOURS: dict[str, Colour] = {
    "train": COLOUR_BLIND_SAFE[0],
    "test": COLOUR_BLIND_SAFE[3],
    "random": COLOUR_BLIND_SAFE[2],
}
"""One colour for each kind of points, in every figure: train blue, test vermilion, random green."""
REFERENCE_COLOUR: Colour = (0.15, 0.15, 0.15)

SEED_LINE: dict[str, Any] = {"linewidth": 0.5, "alpha": 0.4, "zorder": 1.9}
CROWDED_SEEDS = 5
CROWDED_OPACITY = 0.22
"""Of the lines of seeds where there are more than these, or many curves in one panel."""
MEAN_LINE: dict[str, Any] = {"linewidth": 1.9}
MEAN_ORDER = 2.4
"""Means lie over the seeds of all curves and over events, and below the authors' values."""
WHITE_EDGE, NARROW_EDGE = 0.5, 0.25
"""Points on either side of a mean that part it from the lines of seeds below; narrow where means lie close together."""
REFERENCE_LINE: dict[str, Any] = {"linewidth": 0.8, "linestyle": (0, (4, 1.4)), "zorder": 2.6, "alpha": 0.75}
EVENT_LINE: dict[str, Any] = {"linewidth": 1.2, "linestyle": (0, (1, 1.5))}
INTERVAL_OPACITY = 0.18
FAINT_INTERVAL_OPACITY = 0.06
"""For panels of many layers, whose intervals lie over each other."""
PLACES = 101
"""Of a map, at which its lightness is looked up."""

STYLE: dict[str, Any] = {
    **seaborn.axes_style("ticks"),
    **seaborn.plotting_context("paper"),
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib, so that text has the same outlines everywhere
    "font.size": 9.5,
    "axes.titlesize": 10.5,
    "axes.labelsize": 9.5,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "figure.titlesize": 12,
    "figure.facecolor": "white",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "0.9",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "lines.solid_joinstyle": "round",
    "svg.hashsalt": "grokscope",
    "svg.fonttype": "path",
    "path.simplify": True,
}
"""Settings of matplotlib for every figure, on top of nothing that a user's own matplotlibrc holds."""


@contextmanager
def applied() -> Iterator[None]:
    """Draw and save in the figures' style; the settings from before come back."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        cast(Any, matplotlib.rcParams).update(STYLE)
        yield


def styled(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Decorator: run `function` in the figures' style."""

    @functools.wraps(function)
    def inside(*arguments: Parameters.args, **keywords: Parameters.kwargs) -> Result:
        with applied():
            return function(*arguments, **keywords)

    return inside


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of `width` by `height` inches whose parts make room for each other, unknown to pyplot."""
    return Figure(figsize=(width, height), layout="constrained")


def ordered_colours(count: int, name: str = "viridis", first: float = 0.0, last: float = 0.88) -> list[Colour]:
    """`count` colours of a part of a perceptually ordered map, all of them dark enough for lines on white.

    Where the part reaches colours that are too pale, the lightness of all of it is compressed: its order and hues stay,
    so that neighbours differ in both.
    """
    colour_map = matplotlib.colormaps[name]
    places = [0.5 * (first + last)] if count == 1 else list(np.linspace(first, last, count))
    every = [lightness(colour_map(float(place))) for place in np.linspace(first, last, PLACES)]
    darkest, share = min(every), min(1.0, (LIGHTEST - min(every)) / (max(every) - min(every)))
    colours = [matplotlib.colors.to_rgb(colour_map(float(place))) for place in places]
    return [
        colour if share == 1 else with_lightness(colour, darkest + share * (lightness(colour) - darkest))
        for colour in colours
    ]


def darker(colour: Colour, share: float = 0.45) -> Colour:
    """`colour` moved by `share` of the way to black."""
    red, green, blue = matplotlib.colors.to_rgb(colour)
    return (red * (1 - share), green * (1 - share), blue * (1 - share))
