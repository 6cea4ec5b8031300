"""Every line of a figure has enough contrast on white, and neighbours in order stay apart."""

import itertools
import math

import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb

from grokscope.figures.kinds.attacks.panels import LOOKS
from grokscope.figures.kinds.curve_grid.lines import PLAIN_COLOURS
from grokscope.figures.parts import events
from grokscope.figures.parts.contrast import LEAST, contrast_on_white, for_lines, lightness
from grokscope.figures.parts.style import COLOUR_BLIND_SAFE, SPLIT_COLOURS, ordered_colours
from grokscope.metrics.declared_curves import CurveOption
from grokscope.metrics.registry import CURVES
from grokscope.report.colours import hex_colours

OPTIONS = [option for curve in CURVES.values() for option in curve.options.values()]
PARTS = sorted({("viridis", 0.0, 0.88), ("plasma", 0.0, 0.88), *(option.colours for option in OPTIONS)})
"""The default, and every part of a map that a metric names."""
DEUTERANOPIA = np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]])
"""What people without cones for green see (Machado et al. 2009), of linear red, green and blue."""


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("count", range(1, 13))
def test_lines_have_enough_contrast(part: tuple[str, float, float], count: int) -> None:
    for colour in ordered_colours(count, *part):
        assert contrast_on_white(to_rgb(to_hex(colour))) >= LEAST


@pytest.mark.parametrize("count", range(2, 13))
def test_pages_have_the_same_colours(count: int) -> None:
    assert hex_colours(count) == [
        to_hex(colour) for colour in ordered_colours(count, *CurveOption("number", "", 0).colours)
    ]


@pytest.mark.parametrize("name", ["viridis", "plasma"])
def test_later_colours_are_lighter(name: str) -> None:
    found = [lightness(colour) for colour in ordered_colours(12, name)]
    assert all(second - first > 2 for first, second in itertools.pairwise(found))


@pytest.mark.parametrize("name", ["viridis", "plasma"])
@pytest.mark.parametrize("count", range(2, 9))
def test_neighbours_differ_for_the_colour_blind(name: str, count: int) -> None:
    linear = np.array(ordered_colours(count, name)) ** 2.2
    seen = np.clip(linear @ DEUTERANOPIA.T, 0, 1) ** (1 / 2.2)
    assert min(math.dist(first, second) for first, second in itertools.pairwise(seen)) > 0.06


def test_every_other_colour_of_lines_has_enough_contrast() -> None:
    fixed = [*SPLIT_COLOURS.values(), *COLOUR_BLIND_SAFE, *PLAIN_COLOURS, *(colour for _, colour, _ in LOOKS.values())]
    fixed += [colour for _, colour in events.NAMES.values()]
    assert min(map(contrast_on_white, fixed)) >= LEAST


def test_dark_colours_stay() -> None:
    assert for_lines((0.1, 0.2, 0.3)) == (0.1, 0.2, 0.3)
