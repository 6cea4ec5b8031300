"""Letters above panels, so that a text can point to one of them."""

from __future__ import annotations

import string

from matplotlib.axes import Axes
from matplotlib.figure import Figure


def letter_panels(figure: Figure) -> None:
    """Write a bold letter at the upper left corner of every panel, row by row, if there are several.

    Colour bars are no panels. The letter stands before a title, above the corner where there is none.
    """
    panels = [axes for axes in figure.axes if axes.get_label() != "<colorbar>" and axes.get_visible()]
    if not 1 < len(panels) <= len(string.ascii_lowercase):
        return
    for letter, axes in zip(string.ascii_lowercase, panels, strict=False):
        mark = rf"$\mathbf{{{letter}}}$"
        if axes.get_title():
            axes.title.set_text(f"{mark}  {axes.get_title()}")  # keeps size and distance, which set_title would not
        else:
            _above_corner(axes, mark)


def _above_corner(axes: Axes, mark: str) -> None:
    axes.annotate(
        mark,
        (0, 1),
        (0, 3),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="left",
        va="bottom",
        fontsize=10.5,
    )
