"""P1 Fig 2: train and test accuracy by depth, for two training-set sizes. The published figure exists as a raster image only."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from grokscope.analysis.comparison import NO_VALUES, compare
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.published_settings import PUBLISHED_FIGURES
from grokscope.figures.accuracy_grid import describe_accuracy_grid, draw_accuracy_grid
from grokscope.figures.style import styled

PUBLISHED = PUBLISHED_FIGURES["deep_grokking_fig2"]


def comparable(inputs: ItemInputs) -> dict[str, Any]:
    """The authors gave no values to compare with; what differs in the settings is said all the same."""
    return compare(inputs, PUBLISHED).as_dict(overlaid=False, beside=False, reason=NO_VALUES)


@styled
def draw(inputs: ItemInputs) -> Figure:
    """One row a training-set size, one column a depth."""
    return draw_accuracy_grid(inputs, "train_size", "depth")


def describe(inputs: ItemInputs) -> str:
    """Final accuracies and the steps of fit and onset, for every training-set size and depth."""
    return describe_accuracy_grid(inputs, "train_size", "depth")
