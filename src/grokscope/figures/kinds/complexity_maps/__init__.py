"""Maps of local complexity, as described by `draw: {complexity_maps: ...}`
(`grokscope.config.map_drawing.ComplexityMaps`).
"""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from grokscope.analysis.comparison import compare
from grokscope.analysis.inputs import ItemInputs
from grokscope.config.map_drawing import ComplexityMaps
from grokscope.figures.kinds.complexity_maps.figure import draw_maps
from grokscope.figures.kinds.complexity_maps.words import describe_maps
from grokscope.figures.parts.style import styled

PICTURES = "the authors' maps are pictures, which cannot be laid over ours"


def comparable(inputs: ItemInputs) -> dict[str, Any]:
    """The authors' maps have no numbers; what differs in the settings is said all the same."""
    return compare(inputs).as_dict(overlaid=False, beside=False, reason=PICTURES)


@styled
def draw(inputs: ItemInputs) -> Figure:
    """The maps as published, and each in relation to its own mean."""
    return draw_maps(inputs, _settings(inputs))


def describe(inputs: ItemInputs) -> str:
    """What the maps show, in numbers."""
    return describe_maps(inputs, _settings(inputs))


def _settings(inputs: ItemInputs) -> ComplexityMaps:
    return ComplexityMaps.model_validate(inputs.item["settings"]["draw"]["complexity_maps"])
