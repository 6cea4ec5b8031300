"""What a reader may have meant: of the names that there are those most like the one that was written."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

HOW_TO_LIST = "snakemake list names every figure"
MOST_NAMED = 2
LEAST_LIKENESS = 0.6
MOST_LISTED = 12
"""A message that lists more names than these is read by nobody."""


def nearest_to(wanted: str, known: Iterable[str]) -> list[str]:
    """Up to MOST_NAMED of `known` that are most like `wanted`, in other letters too, the nearest first."""
    start, lower = wanted.lower(), {name.lower(): name for name in known}
    alike = difflib.get_close_matches(start, list(lower), n=MOST_NAMED, cutoff=LEAST_LIKENESS)
    begun = [name for name in lower if start and name.startswith(start)]  # a long name of which only a part was written
    return [lower[name] for name in dict.fromkeys((*alike, *begun))][:MOST_NAMED]


def did_you_mean(wanted: object, known: Iterable[str]) -> str:
    """`; did you mean x or y?`, or nothing where `wanted` is no text or nothing is like it."""
    nearest = nearest_to(wanted, known) if isinstance(wanted, str) else []
    return f"; did you mean {' or '.join(nearest)}?" if nearest else ""


def known_or_meant(wanted: str, known: Iterable[str], where_all_are: str = "") -> str:
    """What stands behind `unknown`: the nearest names, and all of them where they are few or none is near.

    `where_all_are` says where many are listed.
    """
    names = list(known)
    meant = did_you_mean(wanted, names)
    if len(names) > MOST_LISTED and (meant or where_all_are):
        return meant + (f" ({where_all_are})" if where_all_are else "")
    return f"; known are {', '.join(names)}{meant}"
