"""Open the pages of a folder in headless Chromium from file://, and say what they asked for and what went wrong."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-extensions",
]
WIDTHS = {"desktop": 1280, "phone": 390}  # pixels


@dataclass
class Visit:
    """One page at one width."""

    page: str
    width: str
    errors: list[str] = field(default_factory=list)  # console errors and warnings, exceptions, requests that failed
    requests: list[str] = field(default_factory=list)  # URLs, the page's own first
    overflow: int = 0  # pixels by which the body is wider than the window
    dead_links: list[str] = field(default_factory=list)  # links to files or places that are not there
    contents: dict[str, Any] = field(default_factory=dict)
    accessibility: list[str] = field(default_factory=list)  # serious and critical findings of axe-core


def require_chromium() -> None:
    """Skip the test where there is no Chromium, or fail it when CI is set."""
    if CHROMIUM is None:
        message = "Chromium is not installed"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)


@contextmanager
def browser() -> Iterator[Any]:
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    require_chromium()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield opened
        finally:
            opened.close()


@contextmanager
def one_page(opened: Any, path: Path, width: int = 1280, **options: Any) -> Iterator[tuple[Any, list[str]]]:
    """A page open at a width, and the list that its errors and requests to elsewhere go to; `options` are Playwright's
    of a context.
    """
    context = opened.new_context(viewport={"width": width, "height": 900}, **options)
    page = context.new_page()
    wrong = _listen(page)
    page.goto(path.resolve().as_uri())
    yield page, wrong
    context.close()


def _listen(page: Any) -> list[str]:
    """Everything that goes wrong on `page` from now on."""
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("requestfailed", lambda request: wrong.append(f"failed: {request.url}"))

    def refuse(dialog: Any) -> None:
        wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", refuse)
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith(("file:", "data:")) else wrong.append(f"asked for: {request.url}")
        ),
    )
    return wrong


def accessibility_findings(page: Any) -> list[str]:
    """Serious and critical findings of axe-core on an open page."""
    from axe_playwright_python.base import AXE_FILE_PATH

    page.evaluate(Path(AXE_FILE_PATH).read_text(encoding="utf-8"))
    # preloading would ask for style sheets again, which a page from disk may not
    found = page.evaluate("axe.run(document, {preload: false, resultTypes: ['violations']})")["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found if one["impact"] in ("serious", "critical")
    ]


def with_many_rows(page: Path, rows: int) -> Path:
    """A copy of a report's first page, beside it, whose table of verdicts is repeated until it has `rows` rows."""
    begin, body, end = re.split(
        r"(?s)(?<=<tbody role=.rowgroup.>)(.*?)(?=</tbody>)", page.read_text(encoding="utf-8"), maxsplit=1
    )
    copy = page.with_name("many.html")
    copy.write_text(begin + body * (rows // body.count("<tr")) + end, encoding="utf-8")
    return copy


def visit_all(
    folder: Path,
    screenshots: Path | None = None,
    widths: dict[str, int] | None = None,
    dark: bool = False,
    axe: bool = True,
) -> list[Visit]:
    """Open every HTML page below `folder` at every width, and with `axe` ask axe-core about it; screenshots of whole
    pages go to the folder `screenshots`.
    """
    visits = []
    with browser() as opened:
        for width, pixels in (widths or WIDTHS).items():
            context = opened.new_context(
                viewport={"width": pixels, "height": 900}, color_scheme="dark" if dark else "light"
            )
            # one page that goes from file to file: to make another for each takes longer than to open the file
            page = context.new_page()
            wrong, asked = _listen(page), []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            for path in sorted(folder.rglob("*.html")):
                visit = Visit(path.relative_to(folder).as_posix(), width)
                wrong.clear()
                asked.clear()
                _open(page, path, visit, screenshots, axe)
                visit.errors = [*wrong, *visit.errors]
                visit.requests = list(asked)
                visits.append(visit)
            context.close()
    return visits


CONTENTS = """() => ({
    text: document.body.innerText,
    headings: [...document.querySelectorAll('h1,h2,h3,h4')].map(one => Number(one.tagName[1])),
    unlabelled_images: [...document.images].filter(image => !image.hasAttribute('alt')).length,
    header_cells_without_scope: document.querySelectorAll('th:not([scope])').length,
    language: document.documentElement.lang,
    title: document.title,
})"""
# links inside drawings have an address that is an object
MEASURED = """() => ({
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    broken: [...document.images].filter(image => !image.naturalWidth).map(image => image.src),
    links: [...document.querySelectorAll('a[href]')]
        .map(one => new URL(one.getAttribute('href'), document.baseURI).href),
})"""


def _open(page: Any, path: Path, visit: Visit, screenshots: Path | None, axe: bool) -> None:
    page.goto(path.resolve().as_uri())
    # a script gives the film its first picture
    page.wait_for_function("[...document.images].every(image => image.getAttribute('src'))")
    page.evaluate("Promise.allSettled([...document.images].map(image => image.decode()))")
    measured, visit.contents = page.evaluate(MEASURED), page.evaluate(CONTENTS)
    visit.overflow = measured["overflow"]
    visit.errors = [f"broken image: {source[:200]}" for source in measured["broken"]]
    visit.dead_links = [link for link in measured["links"] if link.startswith("file:") and not _leads_somewhere(link)]
    if axe:
        visit.accessibility = accessibility_findings(page)
    if screenshots is not None:
        screenshots.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=screenshots / f"{visit.page.replace('/', '_')}.{visit.width}.png", full_page=True)


def _leads_somewhere(link: str) -> bool:
    """Whether the file of a file:// link exists and has the place that the link names."""
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(link)
    path, place = Path(unquote(parts.path)), unquote(parts.fragment)
    if not path.is_file():
        return False
    # what is chosen on the page has an equals sign
    return not place or "=" in place or place in _places(path, path.stat().st_mtime_ns)


@cache
def _places(path: Path, changed: int) -> frozenset[str]:
    """The names of all places in a file as it was when it was last changed."""
    return frozenset(unescape(name) for name in re.findall(r'\sid="([^"]*)"', path.read_text(encoding="utf-8")))
