"""Tests of one location where seeds are censored or absent: effects, intervals, p-values and verdicts."""

from __future__ import annotations

import itertools
import json
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis_tables import effects_of
from grokscope.analysis.claim_records import without_nan
from grokscope.analysis.effects import SeedEffect, make_effects
from grokscope.analysis.hypothesis_tests import (
    apart,
    equivalence,
    fisher,
    mean,
    one_sample,
    ordered,
    paired,
    share,
    survival,
)
from grokscope.analysis.hypothesis_tests import result as results
from grokscope.analysis.stability import stability
from grokscope.analysis.verdict import Rule, Verdict, decide

INFINITE = float("inf")


def with_absent(values: list[float | None], absent: int, end: float = 2.46) -> pd.DataFrame:
    """Seeds with these values, censored at `end` where None, and some in which the event does not come."""
    rows = [
        SeedEffect(seed, "r", "not_yet" if value is None else "observed", value, end if value is None else None)
        for seed, value in enumerate(values)
    ]
    return make_effects(
        [*rows, *(SeedEffect(len(rows) + one, "r", "absent", note="it does not come") for one in range(absent))]
    )


def judged(
    test: ModuleType, effects: pd.DataFrame, smallest: float = 0.5, direction: str = "greater"
) -> tuple[results.TestResult, Verdict]:
    result = test.run_test(effects, direction, smallest)
    return result, decide(effects, result, Rule(test.KIND, direction, smallest, 3))  # type: ignore[arg-type]


def test_three_late_seeds_and_two_that_are_later_support_that_it_is_late() -> None:
    result, verdict = judged(mean, with_absent([1.87, 1.9, 1.92, None, None], 0))
    assert (result.effect, result.low, result.high) == (1.92, 1.87, INFINITE)
    assert (result.p_value, verdict.verdict) == (1 / 32, "supported")
    expected = stats.binomtest(3, 5).proportion_ci(0.95, method="exact")
    details = dict(result.details)
    assert (details["seen"], details["of"], details["median"]) == (3, 5, 1.92)
    assert (details["share_low"], details["share_high"]) == (pytest.approx(expected.low), pytest.approx(expected.high))
    assert (details["median_low"], details["median_high"]) == (1.87, INFINITE)


@pytest.mark.parametrize("direction", ["greater", "less"])
@pytest.mark.parametrize("values", [[0.4, None, -0.1, 0.7, 0.2, 0.3], [None, 1.0, 2.0, 3.0]])
def test_one_sample_and_mean_agree_where_a_seed_has_no_value(direction: str, values: list[float | None]) -> None:
    for absent in (0, 1):
        effects = with_absent(values, absent, 0.5)
        assert one_sample.run_test(effects, direction, 0.1) == mean.run_test(effects, direction, 0.1)


def test_what_is_seen_in_few_seeds_is_not_supported() -> None:
    for values in ([None] * 5, [1.9, None, None, None, None], [1.9, 2.0, None, None, None]):
        result, verdict = judged(mean, with_absent(values, 0))
        assert (result.p_value, verdict.verdict) == (1 / 32, "inconclusive")
        assert "seeds show it within the run" in verdict.why
        assert (result.effect, result.details["effect_is_lower_bound"]) == (2.46, True)
        assert np.isnan(result.details["median"])


def test_a_censored_seed_may_be_late_or_very_late() -> None:
    """It helps a claim that the event is late as far as its bound goes, and never one that it is early."""
    late = [-0.6, -0.7, -0.8, -0.9, -0.65, -0.75, -0.85, -0.95]
    for end in (-0.5, -10.0, 3.0):
        early, verdict = judged(mean, with_absent([*late, None], 0, end), direction="less")
        assert early.p_value == pytest.approx(stats.binomtest(8, 9, alternative="greater").pvalue)
        assert verdict.verdict == "supported"
    below = mean.run_test(with_absent([1.0] * 5 + [None], 0, -0.1), "greater", 0.5)
    above = mean.run_test(with_absent([1.0] * 5 + [None], 0, 0.1), "greater", 0.5)
    assert (below.p_value, above.p_value) == (pytest.approx(7 / 64), pytest.approx(1 / 64))


