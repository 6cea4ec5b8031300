"""Places of what a claim's small plots show; the templates draw them as SVG."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from typing import Any

from grokscope.report.claims import DATES, Claim
from grokscope.report.seed_links import curve_address
from grokscope.report.seed_words import group_in_words
from grokscope.report.shares import limits_shown, unit_of, zero_of, zero_of_seeds
from grokscope.report.within_run import bound_of
from grokscope.report.wording import number

WIDTH, LABELS, MARGIN, ROW, MARK = 640, 150, 14, 34, 10
MOST_GROUPS = 24
"""Rows of a plot; of more groups, such as the points of a large grid, only the table speaks."""
MARKS = {"observed": "dot", "not_yet": "later"}
"""Which seeds have a place, and with which mark: a censored one is known to lie further to the right."""


def interval_plot(claim: Claim) -> dict[str, Any] | None:
    """Horizontal places, in a box 120 wide, of zero, the effects too small to matter, interval and effect."""
    if claim.effect is None or claim.is_unseen:
        return None
    small = float(claim.settings.get("smallest_effect") or 0.0)
    ends = [end for end in claim.interval or () if math.isfinite(end)]
    known = [0.0, claim.effect, small, -small, *ends]
    left, right = min(known), max(known)
    width = (right - left) or 1.0

    def place(value: float) -> float:
        """An open end of the interval runs to the edge of the box."""
        return round(min(max(8 + 104 * (value - left) / width, 2.0), 118.0), 1)

    return {
        "zero": place(0.0),
        "effect": place(claim.effect),
        "range": [place(end) for end in claim.interval] if claim.interval else None,
        "band": (place(-small), round(place(small) - place(-small), 1)) if small > 0 else None,
    }


def seed_plot(claim: Claim, run_pages: Mapping[str, str] | None = None) -> dict[str, Any] | None:
    """Every seed that has a value, one row for each group, in a box WIDTH wide; None when no seed has one.

    Seeds whose runs are among `run_pages` (path of the page by id) lead to their curves.
    """
    of_seeds = zero_of_seeds(claim.settings)
    shown = [
        (row, MARKS[row["status"]], _place_of(row, of_seeds)) for row in claim.per_seed if row.get("status") in MARKS
    ]
    placed = [(row, mark, value) for row, mark, value in shown if value is not None]
    if not placed:
        return None
    groups = list(dict.fromkeys(_group(row) for row in claim.per_seed))
    if len(groups) > MOST_GROUPS:
        return None
    # zero and the smallest effect are on the same axis only where the values are effects themselves
    zero, limits = zero_of(claim.settings), limits_shown(claim.settings) if len(groups) == 1 else ()
    ends = [end for row, _, _ in placed for end in _interval(row, of_seeds)]
    values = [*(value for _, _, value in placed), *ends, *((zero, *limits) if limits else ())]
    left, right = _padded(min(values), max(values))

    def place(value: float) -> float:
        return round(LABELS + MARGIN + (WIDTH - LABELS - 2 * MARGIN) * (value - left) / (right - left), 1)

    def points(group: tuple[Any, str]) -> list[dict[str, Any]]:
        mine = [
            (
                place(value),
                mark,
                _told(row, value),
                tuple(place(end) for end in _interval(row, of_seeds)),
                curve_address(claim, row, run_pages or {}),
            )
            for row, mark, value in placed
            if _group(row) == group
        ]
        return _spread(mine)

    def middle(y: float) -> dict[str, Any] | None:
        """Median and interval of seeds of which some have no value; an open end runs to the edge."""
        details = claim.found.get("details") or {}
        effect = claim.shown_effect
        if details.get("seen") is None or effect is None or len(groups) > 1:
            return None
        low, high = claim.shown_interval or (-math.inf, math.inf)
        ends = place(low) if math.isfinite(low) else LABELS, place(high) if math.isfinite(high) else WIDTH
        title = f"median {bound_of(claim)} {number(effect)}".replace("  ", " ")
        return {"x": place(effect), "range": ends, "y": y, "title": title}

    rows, base = [], 4.0
    for group in groups:
        made = points(group)
        height = max(ROW, 2 * max((abs(point["y"]) for point in made), default=0) + MARK + 10)
        rows.append({"label": group[1] or "all seeds", "y": base + height / 2, "points": made})
        base += height
    shown_middle = middle(base + ROW / 2)
    base += ROW if shown_middle else 0
    return {
        "width": WIDTH,
        "height": base + 36,
        "left": LABELS,
        "base": base + 2,
        "rows": rows,
        "middle": shown_middle,
        "without_place": sum(row.get("status") == "absent" and row.get("value") is None for row in claim.per_seed),
        "ticks": [{"x": place(tick), "text": text} for tick, text in told_apart(ticks(left, right))],
        "zero": place(zero) if limits else None,
        "smallest": [place(end) for end in limits if end != zero],
        "open": any(mark == MARKS["not_yet"] for _, mark, _ in placed),
        "axis": axis_words(claim, len(groups)),
    }


def axis_words(claim: Claim, groups: int) -> str:
    """What the values of the seeds are; the claim's unit is that of its effect, which may compare groups."""
    if claim.settings.get("estimand") in DATES:
        return "date in decades of steps, log10(step + 1)"
    return (unit_of(claim.settings) if groups == 1 else "") or "value of the seed"


