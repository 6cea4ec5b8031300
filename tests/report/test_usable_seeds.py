"""How many seeds a test could use adds up, and the smallest effect stands on the side that the claim is about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from claims_made_up import claim
from grokscope.report.seed_words import usable_in_words
from grokscope.report.shares import limits_shown, smallest_shown


def words(rows: list[tuple[int, str]], seeds: int) -> str:
    counts = {
        status: sum(found == status for _, found in rows)
        for status in ("collapsed", "diverged", "absent", "not_yet", "not_applicable", "not_sharp")
    }
    per_seed = [{"group": group, "status": status} for group, status in rows]
    one = claim("1")
    return usable_in_words(replace(one, seeds=seeds, found={**one.found, **counts, "per_seed": per_seed}))


def test_what_shows_nothing_is_among_the_usable_seeds() -> None:
    assert words([(0, "not_yet"), (0, "not_yet"), (0, "absent")], 3) == (
        "3 usable, 1 in which it does not happen and 2 whose run ended before the event among them"
    )
    assert words([(0, "observed")] * 5, 5) == "5 usable"


def test_what_cannot_be_used_is_counted_over_all_groups() -> None:
    rows = [(0, "not_sharp"), *[(0, "observed")] * 4, *[(1, "observed")] * 3, *[(1, "not_sharp")] * 2]
    assert words(rows, 3) == "3 usable in the smallest of 2 groups; 3 whose date is not sharp cannot be used"


@pytest.mark.parametrize(
    ("settings", "smallest", "limits"),
    [
        ({"direction": "greater", "test": "mean", "unit": "decades"}, 0.05, (0.05,)),
        ({"direction": "less", "test": "mean", "unit": "decades"}, -0.05, (-0.05,)),
        ({"direction": "less", "test": "equivalence", "unit": "decades"}, 0.05, (-0.05, 0.05)),
        ({"direction": "less", "test": "share", "unit": "share of seeds, minus one half"}, 0.45, (0.45,)),
    ],
)
def test_the_smallest_effect_is_on_the_side_of_the_claim(
    settings: dict[str, Any], smallest: float, limits: tuple[float, ...]
) -> None:
    settings = {**settings, "smallest_effect": 0.05}
    assert smallest_shown(settings) == pytest.approx(smallest)
    assert limits_shown(settings) == pytest.approx(limits)
