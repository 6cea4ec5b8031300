"""How long the pages of a finished report take to open from disk in headless Chromium, at the width of a desktop.

    python benchmarks/report_pages.py [results/quick/report]

A page has opened when its load event has ended. Each is opened three times and its fastest counts, because the
processor may be busy at the others; an empty page is opened in the same run, so that the machine's own share is seen.
How long a table of 3000 verdicts takes to sort and to filter is told as a multiple of what the browser takes to lay it
out.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY / "tests")]

from browser import browser, with_many_rows  # noqa: E402
from rows import Row, make_row, print_rows  # noqa: E402

REPEATS = 3
MANY = 3000
LAID_OUT = "table.style.display = 'none'; document.body.offsetHeight; table.style.display = '';"
ACTIONS = {
    "sort": "table.querySelector('th button').click();",
    "filter": "choice.value = choice.value ? '' : 'supported';"
    " choice.dispatchEvent(new Event('change', {bubbles: true}));",
}
TIMED = """() => {
  const [table, choice] = ['verdict-table', 'filter-verdict'].map((id) => document.getElementById(id));
  const timed = () => {
    const start = performance.now();
    ACT
    document.body.offsetHeight;
    return performance.now() - start;
  };
  return Math.min(timed(), timed(), timed());
}"""
ENDED = "performance.getEntriesByType('navigation')[0].loadEventEnd"


def rows(folder: Path) -> list[Row]:
    """Milliseconds: an empty page, the median page and the slowest one."""
    pages = sorted(folder.rglob("*.html"))
    addresses = {path.relative_to(folder).as_posix(): path.resolve().as_uri() for path in pages}
    if not addresses:
        sys.exit(f"error: {folder} has no pages; make report writes them")
    fastest = dict.fromkeys(addresses, float("inf"))
    with browser() as opened:
        page = opened.new_page(viewport={"width": 1280, "height": 900})
        empty = float("inf")
        for _ in range(REPEATS):
            page.goto("data:text/html,<p>empty</p>")
            empty = min(empty, page.evaluate(ENDED))
            for name, address in addresses.items():
                page.goto(address)
                fastest[name] = min(fastest[name], page.evaluate(ENDED))
        found = _many(page, folder)
    slowest = max(fastest, key=fastest.__getitem__)
    return [
        make_row("an empty page opens", empty, "ms"),
        make_row(f"the median of {len(fastest)} pages opens", float(np.median(list(fastest.values()))), "ms"),
        make_row(f"the slowest page ({slowest}) opens", fastest[slowest], "ms", "<= 500"),
        *found,
    ]


def _many(page: Any, folder: Path) -> list[Row]:
    """The table of verdicts with so many rows, sorted and filtered."""
    path = with_many_rows(folder / "index.html", MANY)
    try:
        page.goto(path.resolve().as_uri())
        laid_out = page.evaluate(TIMED.replace("ACT", LAID_OUT))
        return [
            make_row(
                f"{MANY} verdicts: {name} / layout", page.evaluate(TIMED.replace("ACT", act)) / laid_out, "x", "<= 3"
            )
            for name, act in ACTIONS.items()
        ]
    finally:
        path.unlink()


if __name__ == "__main__":
    print_rows(rows(Path(sys.argv[1] if len(sys.argv) > 1 else "results/quick/report")))
