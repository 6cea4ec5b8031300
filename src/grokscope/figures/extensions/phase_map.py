"""The phase map: where over depth, weight decay, training-set size and initialisation delayed, staged and failed generalisation live.

Three blocks of heat maps: the delay of test accuracy after the fit, the number of surges of test accuracy, and the share of collapsed seeds.
Inside a panel are depth and weight decay, over the panels training-set size and init scale.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.parts.axis_words import axis_label, place_name, value_name
from grokscope.figures.parts.collapse_shares import Share
from grokscope.figures.parts.curves import axis_values
from grokscope.figures.parts.grid_cells import MARKS, NOT_MEASURED, Cell, grid_cells
from grokscope.figures.parts.heat_maps import WITHOUT_VALUE, Scale, Tile, colour_bar, draw_heat_map, label_cells
from grokscope.figures.parts.legends import below_legend, title
from grokscope.figures.parts.run_curves import MOST_WIDTH
from grokscope.figures.parts.style import new_figure, styled
from grokscope.figures.parts.wording import number, seed_list, sentence

AXES = ("train_size", "init_scale", "depth", "weight_decay")
"""Across and down the panels, up and across inside one."""
Cells = dict[tuple[Any, ...], Cell]


@styled
def draw(inputs: ItemInputs) -> Figure:
    """Three blocks of heat maps, a colour bar each."""
    cells = grid_cells(inputs, AXES)
    sizes, scales, depths, decays = (axis_values(inputs, axis) for axis in AXES)
    width = min(MOST_WIDTH, max(8.0, 2.0 + 0.78 * len(decays) * len(sizes)))
    figure = new_figure(width, 3 * (len(scales) * (0.42 * len(depths) + 0.35) + 0.85) + 1.9)
    for part, (heading, scale, tile) in zip(figure.subfigures(3, 1, squeeze=False)[:, 0], _blocks(cells), strict=True):
        _draw_block(inputs, part, cells, tile, scale)
        part.suptitle(heading, x=0.01, ha="left", fontweight="bold", fontsize=10.5)
    below_legend(figure, _keys())
    seeds = seed_list(inputs)
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def describe(inputs: ItemInputs) -> str:
    """The range of the delays, cells without a date, cells with several surges, and collapses, with the median delay by the value on every axis."""
    cells = grid_cells(inputs, AXES)
    delays = {place: cell.delay for place, cell in cells.items() if cell.delay is not None}
    parts = [f"{len(delays)} of {len(cells)} cells have a median delay of generalisation after the fit"]
    if delays:
        for word, place in (("shortest", min(delays, key=lambda one: delays[one])), ("longest", max(delays, key=lambda one: delays[one]))):
            parts.append(f"{word} {number(delays[place], 2)} decades at {_where(place)}")
    parts += [f"{count} cells {text}" for mark, text in MARKS.items() if (count := sum(cell.mark == mark for cell in cells.values()))]
    sentences = [sentence(*parts)]
    staged = [_where(place) for place, cell in cells.items() if (cell.stages or 0) >= 2]
    sentences.append(sentence(f"{len(staged)} cells have two or more surges of test accuracy in the median" + (f": {', '.join(staged[:6])}" if staged else "")
                              + (" and others" if len(staged) > 6 else "")))  # fmt: skip
    every = sum((cell.share for cell in cells.values()), Share())
    worst = max(cells, key=lambda place: cells[place].share.collapsed)
    most = f", most of them at {_where(worst)} ({cells[worst].share.collapsed} of {cells[worst].share.networks})" if every.collapsed else ""
    sentences.append(sentence(f"{every.collapsed} of {every.networks} networks collapsed{most}", f"{every.diverged} diverged" if every.diverged else ""))
    return " ".join([*sentences, *(_by_value(inputs, cells, place, axis) for place, axis in enumerate(AXES))])


def delay_tile(cell: Cell) -> Tile:
    """The median delay in decades, from how many seeds if not all; or the letter that says why there is none."""
    text = cell.mark if cell.delay is None else number(cell.delay, 2).replace("-", "\N{MINUS SIGN}")
    return Tile(cell.delay, text, "" if cell.mark or cell.dated == cell.share.networks else f"{cell.dated}/{cell.share.networks}")


def stages_tile(cell: Cell) -> Tile:
    """The median number of surges, from how many seeds if not all."""
    if cell.stages is None:
        return Tile(None, cell.mark)
    return Tile(cell.stages, f"{cell.stages:g}", "" if len(cell.surges) == cell.share.networks else f"{len(cell.surges)}/{cell.share.networks}")


def collapse_tile(cell: Cell) -> Tile:
    """How many seeds of how many collapsed."""
    share = cell.share
    return Tile(share.value, f"{share.collapsed}/{share.networks}") if share.networks else Tile(None, NOT_MEASURED)


def _blocks(cells: Cells) -> list[tuple[str, Scale, Callable[[Cell], Tile]]]:
    delays = [cell.delay for cell in cells.values() if cell.delay is not None] or [0.0]
    stages = [cell.stages for cell in cells.values() if cell.stages is not None] or [0.0]
    low, high = min(0.0, *delays), max(0.1, *delays)
    return [
        ("Delay of generalisation after the fit (median over seeds)", Scale("viridis", low, high, "decades of steps"), delay_tile),
        ("Surges of test accuracy (median over seeds)", Scale("cividis", 0, max(2.0, *stages), "number of surges", whole=True), stages_tile),
        ("Collapsed seeds", Scale("magma_r", 0, 1, "share of seeds"), collapse_tile),
    ]


def _draw_block(inputs: ItemInputs, part: SubFigure, cells: Cells, tile: Callable[[Cell], Tile], scale: Scale) -> None:
    sizes, scales, depths, decays = (axis_values(inputs, axis) for axis in AXES)
    panels = part.subplots(len(scales), len(sizes), squeeze=False)
    for (row, column), axes in np.ndenumerate(panels):
        size, init = sizes[column], scales[row]
        tiles = {
            (up, across): tile(cells.get((size, init, depth, decay), Cell(Share())))
            for up, depth in enumerate(depths)
            for across, decay in enumerate(decays)
        }
        draw_heat_map(axes, tiles, (len(depths), len(decays)), scale)
        axes.set_title(f"{place_name('train_size', size)}, {place_name('init_scale', init)}", fontsize=9.5, pad=3)
        labels = [value_name(decay) for decay in decays], [value_name(depth) for depth in depths]
        label_cells(axes, *labels, axis_label("weight_decay") if row == len(scales) - 1 else "", "depth" if column == 0 else "")
    colour_bar(part, list(panels.flat), scale)


def _keys() -> list[Artist]:
    keys: list[Artist] = [Patch(label=f"{mark}: {text}", **WITHOUT_VALUE) for mark, text in MARKS.items()]
    return [*keys, Line2D([], [], linestyle="none", label="small k/n: from k of n seeds")]


def _where(place: tuple[Any, ...]) -> str:
    return ", ".join(place_name(axis, value) for axis, value in zip(AXES, place, strict=True))


def _by_value(inputs: ItemInputs, cells: Cells, place: int, axis: str) -> str:
    parts = []
    for value in axis_values(inputs, axis):
        here = [cell for key, cell in cells.items() if key[place] == value]
        delays = [cell.delay for cell in here if cell.delay is not None]
        share = sum((cell.share for cell in here), Share())
        delay = f"median delay {number(float(np.median(delays)), 2)} decades over {len(delays)} cells" if delays else "no delay"
        parts.append(f"{value_name(value)} {delay}, {share.collapsed} of {share.networks} collapsed")
    return sentence(*parts, heading=f"by {axis_label(axis)}")
