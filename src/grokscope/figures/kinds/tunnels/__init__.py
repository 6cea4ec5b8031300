"""Tunnels by depth: the layers with features of low rank (P1 Figs 3 and 4), beside the lengths in the text."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from grokscope.analysis.inputs import ItemInputs
from grokscope.config.drawing import Tunnels
from grokscope.figures.kinds.tunnels.panels import draw_tunnels, tunnel_comparison
from grokscope.figures.kinds.tunnels.words import describe_tunnels
from grokscope.figures.parts.style import styled


def comparable(inputs: ItemInputs) -> dict[str, Any]:
    """Where the authors' lengths stand, and why."""
    return tunnel_comparison(inputs, _settings(inputs))


@styled
def draw(inputs: ItemInputs) -> Figure:
    """Rank by layer, length of the tunnel by threshold and by step."""
    return draw_tunnels(inputs, _settings(inputs))


def describe(inputs: ItemInputs) -> str:
    """What was measured, in numbers."""
    return describe_tunnels(inputs, _settings(inputs))


def _settings(inputs: ItemInputs) -> Tunnels:
    return Tunnels.model_validate(inputs.item["settings"]["draw"]["tunnels"])
