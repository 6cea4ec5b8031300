"""P2 Fig 2, left: delayed robustness of an MLP on MNIST."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.published_settings import PUBLISHED_FIGURES
from grokscope.figures.robustness_panels import RobustnessFigure, draw_robustness, robustness_comparison
from grokscope.figures.robustness_words import describe_robustness
from grokscope.figures.style import styled

FIGURE = RobustnessFigure(
    PUBLISHED_FIGURES["always_grok_fig2"],
    accuracy_file="always_grok_fig02_accuracy.csv",
    complexity_file="always_grok_fig02_local_complexity.csv",
)


def comparable(inputs: ItemInputs) -> dict[str, Any]:
    """Where the authors' values stand, and why."""
    return robustness_comparison(inputs, FIGURE)


@styled
def draw(inputs: ItemInputs) -> Figure:
    """Accuracies, accuracy under attack, local complexity and the controls of the attack."""
    return draw_robustness(inputs, FIGURE)


def describe(inputs: ItemInputs) -> str:
    """What was measured, in numbers."""
    return describe_robustness(inputs, FIGURE)
