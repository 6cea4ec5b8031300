"""P2 Fig 5: eccentricity of the frame by layer in a CNN."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.always_grok.frames import comparable_frames, describe_frames, draw_frames
from grokscope.figures.parts.style import styled


@styled
def draw(inputs: ItemInputs) -> Figure:
    """By layer, and at the inputs by radius."""
    return draw_frames(inputs, ("eccentricity",))


def describe(inputs: ItemInputs) -> str:
    """How much of it is rounding, and how the frame changes with depth."""
    return describe_frames(inputs, "eccentricity")


def comparable(inputs: ItemInputs) -> dict[str, Any]:
    """At the inputs."""
    return comparable_frames(inputs)
