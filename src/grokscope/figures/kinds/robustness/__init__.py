"""Delayed robustness: accuracies, accuracy under attack, local complexity, controls (P2 Figs 1, 2 and 6)."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from grokscope.analysis.inputs import ItemInputs
from grokscope.config.drawing import Robustness
from grokscope.figures.kinds.robustness.panels import draw_robustness, robustness_comparison
from grokscope.figures.kinds.robustness.words import describe_robustness
from grokscope.figures.parts.style import styled


def comparable(inputs: ItemInputs) -> dict[str, Any]:
    """Where the authors' values stand, and why."""
    return robustness_comparison(inputs, _settings(inputs))


@styled
def draw(inputs: ItemInputs) -> Figure:
    """Accuracies, accuracy under attack, local complexity and the controls of the attack."""
    return draw_robustness(inputs, _settings(inputs))


def describe(inputs: ItemInputs) -> str:
    """What was measured, in numbers."""
    return describe_robustness(inputs)


def _settings(inputs: ItemInputs) -> Robustness:
    return Robustness.model_validate(inputs.item["settings"]["draw"]["robustness"])
