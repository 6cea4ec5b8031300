"""P1 Fig 6: accuracy and feature rank of a deep MLP by weight decay, smaller training set. The published figure exists as a raster image only."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from grokscope.analysis.comparison import NO_VALUES, compare
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.published_settings import PUBLISHED_FIGURES
from grokscope.figures.style import styled
from grokscope.figures.weight_decay_panels import describe_decays, draw_decays

PUBLISHED = PUBLISHED_FIGURES["deep_grokking_fig6"]


def comparable(inputs: ItemInputs) -> dict[str, Any]:
    """The authors gave no values to compare with; what differs in the settings is said all the same."""
    return compare(inputs, PUBLISHED).as_dict(overlaid=False, beside=False, reason=NO_VALUES)


@styled
def draw(inputs: ItemInputs) -> Figure:
    """Accuracy and rank of every layer, one column a weight decay."""
    return draw_decays(inputs)


def describe(inputs: ItemInputs) -> str:
    """What was measured, in numbers."""
    return describe_decays(inputs)
