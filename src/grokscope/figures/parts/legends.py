"""Legends beside the panels: what the colours mean and what thin, bold, shaded and dashed mean."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from grokscope.config.scales import VARIANT_WORDS
from grokscope.figures.parts.style import (
    EVENT_LINE,
    INTERVAL_OPACITY,
    MEAN_LINE,
    REFERENCE_COLOUR,
    REFERENCE_LINE,
    SEED_LINE,
    Colour,
)

Group = tuple[str, Sequence[Artist]]
AUTHORS = "authors' values"
USUAL_ROWS = 2
"""Rows of a legend below the panels for which figures leave room."""
ROW_HEIGHT, LETTER_WIDTH = 0.19, 0.105
"""Of a legend's row and of a letter of the title, in inches; the widest titles leave some room."""


def line_key(label: str, colour: Colour, linestyle: Any = "-") -> Line2D:
    """A legend entry for a mean curve."""
    return Line2D([], [], color=colour, linestyle=linestyle, label=label, **MEAN_LINE)


def reference_key() -> Line2D:
    """A legend entry for the authors' values."""
    return Line2D([], [], color=REFERENCE_COLOUR, label=AUTHORS, **REFERENCE_LINE)


def event_key(label: str, colour: Colour, **line: Any) -> Line2D:
    """A legend entry for the upright lines of an event."""
    return Line2D([], [], color=colour, label=label, **(EVENT_LINE | line))


def kinds_of_line(seeds: int, *, logarithmic: bool = False) -> list[Artist]:
    """Entries that say what thin, bold and shaded mean; with one seed there is but one kind of line. The title says how
    many there are, since panels may differ in it. `logarithmic`: whether an axis of values is, on which the mean is the
    geometric one.
    """
    grey = (0.3, 0.3, 0.3)
    if seeds < 2:
        return [line_key("one seed", grey)]
    return [
        Line2D([], [], color=grey, label="each seed", **SEED_LINE),
        line_key("\n".join(["mean over seeds", *["(geometric on logarithmic axes)"] * logarithmic]), grey),
        Patch(facecolor=grey, alpha=INTERVAL_OPACITY, label="95 % interval of the mean"),
    ]


def side_legend(figure: Figure, groups: Sequence[Group]) -> None:
    """One legend right of all panels; each group of entries has a heading."""
    handles: list[Artist] = []
    headings: list[int] = []
    for heading, entries in groups:
        if not entries:
            continue
        if heading:
            headings.append(len(handles))
            handles.append(Line2D([], [], linestyle="none", label=heading))
        handles.extend(entries)
    legend = figure.legend(
        handles=handles, loc="outside right upper", handlelength=2.0, labelspacing=0.45, borderaxespad=0.6
    )
    for index in headings:
        legend.get_texts()[index].set_fontweight("bold")


def below_legend(figure: Figure, entries: Sequence[Artist]) -> None:
    """One legend below all panels, in as few rows as the figure's width allows; the figure grows by all but two."""
    columns = _columns([str(entry.get_label()) for entry in entries], 0.95 * figure.get_figwidth())
    more_rows = max(0, -(-len(entries) // columns) - USUAL_ROWS)
    figure.set_figheight(figure.get_figheight() + ROW_HEIGHT * more_rows)
    figure.legend(handles=list(entries), loc="outside lower center", ncols=columns, handlelength=2.0, columnspacing=1.6)


def _columns(labels: Sequence[str], width: float) -> int:
    """As many columns as make the fewest rows within `width` inches; a legend fills one column after another."""
    widths = [0.55 + 0.066 * len(label) for label in labels]
    counts = (-(-len(labels) // rows) for rows in range(1, len(labels) + 1))
    return next((count for count in counts if sum(part.max() for part in np.array_split(widths, count)) <= width), 1)


def title(figure: Figure, heading: str, scale: str, seeds: int, variant: str) -> None:
    """The figure's title, with scale, variant and number of seeds in a second line, and a warning at smoke scale."""
    meaning = "smoke scale: no scientific meaning" if scale == "smoke" else f"{scale} scale"
    count = "1 seed" if seeds == 1 else f"{seeds} seeds"
    _rewrap(figure, [heading, f"{meaning}, {VARIANT_WORDS[variant]}, {count}"])


def add_to_title(figure: Figure, line: str) -> None:
    """One more line below the figure's title."""
    _rewrap(figure, [*figure.get_suptitle().split("\n"), line])


def _rewrap(figure: Figure, lines: Sequence[str]) -> None:
    """The figure's title from these lines, none of them wider than the figure."""
    most = int(figure.get_figwidth() / LETTER_WIDTH)
    figure.suptitle("\n".join(part for line in lines for part in _balanced(line, most)), linespacing=1.5)


def _balanced(line: str, most: int) -> list[str]:
    """A line in as few parts of at most `most` letters as there can be, about equally long: no word stands alone."""
    parts = len(textwrap.wrap(line, most))
    widths = range(max(1, len(line) // max(parts, 1)), most + 1)
    return next((found for width in widths if len(found := textwrap.wrap(line, width)) <= parts), [line])
