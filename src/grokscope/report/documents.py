"""Sections of the project's own documents (`docs/*.md`) as HTML for the pages."""

from __future__ import annotations

from html import escape
from typing import Any

import mistune
from markupsafe import Markup
from mistune.plugins.table import table as table_plugin


class _Renderer(mistune.HTMLRenderer):
    """HTML with headings below the page's own, tables that scroll, and no links to other documents."""

    def __init__(self, heading: int) -> None:
        super().__init__(escape=True)
        self._heading = heading
        self.columns: list[str] = []
        """Headings of the table that is being rendered, which label its cells where rows become cards."""
        self.place = 0
        """The column of its next cell."""

    def heading(self, text: str, level: int, **_: Any) -> str:
        """A heading; the document's second level becomes the level that was asked for."""
        tag = f"h{min(max(level - 2 + self._heading, 1), 6)}"
        return f"<{tag}>{text}</{tag}>\n"

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """A link that leads out of the project, or the text alone."""
        if not url.startswith("https://"):
            return text
        return f'<a href="{escape(url, quote=True)}" rel="external">{text}</a>'

    def block_html(self, html: str) -> str:
        """HTML as text, but for comments, such as the markers around what a command writes."""
        return "" if html.strip().startswith("<!--") else super().block_html(html)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """The text alone: pictures of documents are not part of the report."""
        return text


def _table(renderer: _Renderer, text: str) -> str:
    renderer.columns = []
    table = f'<table class="stacked" role="table">{text}</table>'
    return f'<div class="scroll" tabindex="0" role="group" aria-label="Table">{table}</div>\n'


def _head(renderer: _Renderer, text: str) -> str:
    return f'<thead role="rowgroup"><tr role="row">{text}</tr></thead>\n'


def _body(renderer: _Renderer, text: str) -> str:
    return f'<tbody role="rowgroup">\n{text}</tbody>\n'


def _row(renderer: _Renderer, text: str) -> str:
    renderer.place = 0
    return f'<tr role="row">{text}</tr>\n'


def _cell(renderer: _Renderer, text: str, align: str | None = None, head: bool = False) -> str:
    if head:
        renderer.columns.append(Markup(text).striptags())
        return f'<th scope="col" role="columnheader">{text or "&nbsp;"}</th>'
    label = renderer.columns[renderer.place]
    renderer.place += 1
    if renderer.place == 1:
        return f'<th scope="row" role="rowheader">{text}</th>'
    empty = "" if text else ' class="empty"'
    return f'<td role="cell" data-label="{escape(label, quote=True)}"{empty}>{text}</td>'


def sections(document: str) -> dict[str, str]:
    """The text below each second-level heading of `document`, by heading."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in document.splitlines():
        if line.startswith("## "):
            name = line[3:].strip()
        elif name:
            found.setdefault(name, []).append(line)
    return {name: "\n".join(lines).strip() for name, lines in found.items()}


def to_html(text: str, heading: int = 3) -> Markup:
    """Markdown as HTML; raw HTML in it shows as text, comments not at all."""
    renderer = _Renderer(heading)
    convert = mistune.create_markdown(renderer=renderer, plugins=[table_plugin])
    renderer.register("table", _table)
    renderer.register("table_head", _head)
    renderer.register("table_body", _body)
    renderer.register("table_row", _row)
    renderer.register("table_cell", _cell)
    return Markup(str(convert(text)))
