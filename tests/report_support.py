"""What tests of built reports share: reading the pages, and cards without a notebook."""

from __future__ import annotations

import base64
import gzip
import json
import posixpath
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

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


class Places(HTMLParser):
    """Collects the addresses of a page's links and the ids that links may lead to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        known = dict(attributes)
        self.ids.add(known.get("id") or "")
        if tag == "a" and known.get("href"):
            self.links.append(str(known["href"]))


def links_to_nowhere(folder: Path) -> list[tuple[str, str]]:
    """Page and address of every link in a report that leads to no file, or to no place in its file. What scripts choose
    by an address (`#run=...`) is no place.
    """
    places = {path: Places(text) for path, text in pages(folder).items()}

    def leads_somewhere(page: str, link: str) -> bool:
        parts = urlsplit(link)
        if parts.scheme:
            return True
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path) or Path(page).name))
        if not (folder / target).is_file():
            return False
        place = unquote(parts.fragment)
        return not place or "=" in place or target not in places or place in places[target].ids

    return [(page, link) for page, found in places.items() for link in found.links if not leads_somewhere(page, link)]


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
