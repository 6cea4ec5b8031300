"""The seeds of a claim one by one, in words and as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from grokscope.report.claims import DATES, Claim
from grokscope.report.seed_links import curve_address
from grokscope.report.shares import zero_of_seeds
from grokscope.report.wording import ABSENT, listing, number

STATUS_IN_WORDS = {
    "observed": "observed",
    "not_yet": "not within the run",
    "absent": "does not happen",
    "not_applicable": "premise missing",
    "not_sharp": "date not sharp",
    "collapsed": "collapsed",
    "diverged": "diverged",
}
FATES = {
    "collapsed": "collapsed",
    "diverged": "diverged",
    "not_applicable": "without the premise",
    "not_sharp": "whose date is not sharp",
    "absent": "in which it does not happen",
    "not_yet": "whose run ended before the event",
}
"""What a verdict file counts beside its seeds, in words."""
SHOW_NOTHING = ("absent", "not_yet")
"""What a seed may do and still be evidence."""
COLUMNS = (
    *("run", "seed", "group", "group_label", "status", "value", "in_words", "partner", "low", "high", "censored_at"),
    "note",
)


def seed_rows(claim: Claim, run_pages: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """One row for each seed and group, as text, with the address of its curve; dates say their step too."""
    dates, zero = claim.settings.get("estimand") in DATES, zero_of_seeds(claim.settings)
    return [
        {
            "seed": row.get("seed"),
            "group": group_in_words(row),
            "run": row.get("run") or "",
            "href": curve_address(claim, row, run_pages or {}),
            "status": STATUS_IN_WORDS.get(str(row.get("status")), str(row.get("status"))),
            "value": _value(row, dates, zero),
            "sort": next((row[key] for key in ("value", "censored_at") if row.get(key) is not None), ""),
            "partner": _dated(row["partner"], dates) if row.get("partner") is not None else "",
            "interval": (
                f"{number(row['low'])} to {number(row['high'])}"
                if row.get("low") is not None and row.get("high") is not None
                else ""
            ),
            "note": row.get("note") or "",
        }
        for row in claim.per_seed
    ]


def usable_in_words(claim: Claim) -> str:
    """How many seeds the test could use, which of them show nothing or not yet, and which it could not use."""
    groups = {row.get("group") for row in claim.per_seed}
    several = len(groups) > 1
    text = f"{number(claim.seeds or 0)} usable{f' in the smallest of {number(len(groups))} groups' if several else ''}"
    counts = {key: f"{number(claim.found[key])} {words}" for key, words in FATES.items() if claim.found.get(key)}
    among = [words for key, words in counts.items() if key in SHOW_NOTHING]
    apart = [words for key, words in counts.items() if key not in SHOW_NOTHING]
    among_whom = "those of all groups" if several else "them"
    return "".join(
        (
            text,
            f", {listing(among)} among {among_whom}" if among else "",
            f"; {listing(apart)} cannot be used" if apart else "",
        )
    )


def group_in_words(row: Mapping[str, Any]) -> str:
    """The group of a seed for a reader; empty where there is but one."""
    return str(row.get("group_label") or "").replace("_", " ")


def _value(row: Mapping[str, Any], dates: bool, zero: float) -> str:
    if row.get("status") == "not_yet":
        return f"later than {_dated(row['censored_at'], dates)}" if row.get("censored_at") is not None else "not yet"
    return _dated(row["value"] + zero, dates) if row.get("value") is not None else ABSENT


def _in_words(row: Mapping[str, Any], dates: bool, zero: float) -> str:
    """The value, or in place of a missing one what the seed did."""
    value = _value(row, dates, zero)
    return value if value != ABSENT else STATUS_IN_WORDS.get(str(row.get("status")), str(row.get("status")))


def _dated(value: float, dates: bool) -> str:
    """`3.58 (step 3763)` where the value is a date."""
    return f"{number(value)} (step {number(float(round(10**value - 1)))})" if dates else number(value)


def seed_csv(claim: Claim) -> str:
    """The same as CSV, with every column of the verdict file and the value as the page has it, such as `later than
    2.46`.
    """
    dates, zero = claim.settings.get("estimand") in DATES, zero_of_seeds(claim.settings)
    rows = [{**row, "in_words": _in_words(row, dates, zero)} for row in claim.per_seed]
    extra = [key for row in rows for key in row if key not in COLUMNS]
    text = io.StringIO()
    writer = csv.DictWriter(text, [*COLUMNS, *dict.fromkeys(extra)], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
