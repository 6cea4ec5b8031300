"""Make the tables of docs/costs.md again, measured here: python -m grokscope.cost docs/costs.md [--cores 2]

Between the lines `<!-- cost scale=quick figures=headline -->` and `<!-- end of cost -->` of the file the table of that
choice is written, for config.yaml with these keys changed and as if nothing were there yet.
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
from pathlib import Path

from grokscope.config.load import read_yaml
from grokscope.cost.answer import costs, jobs_at_once
from grokscope.cost.table import as_markdown
from grokscope.cost.timings import Times
from grokscope.files import write_text
from grokscope.results.wanted import load_wanted

REPOSITORY = Path(__file__).resolve().parents[3]
PLACE = re.compile(r"(<!-- cost (?P<choice>[^>]*?) -->\n)(?:.*?)(<!-- end of cost -->)", re.DOTALL)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m grokscope.cost", description="write the tables of a document again"
    )
    parser.add_argument("document", type=Path)
    parser.add_argument("--cores", type=int, default=os.cpu_count())
    given = parser.parse_args()
    known = Times()
    text = PLACE.sub(
        lambda place: place[1] + _table(place["choice"], given.cores, known) + place[3],
        given.document.read_text(encoding="utf-8"),
    )
    write_text(given.document, text)


def _table(choice: str, cores: int, known: Times) -> str:
    """The Markdown table for a choice such as `scale=paper figures=all`; what is measured is kept in `known`."""
    raw = {**read_yaml(REPOSITORY / "config.yaml"), **dict(pair.split("=", 1) for pair in choice.split())}
    with tempfile.TemporaryDirectory() as empty:
        wanted = load_wanted({**raw, "results_folder": empty}, REPOSITORY)
        return as_markdown(costs(wanted, jobs_at_once(wanted.config, cores), known=known))


if __name__ == "__main__":
    main()
