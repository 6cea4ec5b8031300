"""One panel of a slice: its regions as lines or colours, its decision boundary, and training images in the plane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.colors
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.tri import Triangulation

from grokscope.figures.parts.panels import note
from grokscope.figures.parts.style import Colour
from grokscope.figures.parts.wording import number
from grokscope.metrics.partition.kept import KeptSlice

Floats = npt.NDArray[np.float64]
Box = tuple[float, float, float, float]
"""Left, right, bottom, top."""

BOUNDARY_COLOUR: Colour = (0.87, 0.16, 0.02)
"""A red that differs from black in brightness too, for those who cannot see it as red; a white rim keeps lines off."""

LINE_COLOUR: Colour = (0.05, 0.05, 0.05)
POINT_COLOUR: Colour = (0.0, 0.62, 0.95)
RASTER_DPI = 220
"""Many lines are drawn as a picture of this resolution within SVG and PDF, which would be far larger otherwise."""

FILL = "viridis"
COVERED_POINTS = 0.16
"""Lines of many regions are thin: this many points for one region per square point of the panel, at most THICKEST."""

THINNEST, THICKEST = 0.1, 0.55


def whole_box(kept: KeptSlice) -> Box:
    """The whole square."""
    return (-kept.half_width, kept.half_width, -kept.half_width, kept.half_width)


def slope_norm(slices: Sequence[KeptSlice]) -> matplotlib.colors.LogNorm:
    """One scale of colours for the slopes of several slices, without the few most extreme regions."""
    slopes = np.concatenate([one.slope_norms.astype(np.float64) for one in slices])
    slopes = slopes[np.isfinite(slopes) & (slopes > 0)]
    low, high = np.quantile(slopes, [0.005, 0.995]) if len(slopes) else (0.1, 1.0)
    return matplotlib.colors.LogNorm(low, max(high, low * 1.01))


def draw_regions(
    axes: Axes,
    kept: KeptSlice,
    box: Box | None = None,
    layer: int | None = None,
    norm: matplotlib.colors.LogNorm | None = None,
    inches: float = 3.3,
    width: float | None = None,
) -> None:
    """Regions inside `box`, by default the whole square: as black lines, only those of one `layer` where it is named,
    or coloured by slope where `norm` is given. `inches` is the width of the panel, and `width` that of
    its lines in points, by default as thin as their number demands.
    """
    left, right, bottom, top = box or whole_box(kept)
    if norm is not None:
        colours = matplotlib.colormaps[FILL](norm(np.clip(kept.slope_norms, norm.vmin, norm.vmax)))
        polygons = PolyCollection(kept.polygons(), facecolors=colours, edgecolors=colours, linewidths=0.1)
        polygons.set_rasterized(True)
        axes.add_collection(polygons)
    chosen = kept.edge_layers > 0 if layer is None else kept.edge_layers == layer
    segments = kept.segments[chosen]
    low, high = segments.min(axis=1), segments.max(axis=1)
    inside = (low[:, 0] <= right) & (high[:, 0] >= left) & (low[:, 1] <= top) & (high[:, 1] >= bottom)
    segments = segments[inside]
    if norm is None:
        points = line_width(len(segments), inches) if width is None else width
        lines = LineCollection(list(segments), colors=[LINE_COLOUR], linewidths=points, capstyle="butt")
        lines.set_rasterized(True)
        axes.add_collection(lines)
    for colour, points in (("white", 2.6 if norm is None else 1.9), (BOUNDARY_COLOUR, 1.2)):
        boundary = LineCollection(list(kept.boundary), colors=[colour], linewidths=points, capstyle="round")
        boundary.set_rasterized(True)
        axes.add_collection(boundary)
    _frame(axes, (left, right, bottom, top))


def line_width(edges: int, inches: float) -> float:
    """Width of lines, in points, so that many regions do not blacken the panel."""
    per_square_point = max(edges, 1) / (72 * inches) ** 2
    return float(np.clip(COVERED_POINTS / np.sqrt(per_square_point), THINNEST, THICKEST))


def draw_heights(axes: Axes, kept: KeptSlice) -> ScalarMappable:
    """The first output of the network over the slice, as colours."""
    sizes, corners = kept.region_sizes.astype(np.int64), kept.region_vertices.astype(np.int64)
    starts = sizes.cumsum() - sizes
    # every region is a fan of triangles from its first corner
    counts = np.maximum(sizes - 2, 0)
    first = np.repeat(starts, counts)
    place = np.arange(counts.sum()) - np.repeat(counts.cumsum() - counts, counts)
    triangles = np.stack([corners[first], corners[first + place + 1], corners[first + place + 2]], axis=1)
    x, y = kept.vertices.astype(np.float64).T
    found = axes.tripcolor(
        Triangulation(x, y, triangles), kept.heights, shading="gouraud", cmap="RdBu_r", rasterized=True
    )
    largest = float(np.abs(kept.heights).max(initial=1e-9))
    found.set_clim(-largest, largest)
    _frame(axes, whole_box(kept))
    return found


def mark_points(axes: Axes, kept: KeptSlice, numbers: Sequence[str] = ("1", "2", "3")) -> None:
    """The training images that lie in the plane, numbered."""
    for place, (x, y) in zip(numbers, kept.points.astype(np.float64), strict=False):
        axes.plot([x], [y], "o", markersize=9, markerfacecolor=POINT_COLOUR, markeredgecolor="white", zorder=5)
        axes.annotate(
            place, (x, y), ha="center", va="center_baseline", color="white", fontsize=7, fontweight="bold", zorder=6
        )


def mark_box(axes: Axes, box: Box, label: str, colour: Colour) -> None:
    """A part of the slice that another panel shows."""
    left, right, bottom, top = box
    axes.add_patch(
        Rectangle((left, bottom), right - left, top - bottom, fill=False, edgecolor="white", linewidth=3.2, zorder=4)
    )
    axes.add_patch(
        Rectangle((left, bottom), right - left, top - bottom, fill=False, edgecolor=colour, linewidth=1.8, zorder=4)
    )
    axes.annotate(
        label,
        (left, top),
        (3, -3),
        textcoords="offset points",
        ha="left",
        va="top",
        color=colour,
        fontweight="bold",
        zorder=5,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.2, "alpha": 0.9},
    )


def say_regions(axes: Axes, count: int, what: str = "regions") -> None:
    """How many regions the panel has, in its corner."""
    note(axes, f"{number(count, 0)} {what}", "lower right")


def slope_bar(figure: Figure, axes: Sequence[Axes], norm: matplotlib.colors.LogNorm) -> None:
    """The bar of colours of slopes."""
    bar = figure.colorbar(ScalarMappable(norm, matplotlib.colormaps[FILL]), ax=list(axes), pad=0.01, aspect=26)
    bar.set_label("slope of the outputs in the plane\n(Frobenius norm, per pixel)")


def _frame(axes: Axes, box: Box) -> None:
    axes.set_xlim(box[0], box[1])
    axes.set_ylim(box[2], box[3])
    axes.set_aspect("equal")
    axes.grid(False)
    keep: dict[str, Any] = {"top": True, "right": True, "left": True, "bottom": True}
    for side in keep:
        axes.spines[side].set_visible(True)
    axes.locator_params(nbins=5)
    axes.tick_params(labelsize=8)
