"""What tests of built reports share: reading the pages, and cards without a notebook."""

from __future__ import annotations

import base64
import gzip
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from markupsafe import escape

import report_made_up as made_up
from grokscope.report.card_execute import BEGIN, END
from grokscope.report.wording import file_name

RUNS = (made_up.EVIL_RUN, "mnist-mlp-d12-w400-n5000-init8-wd0.01")
LOADED = {
    "link": "href",
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "object": "data",
    "use": "href",
}


class Resources(HTMLParser):
    """Collects what a page loads, the scripts in it with their content, and its elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.elements: list[str] = []
        self.scripts: list[dict[str, str | None]] = []
        self.inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.inside = tag
        self.loaded += [value or "" for key, value in attributes if LOADED.get(tag) == key]
        if tag == "script":
            self.scripts.append({**dict(attributes), "content": ""})

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside == "script":
            self.scripts[-1]["content"] = (self.scripts[-1]["content"] or "") + data


def card(folder: Path, run: str, more: str = "") -> str:
    """A card's page without running a notebook."""
    path = folder / f"{file_name(run)}.html"
    path.write_text(f"<html>{BEGIN}<h1>{escape(run)}</h1>{more}{END}</html>", encoding="utf-8")
    return str(path)


def pages(folder: Path) -> dict[str, str]:
    """Every page below `folder`, by its path."""
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.html")}


def explored(page: Path) -> dict[str, Any]:
    """The numbers that the page of a run draws, from the script beside it."""
    packed = page.with_suffix(".js").read_text(encoding="utf-8").split('= "')[1].removesuffix('";\n')
    found: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(packed)))
    return found
