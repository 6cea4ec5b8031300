"""Which panels a figure of slices has: steps, layers, parts near and away from the boundary, or the learnt function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from grokscope.analysis.inputs import ItemInputs
from grokscope.config.slice_drawing import Slices
from grokscope.figures.kinds.slices import panels
from grokscope.figures.kinds.slices.accuracy import draw_accuracies
from grokscope.figures.kinds.slices.stored import Stored, stored_slices
from grokscope.figures.kinds.slices.windows import Window, find_windows
from grokscope.figures.parts.legends import below_legend, reference_key, title
from grokscope.figures.parts.panels import say_empty
from grokscope.figures.parts.style import Colour, new_figure
from grokscope.figures.parts.wording import number, seed_list
from grokscope.metrics.partition.kept import KeptSlice

SIDE = 3.3
"""Inches of a panel's side."""

NEAR_COLOUR: Colour = (0.80, 0.40, 0.0)
AWAY_COLOUR: Colour = (0.0, 0.35, 0.70)


def draw_slices(inputs: ItemInputs, settings: Slices, comparable: Mapping[str, Any]) -> Figure:
    """The figure; to be called in the figures' style."""
    stored = stored_slices(inputs, settings)
    steps = stored.nearest(settings.steps.at(inputs.scale))
    if settings.panels == "steps":
        figure, keys = _draw_steps(inputs, settings, stored, steps, comparable)
    elif not steps:
        figure, keys = new_figure(SIDE * 2, SIDE + 1.2), []
        say_empty(figure.subplots())
    else:
        draw = {"layers": _draw_layers, "windows": _draw_windows, "graph": _draw_graph}[settings.panels]
        figure, keys = draw(settings, stored.by_step[steps[0]], steps[0])
    figure.set_dpi(panels.RASTER_DPI)
    if keys:
        below_legend(figure, keys)
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seed_list(inputs)), inputs.item["variant"])
    if stored.seed is not None:
        figure.suptitle(f"{figure.get_suptitle()}, slices of seed {stored.seed}", linespacing=1.5)
    return figure


def step_name(step: int) -> str:
    """A step above a panel."""
    return f"step {number(step, 0)}"


def _draw_steps(
    inputs: ItemInputs, settings: Slices, stored: Stored, steps: list[int], comparable: Mapping[str, Any]
) -> tuple[Figure, list[Artist]]:
    columns = max(len(steps), 1)
    with_accuracy = bool(settings.accuracy)
    width = max(SIDE * columns + (1.1 if settings.fill == "slope" else 0.3), 2 * SIDE)
    figure = new_figure(width, SIDE + 1.2 + (2.9 if with_accuracy else 0))
    rows = figure.add_gridspec(2, 1, height_ratios=[2.5, SIDE]) if with_accuracy else figure.add_gridspec(1, 1)
    keys: list[Artist] = []
    if with_accuracy:
        beside = bool(comparable.get("beside"))
        top = rows[0].subgridspec(1, 1 + beside)
        found = [figure.add_subplot(top[0, place]) for place in range(1 + beside)]
        overlaid = bool(comparable.get("overlaid"))
        keys = draw_accuracies(inputs, found[0], found[1] if beside else None, settings.accuracy, overlaid, steps)
        keys += [reference_key()] if overlaid else []
    below = rows[-1].subgridspec(1, columns)
    places = [figure.add_subplot(below[0, place]) for place in range(columns)]
    kept = [stored.by_step[step] for step in steps]
    norm = panels.slope_norm(kept) if settings.fill == "slope" and kept else None
    if not steps:
        say_empty(places[0])
    for axes, step, one in zip(places, steps, kept, strict=False):
        panels.draw_regions(axes, one, norm=norm, inches=SIDE)
        panels.mark_points(axes, one)
        panels.say_regions(axes, one.regions)
        axes.set_title(step_name(step))
    _label(places, kept)
    if norm is not None:
        panels.slope_bar(figure, places, norm)
    return figure, [*keys, *_keys(kept)]


