"""Linear regions on a slice, as described by `draw: {slices: ...}` (`grokscope.config.slice_drawing.Slices`)."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from grokscope.analysis.comparison import NO_VALUES, compare
from grokscope.analysis.inputs import ItemInputs
from grokscope.config.slice_drawing import Slices
from grokscope.figures.kinds.slices.figure import draw_slices
from grokscope.figures.kinds.slices.frames import film_of
from grokscope.figures.kinds.slices.words import describe_slices
from grokscope.figures.parts.style import styled

PICTURES = "the authors' slices are pictures, which cannot be laid over ours"


def comparable(inputs: ItemInputs) -> dict[str, Any]:
    """Where the authors' values stand, and why."""
    settings, comparison = _settings(inputs), compare(inputs)
    there = settings.accuracy in inputs.reference
    overlaid = there and comparison.same_settings
    reason = "" if there else PICTURES if settings.slice == "through" else NO_VALUES
    return comparison.as_dict(overlaid=overlaid, beside=there and not overlaid, reason=reason)


@styled
def draw(inputs: ItemInputs) -> Figure:
    """The slices, and accuracies where the settings ask for them."""
    return draw_slices(inputs, _settings(inputs), comparable(inputs))


def describe(inputs: ItemInputs) -> str:
    """What was measured, in numbers."""
    return describe_slices(inputs, _settings(inputs))


def film(inputs: ItemInputs) -> dict[str, Any] | None:
    """The slice at every stored checkpoint, for the report; None where the settings ask for none."""
    settings = _settings(inputs)
    return film_of(inputs, settings) if settings.film else None


def _settings(inputs: ItemInputs) -> Slices:
    return Slices.model_validate(inputs.item["settings"]["draw"]["slices"])
