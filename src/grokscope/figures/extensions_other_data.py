"""The recipe of P1 Fig 2 on other data sets: train and test accuracy, one row a data set, one column a depth."""

from __future__ import annotations

from matplotlib.figure import Figure

from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.accuracy_grid import describe_accuracy_grid, draw_accuracy_grid
from grokscope.figures.own_experiment import comparable as comparable
from grokscope.figures.style import styled


@styled
def draw(inputs: ItemInputs) -> Figure:
    """One row a data set, one column a depth."""
    return draw_accuracy_grid(inputs, "data_set", "depth")


def describe(inputs: ItemInputs) -> str:
    """Final accuracies and the steps of fit and onset, for every data set and depth."""
    return describe_accuracy_grid(inputs, "data_set", "depth")
