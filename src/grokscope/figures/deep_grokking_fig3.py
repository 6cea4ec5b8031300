"""P1 Fig 3: tunnels of MLPs by depth, smaller training set. The published figure exists as a raster image only; its text gives the lengths."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.published_settings import PUBLISHED_FIGURES
from grokscope.figures.style import styled
from grokscope.figures.tunnel_panels import TunnelFigure, draw_tunnels, tunnel_comparison
from grokscope.figures.tunnel_words import describe_tunnels

FIGURE = TunnelFigure(PUBLISHED_FIGURES["deep_grokking_fig3"], lengths={4: 1, 8: 3, 12: 6})


def comparable(inputs: ItemInputs) -> dict[str, Any]:
    """Where the authors' lengths stand, and why."""
    return tunnel_comparison(inputs, FIGURE)


@styled
def draw(inputs: ItemInputs) -> Figure:
    """Rank by layer, length of the tunnel by threshold and by step."""
    return draw_tunnels(inputs, FIGURE)


def describe(inputs: ItemInputs) -> str:
    """What was measured, in numbers."""
    return describe_tunnels(inputs, FIGURE)
