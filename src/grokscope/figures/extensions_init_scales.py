"""The size of the initialisation: accuracy and the rank of the second-last layer, one column a factor on the initial weights."""

from __future__ import annotations

from matplotlib.figure import Figure

from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.accuracy_and_rank import describe_columns, draw_columns
from grokscope.figures.own_experiment import comparable as comparable
from grokscope.figures.style import styled


@styled
def draw(inputs: ItemInputs) -> Figure:
    """Two rows, one column an init scale."""
    return draw_columns(inputs, "init_scale")


def describe(inputs: ItemInputs) -> str:
    """Accuracies, the steps of fit and onset, and the rank of the second-last layer, for every init scale."""
    return describe_columns(inputs, "init_scale")
