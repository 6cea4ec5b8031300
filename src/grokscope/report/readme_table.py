"""The README's table of verdicts, written from the verdicts in a folder of results and never by hand.

`python -m grokscope.report.readme_table results/quick` reads the verdicts of a finished run of all figures, saves their
numbers as docs/results/quick.json, where those of claims that it has no verdict on stay as long as these ask the same,
and writes the table between two markers of README.md. `results/paper` does the same
for the papers' settings, whose verdicts get a column of their own as soon as they are saved; there a claim may be
missing. Without a folder the table is written from the saved numbers. docs/results/table.yaml says which claims it
shows and in which words.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from grokscope.config.load import read_yaml
from grokscope.errors import UserError
from grokscope.files import write_json, write_text
from grokscope.report.command import exit_status
from grokscope.report.compare_verdicts import read_verdicts
from grokscope.report.marked_text import with_block
from grokscope.report.questions import questions_at
from grokscope.report.readme_example import with_example
from grokscope.report.saved_numbers import VERDICTS, numbers_of, one_scale, saved_numbers
from grokscope.report.shares import BOUNDS, unit_of, zero_of
from grokscope.report.wording import listing

WRITTEN = "<!-- verdicts: written by grokscope.report.readme_table from "
BEGIN = WRITTEN + "{files} -->"
END = "<!-- end of verdicts -->"
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
NEAR = "near a line"
COMMAND = "python -m grokscope.report.readme_table results/"
PAPER = "paper"
SORTS = {
    "papers": ("claim of the papers", "claims of the papers"),  # where checks are not counted apart
    "stated": ("result or mechanism of the papers", "results and mechanisms of the papers"),
    "checks": ("check of them", "checks of them"),
    "own": ("claim of our own", "claims of our own"),
}
"""What claims are counted by: one of them in words, and several."""


def table(numbers: Mapping[str, Any], wanted: Mapping[str, Any], paper: Mapping[str, Any] | None = None) -> str:
    """The block between the markers, these included; `paper` are the numbers at the papers' settings, if saved."""
    labels = {**wanted["papers"], **wanted["own"]}
    scale = numbers["scale"]
    if paper is None:
        lines = [f"| claim | verdict at {scale} scale | effect |", "|---|---|---|"]
    else:
        lines = [
            f"| claim | at the papers' settings | verdict at {scale} scale | effect at {scale} scale |",
            "|---|---|---|---|",
        ]
    for named in wanted["rows"]:
        row = numbers["claims"].get(named["claim"])
        if row is None:
            raise UserError(f"docs/results/{scale}.json: holds no verdict on {named['claim']}, which the table shows")
        label = named.get("label") or next(label for known, label in labels.items() if named["claim"].startswith(known))
        cells = [f"{label}: {named['text']}"]
        if paper is not None:
            other = paper["claims"].get(named["claim"])
            same = other is not None and other["question"] == row["question"]
            cells.append(_at_papers_settings(other if same else None, named["unit"]))
        cells += [_verdict(row), _effect(row, named["unit"], numbers["seeds"])]
        lines.append(f"| {' | '.join(cells)} |")
    files = " and ".join(f"docs/results/{one}.json" for one in (*([PAPER] if paper is not None else []), scale))
    captions = [*([] if paper is None else [_paper_caption(paper)]), _caption(numbers, wanted)]
    return "\n".join([BEGIN.format(files=files), "\n\n".join(captions), "", *lines, END])


def _verdict(row: Mapping[str, Any]) -> str:
    return f"{row['verdict']}, {NEAR}" if row["near_a_line"] else str(row["verdict"])


def _at_papers_settings(found: Mapping[str, Any] | None, unit: str) -> str:
    """Verdict, effect and seeds; empty where the claim has not been judged there."""
    if found is None:
        return ""
    seeds = f", {_in_seeds(found['seeds'])}" if found["seeds"] and found["verdict"] != "not seen" else ""
    return f"{_verdict(found)}: {_numbers(found, unit)}{seeds}"


def _effect(row: Mapping[str, Any], unit: str, seeds: int) -> str:
    told = row["effect"] is not None and row["verdict"] != "not seen"
    fewer = f", {_in_seeds(row['seeds'])}" if told and row["seeds"] < seeds else ""
    return f"{_numbers(row, unit)}{fewer}"


def _numbers(row: Mapping[str, Any], unit: str) -> str:
    if row["verdict"] == "not seen":
        return "what it speaks of is missing"
    if row["effect"] is None:
        return "no estimate"
    zero, unit = zero_of({"unit": unit}), unit_of({"unit": unit})
    low, high = (("open" if end is None else f"{end + zero:.2f}") for end in (row["low"], row["high"]))
    bound = next((f"{sign} " for key, sign in BOUNDS.items() if row.get(key)), "")
    return f"{bound}{row['effect'] + zero:.2f} [{low}, {high}] {unit}"


def _in_seeds(count: int) -> str:
    return f"in {_count(count)} {'seed' if count == 1 else 'seeds'}"


