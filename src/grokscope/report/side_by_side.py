"""Addresses of the page that compares runs, for the runs of a figure and the same runs in other variants."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from grokscope.report.figures import Figure
from grokscope.report.wording import setting

PATH = "compare.html"
MOST = 4
"""Runs that stand side by side."""


def compare_address(runs: Iterable[str]) -> str:
    """Path in the report of the comparison of two to four runs; empty for fewer or more."""
    chosen = list(dict.fromkeys(runs))
    return f"{PATH}#{urlencode([('run', run) for run in chosen])}" if 2 <= len(chosen) <= MOST else ""


def in_other_variants(figure: Figure, figures: Iterable[Figure], known: Collection[str]) -> list[dict[str, str]]:
    """For each place on the axes of a figure its runs in all variants: what they are, and the address that compares
    them. `known` are runs with a page.
    """
    same = [other for other in figures if (other.id, other.paper) == (figure.id, figure.paper)]
    found = []
    for member in figure.members:
        runs = {other.variant: run for other in same if (run := _at(other, member)) in known}
        address = compare_address(runs.values())
        if address:
            where = ", ".join(f"{axis.replace('_', ' ')} {setting(value)}" for axis, value in member["axes"].items())
            found.append({"words": f"{where or member['run']}: {' and '.join(runs)}", "href": address})
    return found


def _at(figure: Figure, member: Mapping[str, Any]) -> str:
    """The run of a figure at the place of a member of another; empty where it has none there."""
    place = (member["sweep"], member["axes"])
    return next((str(other["run"]) for other in figure.members if (other["sweep"], other["axes"]) == place), "")
