"""Which verdicts differ between two folders: `python -m grokscope.report.compare_verdicts A B`.

For the same claims on another processor, with other seeds or after a change of code. Ends with status 1 if a verdict
differs.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grokscope.errors import UserError
from grokscope.files import read_json
from grokscope.report.command import exit_status


def read_verdicts(folder: Path) -> dict[str, dict[str, Any]]:
    """The verdicts in a folder of results by claim. Raises UserError if there are none."""
    files = sorted((folder / "claims").glob("*.json"))
    if not files:
        raise UserError(f"{folder}: contains no claims/*.json; give the folder of a scale, such as results/quick")
    return {found["name"]: found for found in map(read_json, files)}


def differences(first: Path, second: Path) -> list[str]:
    """A line for each claim whose verdict differs, before or after correction, or is in one folder only."""
    one, other = read_verdicts(first), read_verdicts(second)
    lines = []
    for name in dict.fromkeys((*one, *other)):
        if name not in one or name not in other:
            lines.append(f"{name}: only in {first if name in one else second}")
        elif _verdicts(one[name]) != _verdicts(other[name]):
            lines.append(f"{name}: {_words(one[name])} | {_words(other[name])}")
    return lines


def _verdicts(found: dict[str, Any]) -> tuple[str, str]:
    return found["verdict_before_correction"], found["verdict"]


def _words(found: dict[str, Any]) -> str:
    raw, corrected = _verdicts(found)
    named = corrected if raw == corrected else f"{corrected} ({raw} before correction)"
    if found["effect"] is None:
        return named
    interval = " ".join("open" if end is None else f"{end:.3g}" for end in (found["low"], found["high"]))
    return f"{named}, {found['effect']:.3g} [{interval}]{_near(found)}"


def _near(found: dict[str, Any]) -> str:
    return ", near a line of the rule" if (found.get("stability") or {}).get("may_flip") else ""


def main(arguments: Sequence[str]) -> int:
    """Print the differences; returns 0 if there are none, 1 if there are some, 2 if a folder cannot be read."""

    def compare() -> int:
        if len(arguments) != 2:
            raise UserError(
                "give two folders of results: python -m grokscope.report.compare_verdicts results/quick other/quick"
            )
        first, second = map(Path, arguments)
        lines = differences(first, second)
        count = len(read_verdicts(first).keys() & read_verdicts(second).keys())
        for line in lines:
            print(line)
        differing = sum(": only in " not in line for line in lines)
        print(f"{differing} of {count} verdicts that are in both differ.")
        return int(bool(lines))

    return exit_status(compare)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
