"""How light a colour is, and colours dark enough for lines on white: at least LEAST to one by the measure of WCAG."""

from __future__ import annotations

from collections.abc import Sequence

Colour = tuple[float, float, float]

LEAST = 3.0
"""What WCAG 2 asks of lines and marks (success criterion 1.4.11)."""
MARGIN = 0.1
"""So much more, since a hexadecimal colour is rounded."""
SHARES = (0.2126, 0.7152, 0.0722)
"""Of red, green and blue in the luminance."""


def luminance(colour: Sequence[float]) -> float:
    """Relative luminance of an sRGB colour, 0 black to 1 white."""
    return sum(share * part for share, part in zip(SHARES, map(_linear, colour), strict=False))


def contrast_on_white(colour: Sequence[float]) -> float:
    """Contrast of a colour on white, from 1 (white) to 21 (black)."""
    return 1.05 / (luminance(colour) + 0.05)


def lightness(colour: Sequence[float]) -> float:
    """How light a colour looks (CIE L*), from 0 to 100: steps of equal size look equal."""
    return _lightness_of(luminance(colour))


def with_lightness(colour: Sequence[float], wanted: float) -> Colour:
    """The colour made darker in linear light, which keeps its hue and its place on the axes of the colour-blind."""
    light = luminance(colour)
    factor = min(_luminance_of(wanted) / light, 1.0) if light else 1.0
    red, green, blue = (_encoded(_linear(part) * factor) for part in list(colour)[:3])
    return (red, green, blue)


def for_lines(colour: Sequence[float]) -> Colour:
    """The colour itself where it is dark enough for lines on white, else the same hue made darker."""
    red, green, blue = list(colour)[:3]
    return (red, green, blue) if lightness(colour) <= LIGHTEST else with_lightness(colour, LIGHTEST)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _encoded(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def _lightness_of(light: float) -> float:
    return float(116 * light ** (1 / 3) - 16) if light > 216 / 24389 else light * 24389 / 27


def _luminance_of(wanted: float) -> float:
    return float(((wanted + 16) / 116) ** 3) if wanted > 8 else wanted * 27 / 24389


LIGHTEST = _lightness_of(1.05 / (LEAST + MARGIN) - 0.05)
"""The lightest that a line may be."""
