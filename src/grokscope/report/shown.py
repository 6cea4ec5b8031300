"""Pieces of HTML that a notebook shows and the report embeds: tables and pictures, every text escaped."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from matplotlib.figure import Figure

from grokscope.figures.parts.palette_png import write_palette_png

DPI = 130
COLOURS = 64
"""Size of the palette of a picture; plots need few colours, and the file is a third of a full-colour one."""


@dataclass(frozen=True)
class Shown:
    """HTML that Jupyter displays as it is."""

    html: str

    def _repr_html_(self) -> str:
        return self.html


def table(
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    caption: str = "",
    numeric: Iterable[int] = (),
    compact: bool = False,
) -> Shown:
    """A table whose first column heads its rows; the columns at the positions `numeric` are set to the right."""
    right = set(numeric)

    def cell(tag: str, position: int, value: Any, scope: str = "") -> str:
        kind = ' class="number"' if position in right else ""
        return f"<{tag}{kind}{scope}>{escape(str(value))}</{tag}>"

    head = "".join(cell("th", i, name, ' scope="col"') for i, name in enumerate(header))
    body = "".join(
        "<tr>"
        + cell("th", 0, row[0], ' scope="row"')
        + "".join(cell("td", i, value) for i, value in enumerate(row[1:], start=1))
        + "</tr>"
        for row in rows
    )
    kind = " compact" if compact else ""
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    label = escape(caption or header[0], quote=True)
    box = f'<div class="scroll{kind}" tabindex="0" role="group" aria-label="{label}">'
    return Shown(f"{box}<table>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>")


def picture(figure: Figure, alt: str, caption: str) -> str:
    """HTML of a figure as an embedded PNG; the same figure gives the same bytes."""
    raw = io.BytesIO()
    figure.savefig(raw, format="png", dpi=DPI, metadata={"Software": None})
    packed = io.BytesIO()
    write_palette_png(raw.getvalue(), packed, COLOURS)
    width, height = (round(size * 100) for size in figure.get_size_inches())
    return (
        f'<figure class="plot"><img alt="{escape(alt, quote=True)}" width="{width}" height="{height}"'
        f' src="{data_uri(packed.getvalue())}"><figcaption>{escape(caption)}</figcaption></figure>'
    )


def data_uri(png: bytes) -> str:
    """PNG bytes as a data URI."""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")
