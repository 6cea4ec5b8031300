"""Every published curve with a counterpart of ours, over all figures: rows for a page, a file and a document."""

from __future__ import annotations

import csv
import io
import re
import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from grokscope.report.wording import ABSENT, count_of, number

Row = Mapping[str, Any]
OF_THE_FIGURE = {"figure": "name", "paper": "paper", "where": "where", "title": "title", "variant": "variant"}
OF_THE_CURVE = (
    *("curve", "file", "run", "unit", "seeds", "steps", "median_absolute_difference", "inside_band", "comparable"),
    "differences",
)
COLUMNS = (*OF_THE_FIGURE, *OF_THE_CURVE)
_DIGITS = re.compile(r"(\d+)")


def distance_rows(figures: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One row with COLUMNS for each curve of `figures`, the content of their JSON files.

    Curves whose settings are comparable come first; both halves are sorted by figure.
    """
    rows = [
        {key: found.get(name) for key, name in OF_THE_FIGURE.items()} | {key: curve.get(key) for key in OF_THE_CURVE}
        for found in figures
        for curve in found.get("distances") or ()
    ]
    return sorted(rows, key=lambda row: (not row["comparable"], _natural(str(row["figure"]))))


def _natural(name: str) -> list[tuple[int, str]]:
    """A key that sorts `fig2` before `fig10`."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in _DIGITS.split(name)]


def what_to_see(rows: Sequence[Row]) -> str:
    """What the table says, in one sentence."""
    like = [row for row in rows if row["comparable"]]
    if not like:
        return (
            f"None of the {count_of(len(rows), 'published curve')} below was made with the settings of our runs, so the"
            " distances show how far apart the curves lie and test none of them."
        )
    lead = (
        f"{number(len(like))} of {count_of(len(rows), 'published curve')} {'was' if len(like) == 1 else 'were'} made"
        " with the settings of our runs, as far as they are known"
    )
    shares = [row["inside_band"] for row in like if row["inside_band"] is not None]
    if not shares:
        return f"{lead}; whether they could be one more seed of ours cannot be said from a single seed."
    return (
        f"{lead}; over these, the median share of steps at which theirs lies in our band for one more seed is"
        f" {percentage(statistics.median(shares))}, and about 95\u202f% is to be expected if theirs is such a seed."
    )


def difference(row: Row) -> str:
    """The median absolute difference with its unit; fractions as percentage points."""
    value, unit = row.get("median_absolute_difference"), row.get("unit")
    if value is None:
        return ABSENT
    return f"{100 * value:.1f} percentage points" if unit == "fraction" else f"{number(value)} {unit or ''}".strip()


def percentage(value: float) -> str:
    """A share as a whole percentage."""
    return f"{100 * value:.0f}\u202f%"


def share(row: Row) -> str:
    """The share of the steps at which their value lies in our band; a dash with one seed, which gives no band."""
    inside = row.get("inside_band")
    return ABSENT if inside is None else percentage(inside)


def differing_settings(rows: Iterable[Row]) -> dict[str, tuple[str, ...]]:
    """Figure -> settings of ours that are not the published ones, for figures whose curves are not comparable."""
    return {
        str(row["figure"]): tuple(row["differences"] or ()) or ("which settings differ is not recorded",)
        for row in rows
        if not row["comparable"]
    }


def distance_csv(rows: Iterable[Row]) -> str:
    """The rows as CSV, with every digit."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        plain = {"comparable": "yes" if row["comparable"] else "no", "differences": "; ".join(row["differences"] or ())}
        writer.writerow({**row, **plain})
    return text.getvalue()
