"""Figures as the pages show them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from grokscope.files import read_json
from grokscope.report.unfinished import made_from
from grokscope.report.wording import file_name

_IN_THE_PAPER = re.compile(r"(Figs?|Tables?) \d")
_BETWEEN_SENTENCES = re.compile(r"(?<=\.) (?=[A-Z])")
LONGEST_ALT = 500
"""Letters of an alternative text before it is cut at the end of a sentence."""


@dataclass(frozen=True)
class Figure:
    """One figure of one variant: its files, and what its JSON file says."""

    name: str
    id: str
    paper: str
    variant: str
    settings: Mapping[str, Any]
    members: tuple[Mapping[str, Any], ...]  # run and its place on the sweep's axes
    command: str
    pdf_source: Path | None
    png_source: Path | None
    svg_source: Path | None
    json_source: Path | None
    alt: str
    measured: tuple[str, ...]
    compared: str  # whether the authors' values are drawn, and why not
    differences: tuple[str, ...]  # of the settings from the paper's
    size: tuple[int, int] | None
    found: Mapping[str, Any]  # the whole JSON file
    made_from: str = ""  # the seeds that there are, where these are fewer than were asked for

    @property
    def page(self) -> str:
        """Path of its page in the report."""
        return f"figures/{file_name(self.name)}.html"

    @property
    def of_the_paper(self) -> bool:
        """Whether the paper has this figure or table, so that it is no control or follow-up of ours."""
        return bool(_IN_THE_PAPER.match(str(self.settings["where"])))

    @property
    def runs(self) -> tuple[str, ...]:
        """Ids of its runs, each once."""
        return tuple(dict.fromkeys(member["run"] for member in self.members))

    @property
    def pdf(self) -> str | None:
        """Path of the PDF in the report."""
        return f"figures/{file_name(self.name)}.pdf" if self.pdf_source else None

    @property
    def png(self) -> str | None:
        """Path of the PNG in the report, the picture that pages show."""
        return f"figures/{file_name(self.name)}.png" if self.png_source else None

    @property
    def archive(self) -> str | None:
        """Path of the ZIP in the report with the drawing as SVG, and the curves as numbers."""
        return f"figures/{file_name(self.name)}.zip" if self.svg_source or self.found.get("curves") else None

    @property
    def film(self) -> Mapping[str, Any] | None:
        """The film that it has, as `grokscope.figures.kinds.slices.frames` made it."""
        found: Mapping[str, Any] | None = self.found.get("film")
        return found

    @property
    def data(self) -> str | None:
        """Path of the JSON in the report."""
        return f"figures/{file_name(self.name)}.json" if self.json_source else None


def read_figure(item: Mapping[str, Any]) -> Figure:
    """A figure from its plan, its pictures (`pdf`, `png`, `svg`) and its JSON file."""
    pdf, png, svg, facts = (Path(item[kind]) if item.get(kind) else None for kind in ("pdf", "png", "svg", "json"))
    found: dict[str, Any] = read_json(facts) if facts else {}
    comparable = found.get("comparable") or {}
    return Figure(
        name=item["name"],
        id=item["id"],
        paper=item["paper"],
        variant=item["variant"],
        settings=item["settings"],
        members=tuple(item["members"]),
        command=item.get("command") or "",
        pdf_source=pdf,
        png_source=png,
        svg_source=svg,
        json_source=facts,
        alt=_shortened(str(found.get("alt") or item["settings"]["title"])),
        measured=tuple(sentence for sentence in _BETWEEN_SENTENCES.split(str(found.get("measured") or "")) if sentence),
        compared=_compared(comparable),
        differences=(*(comparable.get("differences") or ()), *(comparable.get("remarks") or ())),
        size=_size(png),
        found=found,
        made_from=made_from(item),
    )


def _shortened(alt: str) -> str:
    """The first sentences of a long description; the page has the numbers in a table."""
    if len(alt) <= LONGEST_ALT:
        return alt
    kept = ""
    for sentence in _BETWEEN_SENTENCES.split(alt):
        if kept and len(kept) + len(sentence) > LONGEST_ALT:
            break
        kept = f"{kept} {sentence}".strip()
    return f"{kept} The text and tables beside it have the rest."


def _compared(comparable: Mapping[str, Any]) -> str:
    if comparable.get("overlaid"):
        return "The authors' values are drawn over ours; the settings agree."
    if comparable.get("beside"):
        why = "so that no curve hides another" if comparable.get("same_settings") else "because the settings differ"
        return f"The authors' values stand beside ours, {why}."
    reason = str(comparable.get("reason") or "")
    if not reason or reason == "; ".join(comparable.get("differences") or ()):
        return ""
    return f"The authors' values are not drawn: {reason.rstrip('.')}."


def _size(png: Path | None) -> tuple[int, int] | None:
    """Width and height in pixels, so that a page does not jump while it loads."""
    if png is None:
        return None
    with Image.open(png) as image:
        return image.size