def ticks(left: float, right: float, about: int = 6) -> list[float]:
    """About `about` round numbers between two ends."""
    raw = (right - left) / about
    power = 10 ** math.floor(math.log10(raw))
    step = next(power * nice for nice in (1, 2, 5, 10) if power * nice >= raw)
    first = math.ceil(left / step - 1e-9)
    return [round(i * step, 12) for i in range(first, math.floor(right / step + 1e-9) + 1)]


def _group(row: Mapping[str, Any]) -> tuple[Any, str]:
    return row.get("group"), group_in_words(row)


def told_apart(values: list[float]) -> list[tuple[float, str]]:
    """Round numbers in ascending order with their texts, which have as many digits as it takes to tell them apart."""
    texts = [number(value) for value in values]
    if len(set(texts)) < len(texts):
        gap = min(later - earlier for earlier, later in itertools.pairwise(values))
        largest = max(map(abs, values))
        texts = [number(value, math.ceil(math.log10(largest / gap)) + 1) for value in values]
    return list(zip(values, texts, strict=True))


def _place_of(row: Mapping[str, Any], zero: float) -> float | None:
    value = row.get("value") if row.get("status") == "observed" else row.get("censored_at")
    return float(value) + zero if value is not None and math.isfinite(value) else None


def _interval(row: Mapping[str, Any], zero: float) -> tuple[float, ...]:
    """The interval of one seed's value within its run, where it has one."""
    ends = (row.get("low"), row.get("high"))
    return (
        tuple(float(end) + zero for end in ends if end is not None)
        if all(end is not None and math.isfinite(end) for end in ends)
        else ()
    )


def _told(row: Mapping[str, Any], value: float) -> str:
    return f"seed {row.get('seed')}: {'later than ' if row.get('status') == 'not_yet' else ''}{number(value)}"


def _padded(left: float, right: float) -> tuple[float, float]:
    room = (right - left) * 0.06 or 0.5
    return left - room, right + room


def _spread(points: Iterable[tuple[float, str, str, tuple[float, ...], str]]) -> list[dict[str, Any]]:
    """Points of one row; those that would touch are stacked up and down in turn."""
    found: list[dict[str, Any]] = []
    for x, mark, title, interval, href in sorted(points):
        taken = {other["y"] for other in found if abs(x - other["x"]) < MARK}
        place = next(y for i in itertools.count() for y in (i * MARK, -i * MARK) if y not in taken)
        found.append({"x": x, "y": place, "mark": mark, "title": title, "interval": interval, "href": href})
    return found