def test_an_event_that_does_not_come_speaks_against_either_direction() -> None:
    for direction, sign in (("greater", 1.0), ("less", -1.0)):
        values: list[float | None] = [sign * value for value in (1.0, 1.1, 1.2, 0.9, 0.8, 1.05, 0.95, 1.15)]
        result, verdict = judged(mean, with_absent(values, 1), direction=direction)
        assert result.p_value == pytest.approx(stats.binomtest(8, 9, alternative="greater").pvalue)
        assert verdict.verdict == "supported"
        assert judged(mean, with_absent(values, 2), direction=direction)[1].verdict == "inconclusive"
        half, verdict = judged(mean, with_absent(values[:3], 3), direction=direction)
        assert (half.p_value, verdict.verdict) == (pytest.approx(1 - 22 / 64), "inconclusive")
        most, verdict = judged(mean, with_absent(values[:3], 4), direction=direction)
        assert (verdict.verdict, np.isinf(most.effect)) == ("contradicted", True)


def test_a_claim_is_contradicted_if_most_seeds_fall_short_whatever_the_others_do() -> None:
    short: list[float | None] = [0.1, 0.12, 0.2, 0.05, 0.15, 0.11, 0.08]
    assert judged(mean, with_absent([*short, None], 0))[1].verdict == "contradicted"  # 7 of 8 by p = 0.035
    assert judged(mean, with_absent([*short[:6], None, None], 0))[1].verdict == "inconclusive"
    assert judged(mean, with_absent(short[:6], 1))[1].verdict == "contradicted"
    assert judged(mean, with_absent([None] * 8, 0, 0.7), direction="less")[1].verdict == "contradicted"


def test_equivalence_and_distance_by_bounds() -> None:
    near: list[float | None] = [0.01, -0.05, 0.1, 0.03, -0.02, 0.04, 0.0, 0.02]
    within, verdict = judged(equivalence, with_absent([*near, None], 0), 0.2)
    assert within.p_value == pytest.approx(stats.binomtest(8, 9, alternative="greater").pvalue)
    assert verdict.verdict == "supported"
    assert judged(equivalence, with_absent(near, 1), 0.2)[0].p_value == within.p_value
    assert judged(equivalence, with_absent([*near, None, None], 0), 0.2)[1].verdict == "inconclusive"
    assert judged(apart, with_absent([*near, None], 0), 0.2)[1].verdict == "contradicted"
    far: list[float | None] = [1.0, 1.1, 0.9, 0.8, 1.2, 1.3]
    beyond, verdict = judged(apart, with_absent([*far, None, None], 0), 0.2)
    assert (beyond.p_value, verdict.verdict) == (2 / 256, "supported")
    assert judged(apart, with_absent(far, 1), 0.2)[0].p_value == pytest.approx(2 * 8 / 128)
    assert judged(equivalence, with_absent([*far, None, None], 0), 0.2)[1].verdict == "contradicted"
    assert judged(equivalence, with_absent(far, 2), 0.2)[1].verdict == "contradicted"


def test_differences_within_seeds_are_bounded_from_the_side_that_is_censored() -> None:
    first, last = [1.0, 1.1, 1.2, 0.9, 1.3, 1.0], [2.0, 2.1, 2.3, 1.8, 2.4, None]
    open_above = paired.run_test(effects_of([first, last], 2.5), "greater", 0.1)  # type: ignore[list-item]
    assert (open_above.p_value, open_above.low, open_above.high) == (1 / 64, pytest.approx(0.9), INFINITE)
    open_below = paired.run_test(effects_of([last, first], 2.5), "greater", 0.1)  # type: ignore[list-item]
    assert (open_below.p_value, open_below.low) == (1.0, -INFINITE)
    assert paired.run_test(effects_of([last, first], 2.5), "less", 0.1).p_value == 1 / 64  # type: ignore[list-item]
    early = paired.run_test(effects_of([first, last], 0.5), "greater", 0.1)  # type: ignore[list-item]
    assert early.p_value == pytest.approx(7 / 64)  # censored before the first event: the difference may be negative
    absent = effects_of([first, last], 2.5)  # type: ignore[list-item]
    absent.loc[absent["value"].isna(), ["status", "censored_at"]] = ["absent", np.nan]
    assert paired.run_test(absent, "greater", 0.1).p_value == pytest.approx(7 / 64)
    both = paired.run_test(effects_of([[1.0, None, 1.2], [2.0, None, 2.2]]), "greater", 0.1)
    assert (both.p_value, both.details["seen"]) == (0.5, 2)
    assert paired.run_test(effects_of([[1.0], [None]]), "greater", 0.1).p_value == 1