def _draw_layers(settings: Slices, kept: KeptSlice, step: int) -> tuple[Figure, list[Artist]]:
    layers = list(range(1, max(int(kept.edge_layers.max(initial=1)), 1) + 1))
    columns = -(-(len(layers) + 1) // 2)
    figure = new_figure(SIDE * columns + 0.3, 2 * SIDE + 1.2)
    places = figure.subplots(2, columns, squeeze=False, sharex=True, sharey=True)
    figure.get_layout_engine().set(h_pad=0.09)  # type: ignore[union-attr, call-arg]
    for axes, layer in zip(places.flat, [*layers, None], strict=False):
        panels.draw_regions(axes, kept, layer=layer, inches=SIDE)
        panels.mark_points(axes, kept)
        if layer is None:
            panels.say_regions(axes, kept.regions)
            axes.set_title(f"all layers, {step_name(step)}")
        else:
            panels.say_regions(axes, int((kept.edge_layers == layer).sum()), "edges")
            axes.set_title(f"layer {layer}")
    for axes in list(places.flat)[len(layers) + 1 :]:
        axes.set_visible(False)
    for axes in list(places.flat)[: len(layers) + 1]:
        last = axes in places[-1] or not places[1, list(places[0]).index(axes)].get_visible()
        axes.tick_params(labelbottom=last)
        axes.set_xlabel(_axis_name(kept, "first") if last else "")
    for axes in places[:, 0]:
        axes.set_ylabel(_axis_name(kept, "second"))
    return figure, _keys([kept])


def _draw_windows(settings: Slices, kept: KeptSlice, step: int) -> tuple[Figure, list[Artist]]:
    windows = find_windows(kept, settings.windows.of_each, settings.windows.width)
    of_each = settings.windows.of_each
    figure = new_figure(2.05 * SIDE + 0.85 * SIDE * of_each, 2 * 0.95 * SIDE + 1.2)
    grid = figure.add_gridspec(2, 2 + of_each)
    overview = figure.add_subplot(grid[:, :2])
    panels.draw_regions(overview, kept, inches=2 * SIDE)
    panels.mark_points(overview, kept)
    panels.say_regions(overview, kept.regions)
    overview.set_title(step_name(step))
    # the same lines in all parts, so that dark means dense; a region has two edges of its own on average
    width = panels.line_width(max((2 * window.regions for window in windows), default=1), 0.85 * SIDE)
    for row, near in enumerate((True, False)):
        chosen = [window for window in windows if window.near is near]
        for column in range(of_each):
            axes = figure.add_subplot(grid[row, 2 + column])
            if column < len(chosen):
                _draw_window(axes, overview, kept, chosen[column], column, width)
            else:
                say_empty(axes, "no room" if windows else "no boundary")
                axes.set_xticks([])
                axes.set_yticks([])
    _label([overview], [kept])
    return figure, _keys([kept])


def _draw_window(axes: Axes, overview: Axes, kept: KeptSlice, window: Window, place: int, width: float) -> None:
    label = f"{'near' if window.near else 'away'} {place + 1}"
    colour = NEAR_COLOUR if window.near else AWAY_COLOUR
    panels.draw_regions(axes, kept, box=window.box, width=width)
    panels.say_regions(axes, window.regions)
    axes.set_title(label, color=colour)
    panels.mark_box(overview, window.box, label, colour)


def _draw_graph(settings: Slices, kept: KeptSlice, step: int) -> tuple[Figure, list[Artist]]:
    figure = new_figure(2 * SIDE + 1.2, SIDE + 1.2)
    lines, heights = figure.subplots(1, 2)
    panels.draw_regions(lines, kept, inches=SIDE)
    panels.say_regions(lines, kept.regions)
    lines.set_title(f"linear regions, {step_name(step)}")
    if len(kept.heights):
        bar = figure.colorbar(panels.draw_heights(heights, kept), ax=heights, pad=0.02, aspect=24)
        bar.set_label("output")
        heights.set_title("output of the network")
    else:
        say_empty(heights)
    _label([lines, heights], [kept])
    return figure, []


def _label(places: list[Axes], kept: list[KeptSlice]) -> None:
    """What the axes are, of panels side by side."""
    if kept:
        for axes in places:
            axes.set_xlabel(_axis_name(kept[0], "first"))
        places[0].set_ylabel(_axis_name(kept[0], "second"))


def _axis_name(kept: KeptSlice, which: str) -> str:
    return f"{which} number" if kept.name == "input" else "in the plane (pixels)"


def _keys(kept: list[KeptSlice]) -> list[Artist]:
    keys: list[Artist] = []
    if any(len(one.boundary) for one in kept):
        keys.append(Line2D([], [], color=panels.BOUNDARY_COLOUR, linewidth=1.6, label="decision boundary"))
    if any(len(one.points) for one in kept):
        marker = {"marker": "o", "linestyle": "none", "markersize": 7, "markeredgecolor": "white"}
        keys.append(Line2D([], [], color=panels.POINT_COLOUR, label="training images in the plane", **marker))  # type: ignore[arg-type]
    return keys
