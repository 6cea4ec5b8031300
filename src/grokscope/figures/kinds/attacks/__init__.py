"""Accuracy under several attacks and under the worst of them for each image."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from grokscope.analysis.comparison import NO_VALUES, compare
from grokscope.analysis.inputs import ItemInputs
from grokscope.config.drawing import Attacks
from grokscope.figures.kinds.attacks.panels import draw_attacks
from grokscope.figures.kinds.attacks.words import describe_attacks
from grokscope.figures.parts.style import styled


def comparable(inputs: ItemInputs) -> dict[str, Any]:
    """The authors gave no such values."""
    return compare(inputs).as_dict(overlaid=False, beside=False, reason=NO_VALUES)


@styled
def draw(inputs: ItemInputs) -> Figure:
    """A row of panels for each network, a column for each size of the attack."""
    return draw_attacks(inputs, _settings(inputs))


def describe(inputs: ItemInputs) -> str:
    """What was measured, in numbers."""
    return describe_attacks(inputs, _settings(inputs))


def _settings(inputs: ItemInputs) -> Attacks:
    return Attacks.model_validate(inputs.item["settings"]["draw"]["attacks"])
