"""Addresses of the page that compares runs, for the runs of a figure and the same runs in other variants."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from grokscope.report.figures import Figure
from grokscope.report.wording import listing, setting

PATH = "compare.html"
MOST = 4
"""Runs that stand side by side."""


def compare_address(runs: Iterable[str]) -> str:
    """Path in the report of the comparison of two to four runs; empty for fewer or more."""
    chosen = list(dict.fromkeys(runs))
    return f"{PATH}#{urlencode([('run', run) for run in chosen])}" if 2 <= len(chosen) <= MOST else ""


def of_figures(figures: Iterable[Figure], known: Collection[str]) -> list[tuple[Figure, str, str]]:
    """Comparisons that figures lend themselves to: the figure, where its runs lie on its axes, and the address.

    Each set of runs comes once. Of more than MOST runs the first, the last and the one in the middle stand for all;
    `known` are runs with a page.
    """
    found: dict[str, tuple[Figure, str, str]] = {}
    for figure in figures:
        members = list({member["run"]: member for member in figure.members if member["run"] in known}.values())
        if len(members) > MOST:
            members = [members[0], members[len(members) // 2], members[-1]]
        address = compare_address(member["run"] for member in members)
        if address:
            found.setdefault(address, (figure, _places(members), address))
    return list(found.values())


def _places(members: Sequence[Mapping[str, Any]]) -> str:
    """Such as `depth 2, 4 and 6`: the axes on which the members differ, with their values there."""
    axes = [axis for axis in members[0]["axes"] if len({repr(one["axes"].get(axis)) for one in members}) > 1]
    if len(axes) != 1:
        return "; ".join(_where(member) for member in members)
    (axis,) = axes
    return f"{axis.replace('_', ' ')} {listing(setting(member['axes'].get(axis)) for member in members)}"


def _where(member: Mapping[str, Any]) -> str:
    """Where a member lies on its axes; its run where there are none."""
    return ", ".join(f"{axis.replace('_', ' ')} {setting(value)}" for axis, value in member["axes"].items()) or str(
        member["run"]
    )


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
            found.append({"words": f"{_where(member)}: {' and '.join(runs)}", "href": address})
    return found


def _at(figure: Figure, member: Mapping[str, Any]) -> str:
    """The run of a figure at the place of a member of another; empty where it has none there."""
    place = (member["sweep"], member["axes"])
    return next((str(other["run"]) for other in figure.members if (other["sweep"], other["axes"]) == place), "")
