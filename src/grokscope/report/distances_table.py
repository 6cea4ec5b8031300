"""The table of distances in docs/distances.md, written from the figures in a folder of results and never by hand.

`python -m grokscope.report.distances_table results/paper` reads the figures of a finished run, saves how far the
authors' curves lie from ours as docs/results/distances_paper.json, and writes a table for every scale that is saved,
the papers' settings first, between two markers of docs/distances.md. Without a folder it writes from the saved numbers.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from grokscope.config.load import read_yaml
from grokscope.errors import UserError
from grokscope.files import read_json, write_json, write_text
from grokscope.report.command import exit_status
from grokscope.report.distance_rows import difference, differing_settings, distance_rows, share, what_to_see
from grokscope.report.marked_text import with_block
from grokscope.report.saved_numbers import one_scale, origin_of, saved_numbers
from grokscope.report.wording import commit, listing

BEGIN = "<!-- distances: written by grokscope.report.distances_table from docs/results/distances_*.json -->"
END = "<!-- end of distances -->"
NONE_YET = "No numbers are saved yet: no run of all figures has been made since this table was introduced."
COMMAND = "python -m grokscope.report.distances_table results/"
HEADINGS = {"paper": "At the papers' settings", "quick": "At quick scale"}


def distances_of(folder: Path, archives: Path | None = None) -> dict[str, Any]:
    """The rows of all figures in `folder` with their origin, as JSON values. Raises UserError where there are none."""
    figures = [read_json(path) for path in sorted((folder / "figures").glob("*.json"))]
    rows = distance_rows(figures)
    if not rows:
        raise UserError(f"{folder}: no figures/*.json compares with a published curve; make all figures first")
    scale = one_scale(folder, (figure.get("scale") for figure in figures))
    runs = {str(row["run"]) for row in rows}
    return {"scale": scale, **origin_of(folder, runs, archives / scale if archives else None), "rows": rows}


def block(saved: Sequence[Mapping[str, Any]], labels: Mapping[str, str]) -> str:
    """What stands between the markers, these included; `labels` are the papers' names by id."""
    parts = [_part(numbers, labels) for numbers in saved] or [NONE_YET]
    return "\n".join([BEGIN, "\n\n".join(parts), END])


def _part(numbers: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    rows = numbers["rows"]
    made = f"at commit {listing(map(commit, numbers['commits']))}" if numbers["commits"] else "at an unknown commit"
    on = listing(numbers["processors"]) or "a processor that was not recorded"
    lines = [
        f"## {HEADINGS[numbers['scale']]}",
        "",
        f"{what_to_see(rows)} Trained {made}, on {on}.",
        "",
        "| figure | curve | settings | median difference | inside our band | steps | seeds | our run |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        settings = "the same, as far as known" if row["comparable"] else "differ"
        cells = (_figure(row, labels), row["curve"], settings, difference(row), share(row), row["steps"], row["seeds"])
        lines.append(f"| {' | '.join(map(_cell, cells))} | `{row['run']}` |")
    names = {row["figure"]: _figure(row, labels) for row in rows}
    differing = differing_settings(rows)
    if differing:
        lines += ["", "Settings of our runs that are not the published ones:", ""]
        lines += [f"- {names[figure]}: {'; '.join(settings)}" for figure, settings in differing.items()]
    return "\n".join(lines)


def _figure(row: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    named = f"{labels.get(row['paper'], row['paper'])} {row['where']}"
    return f"{named} ({row['variant']})" if str(row["figure"]).endswith(f"-{row['variant']}") else named


def _cell(value: Any) -> str:
    return str(value).replace("|", "\\|")


def saved_block(repository: Path) -> str:
    """The block from the numbers that are saved in docs/results. Raises UserError where they are damaged."""
    folder = repository / "docs" / "results"
    wanted = read_yaml(folder / "table.yaml")
    found = [
        numbers
        for scale in HEADINGS
        if (numbers := saved_numbers(folder / f"distances_{scale}.json", f"{COMMAND}{scale}")) is not None
    ]
    return block(found, {**wanted["papers"], **wanted["own"]})


def main(arguments: Sequence[str], repository: Path = Path(__file__).parents[3]) -> int:
    """Write docs/results/distances_<scale>.json, where a folder of results is given, and docs/distances.md."""

    def write() -> None:
        if len(arguments) > 1:
            raise UserError("give one folder of results, such as results/paper, or none")
        if arguments:
            numbers = distances_of(Path(arguments[0]), repository / "published")
            write_json(repository / "docs" / "results" / f"distances_{numbers['scale']}.json", numbers)
        document = repository / "docs" / "distances.md"
        text = with_block(
            document.read_text(encoding="utf-8"), saved_block(repository), BEGIN, END, "docs/distances.md"
        )
        write_text(document, text)

    return exit_status(write)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
