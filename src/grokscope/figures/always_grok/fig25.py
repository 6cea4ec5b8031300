"""P2 Fig 25: exact linear regions of a network of two inputs, and its local complexity at every point of a grid."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import spearmanr

from grokscope.analysis.comparison import compare
from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.always_grok.toy_network import toy_network
from grokscope.figures.kinds.slices.panels import draw_regions, say_regions
from grokscope.figures.parts.legends import title
from grokscope.figures.parts.panels import say_empty
from grokscope.figures.parts.style import new_figure, styled
from grokscope.figures.parts.wording import number, seed_list, sentence
from grokscope.metrics.partition.kept import KeptSlice

CELLS = 10
"""Regions and local complexity are compared in this many cells along each side of the box."""


@styled
def draw(inputs: ItemInputs) -> Figure:
    """The exact regions, then a map for each radius."""
    shown = toy_network(inputs)
    figure = new_figure(3.1 * (1 + max(1, len(shown.radii))) + 0.4, 3.7)
    panels = list(figure.subplots(1, 1 + max(1, len(shown.radii))))
    panels[0].set_title("exact linear regions")
    _label(panels[0])
    if shown.regions is None or not shown.regions.whole:
        say_empty(panels[0])
    else:
        draw_regions(panels[0], shown.regions, inches=2.7)
        say_regions(panels[0], shown.regions.regions)
    for axes, radius, values in zip(panels[1:], shown.radii, shown.maps, strict=False):
        half = shown.regions.half_width if shown.regions is not None else 1.0
        image = axes.imshow(
            values, origin="lower", extent=(-half, half, -half, half), cmap="viridis", interpolation="nearest", vmin=0
        )
        axes.grid(False)
        axes.set_title(f"local complexity, radius {radius:g}")
        axes.set_xlabel("first input")
        axes.set_yticks(panels[0].get_yticks())
        axes.set_ylim(-half, half)
        figure.colorbar(image, ax=axes, shrink=0.75, pad=0.02, aspect=18)
    if not shown.radii:
        say_empty(panels[1])
    title(
        figure, inputs.item["settings"]["title"], inputs.scale, min(1, len(seed_list(inputs))), inputs.item["variant"]
    )
    return figure


def describe(inputs: ItemInputs) -> str:
    """Regions, the range of every map, and how far maps and regions agree from cell to cell."""
    shown = toy_network(inputs)
    if shown.regions is None or not shown.radii:
        return "Regions and maps are not measured."
    sentences = [sentence(f"{number(shown.regions.regions, 0)} linear regions in the first seed at the end")]
    for radius, values in zip(shown.radii, shown.maps, strict=True):
        if np.isnan(values).all():
            sentences.append(sentence("no finite value", heading=f"radius {radius:g}"))
            continue
        told = [f"{np.nanmean(values):.1f} neurons cut on average, {np.nanmax(values):.0f} at most"]
        agreement = _agreement(shown.regions, values)
        if np.isfinite(agreement):
            told.append(f"rank correlation with the number of regions over {CELLS} by {CELLS} cells {agreement:.2f}")
        sentences.append(sentence(*told, heading=f"radius {radius:g}"))
    return " ".join(sentences)


def comparable(inputs: ItemInputs) -> dict[str, Any]:
    """The authors' picture has no numbers."""
    return compare(inputs).as_dict(overlaid=False, beside=False, reason="the authors' figure is a picture")


def _agreement(regions: KeptSlice, values: np.ndarray) -> float:
    """Spearman's correlation over cells of the number of regions, by their centres, and mean local complexity."""
    half = regions.half_width
    edges = np.linspace(-half, half, CELLS + 1)
    x, y = regions.centres().T
    counts = np.histogram2d(y, x, bins=(edges, edges))[0]
    rows = np.minimum(np.arange(len(values)) * CELLS // len(values), CELLS - 1)
    means = np.array([[np.nanmean(values[rows == i][:, rows == j]) for j in range(CELLS)] for i in range(CELLS)])
    if np.ptp(counts) == 0 or not np.ptp(means) > 0:
        return float("nan")
    return float(spearmanr(counts.ravel(), means.ravel()).statistic)


def _label(axes: Axes) -> None:
    axes.set_xlabel("first input")
    axes.set_ylabel("second input")
    axes.set_aspect("equal")
