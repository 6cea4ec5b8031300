"""P2 Fig 4: what local complexity counts, on a network of two inputs whose linear regions are known exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from grokscope.analysis.comparison import compare
from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.always_grok.toy_network import ToyNetwork, toy_network
from grokscope.figures.kinds.slices.panels import draw_regions
from grokscope.figures.parts.legends import line_key, side_legend, title
from grokscope.figures.parts.panels import say_empty
from grokscope.figures.parts.style import Colour, new_figure, ordered_colours, styled
from grokscope.figures.parts.wording import number, seed_list, sentence
from grokscope.metrics.partition.kept import KeptSlice

Floats = npt.NDArray[np.float64]

SHOWN_RADII = 2
"""The neighbourhood is drawn for this many radii, the largest that are measured."""
MARGIN = 1.5
"""Half-width of a panel, in radii."""
PLACE = 0.9
"""The point is the one whose local complexity at the largest radius is this quantile of the whole grid."""


@dataclass(frozen=True)
class Neighbourhood:
    """The cross-polytope around a point: its radius, its vertices (2P, 2) in order around the point, and its count."""

    point: Floats
    radius: float
    vertices: Floats
    cut: float
    """Neurons that change sign between vertices: local complexity at the point."""

    regions: int
    """Exact linear regions that meet the cross-polytope."""


@styled
def draw(inputs: ItemInputs) -> Figure:
    """The whole input, then the neighbourhood of one point at each radius, its knots coloured by layer."""
    found = toy_network(inputs)
    around = neighbourhoods(found)
    figure = new_figure(12.0, 4.7)
    panels = list(figure.subplots(1, 1 + SHOWN_RADII))
    if found.regions is None or not around:
        for axes in panels:
            say_empty(axes)
    else:
        colours = ordered_colours(int(found.regions.edge_layers.max()), "plasma", 0.0, 0.85)
        draw_regions(panels[0], found.regions, inches=2.7)
        _draw_frame(panels[0], around[-1], 0.9)
        panels[0].set(title="all inputs: exact linear regions", xlabel="first input", ylabel="second input")
        for axes, one in zip(panels[1:], around, strict=False):
            _draw_neighbourhood(axes, found.regions, one, colours)
        layers: list[Any] = [line_key(f"layer {place}", colour) for place, colour in enumerate(colours, start=1)]
        side_legend(figure, [("knots of", layers)])
    title(
        figure, inputs.item["settings"]["title"], inputs.scale, min(1, len(seed_list(inputs))), inputs.item["variant"]
    )
    return figure


def describe(inputs: ItemInputs) -> str:
    """How many neurons are cut and how many regions there are, at each radius that is drawn."""
    around = neighbourhoods(toy_network(inputs))
    if not around:
        return "Regions and local complexity are not measured."
    return " ".join(
        sentence(
            f"{number(one.cut, 0)} neurons change sign between the vertices, and {one.regions} exact linear regions"
            " meet the neighbourhood",
            heading=f"radius {one.radius:g}",
        )
        for one in around
    )


def comparable(inputs: ItemInputs) -> dict[str, Any]:
    """The authors' figure is a diagram."""
    return compare(inputs).as_dict(overlaid=False, beside=False, reason="the authors' figure is a diagram")


def neighbourhoods(found: ToyNetwork) -> list[Neighbourhood]:
    """Those of one point of the grid at the largest radii, ascending; empty where nothing is known."""
    if found.regions is None or not found.regions.whole or not found.radii:
        return []
    half, grid = found.regions.half_width, found.maps.shape[1]
    line = np.linspace(-half, half, grid)
    largest = int(np.argmax(found.radii))
    inside = np.abs(line) <= half - MARGIN * found.radii[largest]
    counts = np.where(inside[:, None] & inside[None, :], found.maps[largest], np.nan)
    if np.isnan(counts).all():
        return []
    wanted = np.nanquantile(counts, PLACE, method="nearest")
    row, column = np.argwhere(counts == wanted)[0]
    point = np.array([line[column], line[row]])
    order = sorted(range(len(found.radii)), key=lambda place: found.radii[place])[-SHOWN_RADII:]
    around = []
    for place in order:
        radius = float(found.radii[place])
        vertices = point + radius * np.concatenate([found.frame, -found.frame])
        vertices = vertices[np.argsort(np.arctan2(*(vertices - point).T[::-1]))]
        meeting = sum(meet(polygon.astype(np.float64), vertices) for polygon in found.regions.polygons())
        around.append(Neighbourhood(point, radius, vertices, float(found.maps[place, row, column]), meeting))
    return around


def meet(one: Floats, other: Floats) -> bool:
    """Whether the insides of two convex polygons (K, 2) meet: no side of either separates them."""
    for polygon in (one, other):
        sides = np.roll(polygon, -1, axis=0) - polygon
        for normal in np.stack([sides[:, 1], -sides[:, 0]], axis=1):
            first, second = one @ normal, other @ normal
            if first.max() <= second.min() or second.max() <= first.min():
                return False
    return True


def _draw_neighbourhood(axes: Axes, regions: KeptSlice, one: Neighbourhood, colours: list[Colour]) -> None:
    low, high = one.point - MARGIN * one.radius, one.point + MARGIN * one.radius
    for layer, colour in enumerate(colours, start=1):
        lines = LineCollection(list(regions.segments[regions.edge_layers == layer]), colors=[colour], linewidths=1.1)
        axes.add_collection(lines)
    _draw_frame(axes, one, 1.6)
    for vertex in one.vertices:
        axes.plot(*np.stack([one.point, vertex]).T, color="0.35", linewidth=0.8, linestyle=(0, (2, 2)))
    axes.plot(*one.vertices.T, "o", color="black", markersize=4.5)
    axes.plot(*one.point[:, None], "o", markersize=7, markerfacecolor="white", markeredgecolor="black")
    axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal", xlabel="first input")
    axes.grid(False)
    axes.set_title(f"radius {one.radius:g}: {number(one.cut, 0)} neurons cut, {one.regions} regions")


def _draw_frame(axes: Axes, one: Neighbourhood, width: float) -> None:
    closed = np.concatenate([one.vertices, one.vertices[:1]])
    axes.plot(*closed.T, color="white", linewidth=width + 1.6)
    axes.plot(*closed.T, color="black", linewidth=width)
