"""The README's table of verdicts, written from the verdicts in a folder of results and never by hand.

`python -m grokscope.report.readme_table results/quick` reads the verdicts of a finished run of all figures, saves the
numbers that it uses as docs/results/quick.json, and writes the table between two markers of README.md. Without a folder
it writes the table from the saved numbers. docs/results/table.yaml says which claims it shows and in which words.
"""

from __future__ import annotations

import sys
import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from grokscope.config.load import read_yaml
from grokscope.errors import UserError
from grokscope.files import read_json, write_json, write_text
from grokscope.report.compare_verdicts import read_verdicts

BEGIN = "<!-- verdicts: written by grokscope.report.readme_table from docs/results/{scale}.json -->"
END = "<!-- end of verdicts -->"
VERDICTS = ("supported", "contradicted", "inconclusive")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
NEAR = "near a line"


def numbers_of(folder: Path, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What the README's table says, as JSON values. Raises UserError if a claim has no verdict in `folder`."""
    found = read_verdicts(folder)
    rows = []
    for row in wanted["rows"]:
        claim = found.get(row["claim"])
        if claim is None:
            raise UserError(
                f"{folder}: there is no verdict on {row['claim']}, which the table shows; make all figures first"
            )
        numbers = {key: claim[key] for key in ("effect", "low", "high", "seeds")}
        near = (claim.get("stability") or {}).get("may_flip")
        rows.append({"claim": row["claim"], "verdict": claim["verdict_corrected"], **numbers, "near_a_line": near})
    tested = [claim for claim in found.values() if claim["name"] == claim["id"] and claim["verdict"] in VERDICTS]
    counts = {
        key: Counter(one["verdict_corrected"] for one in tested if one["paper"] in wanted[key])
        for key in ("papers", "own")
    }
    shown = {key: {verdict: count[verdict] for verdict in VERDICTS} for key, count in counts.items()}
    return {"scale": wanted["scale"], **_origin(folder), "counts": shown, "rows": rows}


def _origin(folder: Path) -> dict[str, Any]:
    """Processors, commits and number of seeds of the trainings in a folder of results."""
    records = [read_json(path) for path in sorted(folder.glob("runs/*/*/training.json"))]
    facts = [record.get("provenance") or {} for record in records]
    seeds = {seed for record in records for seed in record["seeds"]}
    devices = sorted({str(fact["device_name"]) for fact in facts if fact.get("device_name")})
    commits = sorted({str(fact["git_commit"]) for fact in facts if fact.get("git_commit")})
    return {"processors": devices, "commits": commits, "seeds": len(seeds), "note": ""}


def table(numbers: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    """The block between the markers, these included."""
    words = {row["claim"]: row for row in wanted["rows"]}
    labels = {**wanted["papers"], **wanted["own"]}
    lines = ["| claim | verdict | effect |", "|---|---|---|"]
    for row in numbers["rows"]:
        named = words[row["claim"]]
        paper = next(label for paper, label in labels.items() if row["claim"].startswith(paper))
        verdict = f"{row['verdict']}, {NEAR}" if row["near_a_line"] else row["verdict"]
        lines.append(f"| {paper}: {named['text']} | {verdict} | {_effect(row, named['unit'], numbers['seeds'])} |")
    return "\n".join([BEGIN.format(scale=numbers["scale"]), _caption(numbers), "", *lines, END])


def _effect(row: Mapping[str, Any], unit: str, seeds: int) -> str:
    if row["effect"] is None:
        return "no estimate"
    low, high = (("open" if end is None else f"{end:.2f}") for end in (row["low"], row["high"]))
    left = row["seeds"]
    fewer = f", in {_count(left)} {'seed' if left == 1 else 'seeds'}" if left < seeds else ""
    return f"{row['effect']:.2f} [{low}, {high}] {unit}{fewer}"


def _caption(numbers: Mapping[str, Any]) -> str:
    papers, own = (numbers["counts"][key] for key in ("papers", "own"))
    commits = numbers["commits"]
    at = f"at commit {' and '.join(map(_short, commits))}" if commits else "at an unknown commit"
    on = (
        f"on {' and '.join(numbers['processors'])}" if numbers["processors"] else "on a processor that was not recorded"
    )
    near = [row for row in numbers["rows"] if row["near_a_line"]]
    meant = (
        ' A verdict "near a line" may be another one on another processor (docs/statistics.md, "Stability").'
        if near
        else ""
    )
    note = f" {numbers['note']}" if numbers["note"] else ""
    caption = (
        f"What a {numbers['scale']} run of all figures found, {at}, {on} ({_count(numbers['seeds'])} seeds; effect with"
        f" 95 % interval, verdict after correction for the claim's family). Of {sum(papers.values())} claims of the"
        f" papers that it tested, {_verdicts(papers)}; of {sum(own.values())} claims of our own,"
        f" {_verdicts(own)}.{meant}{note}"
    )
    return textwrap.fill(caption, 118, break_on_hyphens=False)


def _short(commit: str) -> str:
    return commit[:7] + ("-dirty" if commit.endswith("-dirty") else "")


def _verdicts(counts: Mapping[str, int]) -> str:
    first, *others = ((verdict, counts[verdict]) for verdict in VERDICTS)
    are = "is" if first[1] == 1 else "are"
    return f"{first[1]} {are} {first[0]}, {others[0][1]} {others[0][0]} and {others[1][1]} {others[1][0]}"


def _count(number: int) -> str:
    return NUMBERS[number] if number < len(NUMBERS) else str(number)


def with_table(readme: str, block: str, scale: str) -> str:
    """`readme` with the block between the markers replaced. Raises UserError if the markers are missing."""
    begin = BEGIN.format(scale=scale)
    if readme.count(begin) != 1 or readme.count(END) != 1 or readme.index(begin) > readme.index(END):
        raise UserError(f"README.md: the lines {begin!r} and {END!r} have to be there once each, in this order")
    before, rest = readme.split(begin)
    return before + block + rest.split(END)[1]


def main(arguments: Sequence[str], repository: Path = Path(__file__).parents[3]) -> int:
    """Write docs/results/<scale>.json, where a folder of results is given, and the table in README.md."""
    folder = repository / "docs" / "results"
    try:
        if len(arguments) > 1:
            raise UserError("give one folder of results, such as results/quick, or none")
        wanted = read_yaml(folder / "table.yaml")
        saved = folder / f"{wanted['scale']}.json"
        if arguments:
            write_json(saved, numbers_of(Path(arguments[0]), wanted))
        readme = repository / "README.md"
        write_text(
            readme, with_table(readme.read_text(encoding="utf-8"), table(read_json(saved), wanted), wanted["scale"])
        )
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
