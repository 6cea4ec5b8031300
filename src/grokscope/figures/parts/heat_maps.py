"""Small heat maps with the numbers written into their cells, many in a block that shares one colour bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib
import matplotlib.colors
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import SubFigure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from grokscope.figures.parts.contrast import luminance

WITHOUT_VALUE: dict[str, Any] = {"facecolor": "0.93", "edgecolor": "0.72", "hatch": "////", "linewidth": 0.0}
TEXT_SIZE, SMALL_SIZE = 9.0, 7.5


@dataclass(frozen=True)
class Tile:
    """One cell: its value (None hatches it), the text in it, and a second, smaller line where there is one."""

    value: float | None
    text: str
    remark: str = ""


@dataclass(frozen=True)
class Scale:
    """A colour scale: name of the map, its ends, and what it measures; `whole` for whole numbers on the bar."""

    colours: str
    low: float
    high: float
    label: str
    whole: bool = False

    def mappable(self) -> ScalarMappable:
        """The scale as matplotlib wants it."""
        return ScalarMappable(matplotlib.colors.Normalize(self.low, self.high), matplotlib.colormaps[self.colours])


def draw_heat_map(axes: Axes, tiles: Mapping[tuple[int, int], Tile], shape: tuple[int, int], scale: Scale) -> None:
    """Tiles by (row, column), row 0 at the bottom; every cell of `shape` must have one."""
    norm, colours = matplotlib.colors.Normalize(scale.low, scale.high), matplotlib.colormaps[scale.colours]
    for (row, column), tile in tiles.items():
        place = (column - 0.5, row - 0.5)
        if tile.value is None:
            axes.add_patch(Rectangle(place, 1, 1, **WITHOUT_VALUE))
        else:
            colour = colours(float(norm(tile.value)))
            axes.add_patch(Rectangle(place, 1, 1, facecolor=colour, edgecolor="white", linewidth=0.8))
        ink = "0.1" if tile.value is None else ink_on(colour)
        shift = 0.16 if tile.remark else 0.0
        behind = {"facecolor": "0.93", "edgecolor": "none", "pad": 1.0} if tile.value is None else None
        axes.text(column, row + shift, tile.text, ha="center", va="center", color=ink, fontsize=TEXT_SIZE, bbox=behind)
        if tile.remark:
            axes.text(column, row - 0.27, tile.remark, ha="center", va="center", color=ink, fontsize=SMALL_SIZE)
    axes.set_xlim(-0.5, shape[1] - 0.5)
    axes.set_ylim(-0.5, shape[0] - 0.5)
    axes.grid(False)
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)


def label_cells(axes: Axes, across: Sequence[str], up: Sequence[str], x_label: str, y_label: str) -> None:
    """Values along the edges; without a label an edge has none of them."""
    axes.set_xticks(range(len(across)), list(across) if x_label else [""] * len(across))
    axes.set_yticks(range(len(up)), list(up) if y_label else [""] * len(up))
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)


def colour_bar(part: SubFigure, panels: Sequence[Axes], scale: Scale) -> None:
    """One colour bar beside all panels of a block."""
    bar = part.colorbar(scale.mappable(), ax=list(panels), pad=0.012, aspect=22, fraction=0.04)
    bar.outline.set_visible(False)
    bar.ax.yaxis.set_major_locator(MaxNLocator(5, integer=scale.whole))
    bar.ax.tick_params(length=2)
    bar.set_label(scale.label)


def ink_on(colour: Sequence[float]) -> str:
    """Black or white, whichever has the higher contrast (WCAG) on `colour`."""
    light = luminance(colour)
    return "black" if (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) else "white"