def _caption(numbers: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    near = [row for row in wanted["rows"] if numbers["claims"][row["claim"]]["near_a_line"]]
    meant = (
        ' A verdict "near a line" may be another one on another processor (docs/statistics.md, "Stability").'
        if near
        else ""
    )
    note = f" {numbers['note']}" if numbers["note"] else ""
    caption = (
        f"What {numbers['scale']} runs of {_figures(numbers)} found, {_origin(numbers)}"
        f" ({_count(numbers['seeds'])} seeds; effect with 95 % interval,"
        f" verdict after correction for the claim's family): {_counted(numbers['counts'])}."
        f"{meant}{note}"
    )
    return _filled(caption)


def _figures(numbers: Mapping[str, Any]) -> str:
    """How many figures the judged claims belong to."""
    return f"{_count(numbers['figures'])} figure{'' if numbers['figures'] == 1 else 's'}"


def _counted(counts: Mapping[str, Mapping[str, int]]) -> str:
    """How many claims of each sort have which verdict; controls and other checks are counted apart."""
    return "; ".join(
        f"{total} {one if total == 1 else several} ({_verdicts(counts[sort])})"
        for sort, (one, several) in SORTS.items()
        if sort in counts and (total := sum(counts[sort].values()))
    )


def _paper_caption(paper: Mapping[str, Any]) -> str:
    """What has been judged at the papers' settings, on how many seeds."""
    seeds = [found["seeds"] for found in paper["claims"].values()]
    if not seeds:
        return "At the papers' settings no claim has been judged yet."
    seeds = [count for count in seeds if count] or [0]
    between = f"{_count(min(seeds))} to {_count(max(seeds))}" if len(set(seeds)) > 1 else _count(seeds[0])
    plural = "" if set(seeds) == {1} else "s"
    return _filled(
        f"At the papers' settings, trained {_origin(paper)}, judged so far: {_counted(paper['counts'])}, on {between}"
        f" seed{plural} that the test could use. An empty cell is a claim that has not been judged there."
    )


def _origin(numbers: Mapping[str, Any]) -> str:
    commits = numbers["commits"]
    several = "s" if len(commits) > 1 else ""
    at = f"at commit{several} {listing(map(_short, commits))}" if commits else "at an unknown commit"
    devices = " and ".join(numbers["processors"]) or "a processor that was not recorded"
    return f"{at}, on {devices}"


def _filled(text: str) -> str:
    return textwrap.fill(text, 118, break_on_hyphens=False)


def _short(commit: str) -> str:
    return commit[:7] + ("-dirty" if commit.endswith("-dirty") else "")


def _verdicts(counts: Mapping[str, int]) -> str:
    return listing(f"{counts.get(verdict, 0)} {verdict}" for verdict in VERDICTS)


def _count(number: int) -> str:
    return NUMBERS[number] if number < len(NUMBERS) else str(number)


def with_table(readme: str, block: str) -> str:
    """`readme` with the block between the markers replaced. Raises UserError if the markers are missing."""
    return with_block(readme, block, WRITTEN, END, "README.md")


def saved_of_table(repository: Path) -> dict[str, Any]:
    """The saved numbers of the table's scale. Raises UserError where there are none."""
    folder = repository / "docs" / "results"
    scale = read_yaml(folder / "table.yaml")["scale"]
    numbers = saved_numbers(folder / f"{scale}.json", f"{COMMAND}{scale}")
    if numbers is None:
        raise UserError(f"{folder / f'{scale}.json'}: is not there; write it: {COMMAND}{scale}")
    return numbers


def saved_table(repository: Path) -> str:
    """The block from the numbers that are saved in docs/results. Raises UserError where those of the table are not."""
    folder = repository / "docs" / "results"
    wanted, numbers = read_yaml(folder / "table.yaml"), saved_of_table(repository)
    paper = saved_numbers(folder / f"{PAPER}.json", f"{COMMAND}{PAPER}")
    return table(numbers, wanted, paper)


def _with_what_was_saved(results: Path, wanted: Mapping[str, Any], repository: Path) -> dict[str, Any]:
    """The numbers of a folder of results, with those of other claims that were saved before and still hold."""
    scale = one_scale(results, (claim.get("scale") for claim in read_verdicts(results).values()))
    before = saved_numbers(repository / "docs" / "results" / f"{scale}.json", f"{COMMAND}{scale}")
    return numbers_of(results, wanted, repository / "published", before, questions_at(scale))


def main(arguments: Sequence[str], repository: Path = Path(__file__).parents[3]) -> int:
    """Write docs/results/<scale>.json, where a folder of results is given, and table and example in README.md."""

    def write() -> None:
        folder, readme = repository / "docs" / "results", repository / "README.md"
        if len(arguments) > 1:
            raise UserError("give one folder of results, such as results/quick, or none")
        if arguments:
            wanted = read_yaml(folder / "table.yaml")
            numbers = _with_what_was_saved(Path(arguments[0]), wanted, repository)
            write_json(folder / f"{numbers['scale']}.json", numbers)
        text = with_table(readme.read_text(encoding="utf-8"), saved_table(repository))
        write_text(readme, with_example(text, saved_of_table(repository)))

    return exit_status(write)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