@pytest.mark.parametrize("direction", ["greater", "less"])
@pytest.mark.parametrize("shown", [(3, 1), (0, 4), (6, 2), (1, 6)])
def test_seeds_that_have_not_shown_it_count_as_neither(direction: str, shown: tuple[int, int]) -> None:
    """The p-value is the largest, the effect the smallest, and the interval covers those of every outcome."""
    not_shown, still_open = 2, shown[1]

    def effects(one_group: list[tuple[int, int, int]]) -> pd.DataFrame:
        return make_effects(
            SeedEffect(seed, "r", status, value, group=float(group))  # type: ignore[arg-type]
            for group, (ones, zeros, unknown) in enumerate(one_group)
            for seed, (status, value) in enumerate(
                [("observed", 1.0)] * ones + [("observed", 0.0)] * zeros + [("not_yet", 0.0)] * unknown
            )
        )

    sign = 1 if direction == "greater" else -1
    ones, zeros = shown[0], not_shown
    cases: list[tuple[ModuleType, results.TestResult, list[results.TestResult]]] = []
    decided = [
        share.run_test(effects([(ones + more, zeros + still_open - more, 0)]), direction, 0.1)
        for more in range(still_open + 1)
    ]
    cases.append((share, share.run_test(effects([(ones, zeros, still_open)]), direction, 0.1), decided))
    decided = [
        fisher.run_test(effects([(1 + less, 5 - less, 0), (ones + more, zeros + still_open - more, 0)]), direction, 0.1)
        for less, more in itertools.product(range(3), range(still_open + 1))
    ]
    cases.append((fisher, fisher.run_test(effects([(1, 3, 2), (ones, zeros, still_open)]), direction, 0.1), decided))
    for test, found, outcomes in cases:
        assert found.p_value == pytest.approx(max(one.p_value for one in outcomes)), test.__name__
        assert sign * found.effect == pytest.approx(min(sign * one.effect for one in outcomes))
        assert found.low == pytest.approx(min(one.low for one in outcomes))
        assert found.high == pytest.approx(max(one.high for one in outcomes))
        assert found.details[f"effect_is_{'lower' if sign > 0 else 'upper'}_bound"]


def test_trends_are_of_seeds_in_which_the_event_may_come() -> None:
    groups: list[list[float | None]] = [[3.0, 3.1, 3.2, 3.05], [3.5, 3.6, 3.7, 3.55]]
    effects = effects_of(groups)
    gone = make_effects(
        [
            SeedEffect(9, "run1", "absent", group=1.0, note="none"),
            SeedEffect(8, "run0", "absent", group=0.0, note="none"),
        ]
    )
    both = pd.concat([effects, gone], ignore_index=True)
    for test in (ordered, survival):
        assert test.run_test(both, "greater", 0.1) == test.run_test(effects, "greater", 0.1)
        mostly = pd.concat([effects_of([[3.0, 3.1, 3.2], [3.5]]), gone, gone.assign(seed=7)], ignore_index=True)
        result = test.run_test(mostly, "greater", 0.1)
        assert (result.seeds, result.p_value) == (1, 1.0)
        assert decide(mostly, result, Rule("one_sided", "greater", 0.1, 3)).verdict == "contradicted"


def test_a_verdict_by_bounds_says_whether_one_other_seed_would_change_it() -> None:
    rule = Rule("one_sided", "greater", 0.5, 3)
    for count, flips in ((5, True), (10, False)):
        effects = with_absent([*np.linspace(1.5, 2.0, count - 2), None, None], 0)
        result, verdict = judged(mean, effects)
        found = stability(effects, result, rule, verdict, mean)  # type: ignore[arg-type]
        assert (verdict.verdict, found["may_flip"], found["distance"]) == ("supported", flips, None)


def test_an_open_end_is_no_number_of_json() -> None:
    result = mean.run_test(with_absent([None] * 3, 2), "greater", 0.5)
    written = without_nan({"high": result.high, "details": dict(result.details)})
    assert json.loads(json.dumps(written, allow_nan=False))["high"] is None
    assert written["details"]["median"] is None
