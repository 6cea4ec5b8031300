"""How near a verdict is to another one: what would it take of the seeds, such as another processor makes of them?

On another processor, or with another version of a library, the same training rounds otherwise, and after some thousand
steps a seed is as good as another seed of the same network. So an estimate may move by as much as it would with new
seeds: the difference of two such means has a standard deviation of sqrt(2) standard errors. A verdict that lies nearer
to a line of the rule than that may be another one elsewhere.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from scipy import stats

from grokscope.analysis.hypothesis_tests.result import COARSE, CONFIDENCE, LEVEL, HypothesisTest, TestResult
from grokscope.analysis.verdict import NOT_SEEN, Rule, Verdict, decide, mostly_absent, usable

HOW = (
    "distance: by how much the effect and its interval would have to move for another verdict, in the effect's unit;"
    " yardstick: the standard deviation of the difference between this estimate and one from other seeds; may_flip: the"
    " distance is smaller than the yardstick, or, where seeds are counted, one seed more or less would do, or it is the"
    " correction for the family alone that makes the verdict."
)


def stability(
    effects: pd.DataFrame,
    result: TestResult | None,
    rule: Rule,
    verdict: Verdict,
    test: HypothesisTest,
    changed: bool = False,
) -> dict[str, Any]:
    """`distance`, `yardstick` and `may_flip` of a verdict, and `how` they are meant; None without an estimate.

    `verdict` is the one before correction for the family; `changed` says whether the correction makes another one.
    """
    distance = yardstick = may_flip = None
    estimated = result is not None and (math.isfinite(result.effect) or result.by_bounds)
    if changed:
        may_flip = True
    elif verdict.verdict != NOT_SEEN and result is not None and estimated:
        if getattr(test, "COUNTS_SEEDS", False):
            may_flip = _one_seed_flips(effects, rule, verdict, test)
        elif mostly_absent(effects):
            may_flip = not all(_stays_absent(rows) for _, rows in usable(effects).groupby("group"))
        elif result.by_bounds:
            may_flip = _one_other_seed_flips(effects, rule, verdict, test)
        elif not result.censoring_hides and math.isfinite(result.high - result.low):
            distance = _distance(result, rule, verdict.verdict)
            yardstick = (
                math.sqrt(2) * _half_width(result) / float(stats.t.ppf((1 + CONFIDENCE) / 2, max(result.seeds - 1, 1)))
            )
            may_flip = distance < yardstick
    return {"distance": distance, "yardstick": yardstick, "may_flip": may_flip, "how": HOW}


def _half_width(result: TestResult) -> float:
    return (result.high - result.low) / 2


def _distance(result: TestResult, rule: Rule, verdict: str) -> float:
    """How far the whole interval is from the nearest place with another verdict; 0 if only a p-value decides."""
    if rule.kind == "one_sided":
        sign = 1 if rule.direction == "greater" else -1
        low, high = sorted((sign * result.low, sign * result.high))
        to_support = max(rule.smallest_effect - sign * result.effect, -low)  # negative where the lines are passed
        to_contradict = high - rule.smallest_effect
    else:
        middle = abs(result.effect)
        narrow = _half_width(result) * _ratio_of_one_sided(result.seeds)
        inside = middle + narrow - rule.smallest_effect  # negative: a mean within the margin
        outside = rule.smallest_effect - (middle - _half_width(result))  # negative: one outside it
        to_support, to_contradict = (inside, outside) if rule.kind == "equivalence" else (outside, inside)
    if verdict == "supported":
        return max(0.0, -to_support)
    if verdict == "contradicted":
        return max(0.0, -to_contradict)
    return max(0.0, min(to_support, to_contradict))


def _ratio_of_one_sided(seeds: int) -> float:
    """Width of the 90 % interval, to which two one-sided tests correspond, over that of the 95 % one."""
    freedom = max(seeds - 1, 1)
    return float(stats.t.ppf(1 - LEVEL, freedom) / stats.t.ppf((1 + CONFIDENCE) / 2, freedom))


def _stays_absent(rows: pd.DataFrame) -> bool:
    """Whether the event would be absent in most seeds of a group, or in few, with one seed more or less."""
    absent, half = int((rows["status"] == "absent").sum()), len(rows) / 2
    return abs(absent - half) > 1


def _one_other_seed_flips(effects: pd.DataFrame, rule: Rule, verdict: Verdict, test: HypothesisTest) -> bool:
    """Whether the verdict is another one if the event does not come in one seed, or if that seed has no effect, or lies
    far on either side: sign tests count seeds. All others stay as they are, and one of them has no value.
    """
    kept = usable(effects)
    far = 2 * float(kept[["value", "censored_at"]].abs().max().max()) + 2 * rule.smallest_effect + 1
    for index in kept.index:
        others = effects.index != index
        for status, value, bound in (
            ("absent", math.nan, math.nan),
            ("not_yet", math.nan, far),
            ("observed", 0.0, math.nan),
            ("observed", -far, math.nan),
        ):
            changed = effects.assign(
                value=effects["value"].where(others, value),
                censored_at=effects["censored_at"].where(others, bound),
                status=effects["status"].where(others, status),
            )
            if usable(changed)["value"].notna().all():
                continue
            result = test.run_test(usable(changed), rule.direction, rule.smallest_effect, COARSE)
            if decide(changed, result, rule).verdict != verdict.verdict:
                return True
    return False


def _one_seed_flips(effects: pd.DataFrame, rule: Rule, verdict: Verdict, test: HypothesisTest) -> bool:
    """Whether the verdict is another one if one seed shows what it did not show, or the other way round."""
    kept = usable(effects)
    seen: set[tuple[float, float, str]] = set()
    for index, row in kept.iterrows():
        value = float(row["value"] > 0.5)
        if (row["group"], value, row["status"]) in seen:
            continue  # seeds of a group that show the same count alike
        seen.add((row["group"], value, row["status"]))
        others = effects.index != index
        changed = effects.assign(
            value=effects["value"].where(others, 1.0 - value), status=effects["status"].where(others, "observed")
        )
        result = test.run_test(usable(changed), rule.direction, rule.smallest_effect)
        if decide(changed, result, rule).verdict != verdict.verdict:
            return True
    return False
