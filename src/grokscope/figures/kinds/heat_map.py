"""Heat maps over four axes of a grid of runs: where delayed, staged and failed generalisation live.

Three blocks of heat maps: the delay of test accuracy after the fit, the number of surges of test accuracy, and the
share of collapsed seeds. Two axes are inside a panel, two over the panels, as `draw: {heat_map: ...}` says
(`grokscope.config.drawing.HeatMap`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from grokscope.analysis.comparison import NO_VALUES, compare
from grokscope.analysis.inputs import ItemInputs
from grokscope.config.drawing import HeatMap
from grokscope.figures.parts.axis_words import axis_label, place_name, value_name
from grokscope.figures.parts.collapse_shares import Share
from grokscope.figures.parts.curves import axis_values
from grokscope.figures.parts.grid_cells import MARKS, NOT_MEASURED, Cell, grid_cells
from grokscope.figures.parts.heat_maps import WITHOUT_VALUE, Scale, Tile, colour_bar, draw_heat_map, label_cells
from grokscope.figures.parts.legends import below_legend, title
from grokscope.figures.parts.run_curves import MOST_WIDTH
from grokscope.figures.parts.style import new_figure, styled
from grokscope.figures.parts.wording import number, seed_list, sentence

Cells = dict[tuple[Any, ...], Cell]


@styled
def draw(inputs: ItemInputs) -> Figure:
    """Three blocks of heat maps, a colour bar each."""
    axes = map_axes(inputs)
    cells = grid_cells(inputs, axes)
    columns, rows, up, along = (len(axis_values(inputs, axis)) for axis in axes)
    width = min(MOST_WIDTH, max(8.0, 2.0 + 0.78 * along * columns))
    figure = new_figure(width, 3 * (rows * (0.42 * up + 0.35) + 0.85) + 1.9)
    for part, (heading, scale, tile) in zip(figure.subfigures(3, 1, squeeze=False)[:, 0], _blocks(cells), strict=True):
        _draw_block(inputs, part, cells, tile, scale)
        part.suptitle(heading, x=0.01, ha="left", fontweight="bold", fontsize=10.5)
    below_legend(figure, _keys())
    seeds = seed_list(inputs)
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def comparable(inputs: ItemInputs) -> dict[str, Any]:
    """The authors have no such map; what differs in the settings is said all the same."""
    return compare(inputs).as_dict(overlaid=False, beside=False, reason=NO_VALUES)


def describe(inputs: ItemInputs) -> str:
    """The range of delays, cells without a date or with several surges, collapses, and median delays by axis."""
    axes = map_axes(inputs)
    cells = grid_cells(inputs, axes)
    delays = {place: cell.delay for place, cell in cells.items() if cell.delay is not None}
    parts = [f"{len(delays)} of {len(cells)} cells have a median delay of generalisation after the fit"]
    if delays:
        for word, place in (
            ("shortest", min(delays, key=lambda one: delays[one])),
            ("longest", max(delays, key=lambda one: delays[one])),
        ):
            parts.append(f"{word} {number(delays[place], 2)} decades at {_where(axes, place)}")
    parts += [
        f"{count} cells {text}"
        for mark, text in MARKS.items()
        if (count := sum(cell.mark == mark for cell in cells.values()))
    ]
    sentences = [sentence(*parts)]
    staged = [_where(axes, place) for place, cell in cells.items() if (cell.stages or 0) >= 2]
    sentences.append(
        sentence(
            f"{len(staged)} cells have two or more surges of test accuracy in the median"
            + (f": {', '.join(staged[:6])}" if staged else "")
            + (" and others" if len(staged) > 6 else "")
        )
    )
    every = sum((cell.share for cell in cells.values()), Share())
    worst = max(cells, key=lambda place: cells[place].share.collapsed)
    most = (
        f", most of them at {_where(axes, worst)} ({cells[worst].share.collapsed} of {cells[worst].share.networks})"
        if every.collapsed
        else ""
    )
    sentences.append(
        sentence(
            f"{every.collapsed} of {every.networks} networks collapsed{most}",
            f"{every.diverged} diverged" if every.diverged else "",
        )
    )
    return " ".join([*sentences, *(_by_value(inputs, cells, place, axis) for place, axis in enumerate(axes))])


def delay_tile(cell: Cell) -> Tile:
    """The median delay in decades, from how many seeds if not all; or the letter that says why there is none."""
    text = cell.mark if cell.delay is None else number(cell.delay, 2).replace("-", "\N{MINUS SIGN}")
    return Tile(
        cell.delay,
        text,
        "" if cell.mark or cell.dated == cell.share.networks else f"{cell.dated}/{cell.share.networks}",
    )


def stages_tile(cell: Cell) -> Tile:
    """The median number of surges, from how many seeds if not all."""
    if cell.stages is None:
        return Tile(None, cell.mark)
    return Tile(
        cell.stages,
        f"{cell.stages:g}",
        "" if len(cell.surges) == cell.share.networks else f"{len(cell.surges)}/{cell.share.networks}",
    )


def collapse_tile(cell: Cell) -> Tile:
    """How many seeds of how many collapsed."""
    share = cell.share
    return Tile(share.value, f"{share.collapsed}/{share.networks}") if share.networks else Tile(None, NOT_MEASURED)


def _blocks(cells: Cells) -> list[tuple[str, Scale, Callable[[Cell], Tile]]]:
    delays = [cell.delay for cell in cells.values() if cell.delay is not None] or [0.0]
    stages = [cell.stages for cell in cells.values() if cell.stages is not None] or [0.0]
    low, high = min(0.0, *delays), max(0.1, *delays)
    return [
        (
            "Delay of generalisation after the fit (median over seeds)",
            Scale("viridis", low, high, "decades of steps"),
            delay_tile,
        ),
        (
            "Surges of test accuracy (median over seeds)",
            Scale("cividis", 0, max(2.0, *stages), "number of surges", whole=True),
            stages_tile,
        ),
        ("Collapsed seeds", Scale("magma_r", 0, 1, "share of seeds"), collapse_tile),
    ]


def _draw_block(inputs: ItemInputs, part: SubFigure, cells: Cells, tile: Callable[[Cell], Tile], scale: Scale) -> None:
    across, down, up, along = map_axes(inputs)
    columns, rows, ups, alongs = (axis_values(inputs, axis) for axis in (across, down, up, along))
    panels = part.subplots(len(rows), len(columns), squeeze=False)
    for (row, column), axes in np.ndenumerate(panels):
        first, second = columns[column], rows[row]
        tiles = {
            (high, right): tile(cells.get((first, second, one, other), Cell(Share())))
            for high, one in enumerate(ups)
            for right, other in enumerate(alongs)
        }
        draw_heat_map(axes, tiles, (len(ups), len(alongs)), scale)
        axes.set_title(f"{place_name(across, first)}, {place_name(down, second)}", fontsize=9.5, pad=3)
        labels = [value_name(other) for other in alongs], [value_name(one) for one in ups]
        beside = axis_label(up).split(" (")[0]
        label_cells(axes, *labels, axis_label(along) if row == len(rows) - 1 else "", beside if column == 0 else "")
    colour_bar(part, list(panels.flat), scale)


def _keys() -> list[Artist]:
    keys: list[Artist] = [Patch(label=f"{mark}: {text}", **WITHOUT_VALUE) for mark, text in MARKS.items()]
    return [*keys, Line2D([], [], linestyle="none", label="small k/n: from k of n seeds")]


def map_axes(inputs: ItemInputs) -> tuple[str, str, str, str]:
    """Axes across and down the panels, up and along inside one."""
    settings = HeatMap.model_validate(inputs.item["settings"]["draw"]["heat_map"])
    return settings.across, settings.down, settings.up, settings.along


def _where(axes: tuple[str, ...], place: tuple[Any, ...]) -> str:
    return ", ".join(place_name(axis, value) for axis, value in zip(axes, place, strict=True))


def _by_value(inputs: ItemInputs, cells: Cells, place: int, axis: str) -> str:
    parts = []
    for value in axis_values(inputs, axis):
        here = [cell for key, cell in cells.items() if key[place] == value]
        delays = [cell.delay for cell in here if cell.delay is not None]
        share = sum((cell.share for cell in here), Share())
        delay = (
            f"median delay {number(float(np.median(delays)), 2)} decades over {len(delays)} cells"
            if delays
            else "no delay"
        )
        parts.append(f"{value_name(value)} {delay}, {share.collapsed} of {share.networks} collapsed")
    return sentence(*parts, heading=f"by {axis_label(axis)}")
