"""The rule that turns effects and a test into a verdict, fixed before any data; see docs/statistics.md."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from grokscope.analysis.effects import USABLE
from grokscope.analysis.hypothesis_tests.result import LEVEL, TestResult
from grokscope.analysis.premise import Premise

VerdictName = Literal["supported", "contradicted", "not seen", "inconclusive", "not tested"]
NOT_SEEN: Literal["not seen"] = "not seen"
SMALLEST_SHOWN = 1e-4
MOST = 0.5
"""More than this share of a group's usable seeds is most of them."""


@dataclass(frozen=True)
class Verdict:
    """A verdict and one sentence that says why."""

    verdict: VerdictName
    why: str


@dataclass(frozen=True)
class Rule:
    """What a claim fixes in advance: kind of test, direction, smallest effect that matters, seeds in each group."""

    kind: Literal["one_sided", "equivalence", "apart"]
    direction: Literal["greater", "less"]
    smallest_effect: float
    minimum_seeds: int
    zero: float = 0.0
    """What no effect is called in a reason: one half where the effect is a share's distance from it."""

    def named(self, effect: float) -> str:
        """An effect in a reason, on the claim's side of `zero`."""
        sign = -1.0 if self.zero and self.direction == "less" else 1.0
        return f"{self.zero + sign * effect:g}"


def usable(effects: pd.DataFrame) -> pd.DataFrame:
    """The effects that a test may use: not those of failed seeds, nor of seeds that lack the claim's premise."""
    return effects[_is_usable(effects)]


def _is_usable(effects: pd.DataFrame) -> NDArray[np.bool_]:
    # power simulations ask this of thousands of small frames, for which pandas' own way takes twenty times as long
    return np.array([status in USABLE for status in effects["status"].to_numpy()], dtype=bool)


def too_few(effects: pd.DataFrame, needed: int) -> str | None:
    """A sentence if a group has fewer than `needed` usable seeds, or there is no seed at all."""
    if effects.empty:
        return "There is no seed."
    _, places = np.unique(effects["group"].to_numpy(), return_inverse=True)
    if np.bincount(places, weights=_is_usable(effects)).min() >= needed:
        return None
    for _, rows in effects.groupby("group"):
        count = len(usable(rows))
        if count < needed:
            others = rows.loc[~_is_usable(rows), "status"].value_counts()
            reasons = ", ".join(f"{number} {str(status).replace('_', ' ')}" for status, number in others.items())
            label = rows["group_label"].iloc[0]
            return (
                f"Too few seeds: {count} usable{f' at {label}' if label else ''}, {needed}"
                f" needed{f' ({reasons})' if reasons else ''}."
            )
    return None


def mostly_absent(effects: pd.DataFrame) -> str | None:
    """A sentence if in most usable seeds of a group what the claim says does not happen."""
    if "absent" not in effects["status"].to_numpy():
        return None
    for _, rows in usable(effects).groupby("group"):
        absent = rows[rows["status"] == "absent"]
        if len(absent) > MOST * len(rows):
            label = rows["group_label"].iloc[0]
            note = absent["note"].value_counts().index[0]
            return f"In {len(absent)} of {len(rows)} seeds{f' at {label}' if label else ''}: {note}."
    return None


def decide(effects: pd.DataFrame, result: TestResult | None, rule: Rule, premise: Premise | None = None) -> Verdict:
    """The verdict on one claim, from all its effects, the test on the usable ones, and the claim's premise.

    Without the premise a claim cannot be decided, whatever the effects are. To say that it is missing takes as many
    seeds as any other verdict does.
    """
    if premise is not None and premise.is_missing(rule.minimum_seeds):
        return Verdict(NOT_SEEN, premise.why_not)
    if premise is not None and not premise.is_there:
        few = f"Too few seeds: {len(premise.lacks)} there, {rule.minimum_seeds} needed."
        return Verdict("inconclusive", f"{few} {premise.why_not}")
    shortage = too_few(effects, rule.minimum_seeds)
    if shortage or result is None:
        return Verdict("inconclusive", shortage or "Too few seeds for the test.")
    missing = mostly_absent(effects)
    if missing:
        return Verdict("contradicted", missing)
    if result.seeds < rule.minimum_seeds:
        return Verdict("inconclusive", f"Too few seeds: the test can use {result.seeds}, {rule.minimum_seeds} needed.")
    if not math.isfinite(result.effect) and not result.by_bounds:
        return Verdict(
            "inconclusive", "The seeds leave nothing to compare: there are too few pairs, or there is no spread."
        )
    found = {"equivalence": _by_equivalence, "apart": _by_distance, "one_sided": _by_direction}[rule.kind](result, rule)
    return _seen_too_rarely(result) or found if found.verdict == "supported" else found


def _seen_too_rarely(result: TestResult) -> Verdict | None:
    """A claim on when something happens is not supported by runs most of which do not show that it happens."""
    if not result.by_bounds or result.details["seen"] >= MOST * result.seeds:
        return None
    return Verdict(
        "inconclusive",
        f"{_p(result.p_value)}, but only {result.details['seen']:g} of {result.seeds} seeds show it within the run.",
    )


def _p(value: float) -> str:
    """A p-value in words."""
    return f"p = {value:.2g}" if value >= SMALLEST_SHOWN else f"p < {SMALLEST_SHOWN:g}"


def _too_few_for_a_p_value(result: TestResult) -> Verdict:
    return Verdict("inconclusive", f"With {result.seeds} seeds this test cannot give a p-value of {LEVEL:g} or less.")


def _too_few_to_rule_out(result: TestResult) -> Verdict:
    return Verdict(
        "inconclusive", f"The effects take so few values that {result.seeds} seeds cannot rule out a larger effect."
    )


def _hidden() -> Verdict:
    return Verdict("inconclusive", "In at least half of the seeds of a group the run ended before the event happened.")


def _ruled_out(result: TestResult, far_end_is_short: bool) -> bool:
    """Whether an effect that matters is ruled out: by the interval, or by a sign test where seeds have no value."""
    if result.by_bounds:
        return result.may_contradict
    return far_end_is_short and not result.censoring_hides and result.may_contradict


def _by_direction(result: TestResult, rule: Rule) -> Verdict:
    sign = 1 if rule.direction == "greater" else -1
    effect = sign * result.effect
    low, high = (result.low, result.high) if sign > 0 else (-result.high, -result.low)
    smallest, none, enough = rule.smallest_effect, rule.named(0.0), rule.named(rule.smallest_effect)
    if result.p_value <= LEVEL and low > 0 and effect >= smallest:
        return Verdict(
            "supported",
            f"{_p(result.p_value)}, the interval lies on the claim's side of {none}, and the effect reaches {enough}.",
        )
    if _ruled_out(result, high < smallest):
        if result.by_bounds:
            return Verdict("contradicted", f"{_p(result.short_p or 0.0)} against a median effect of {enough} or more.")
        return Verdict("contradicted", f"The interval contains no effect that reaches {enough}.")
    if result.censoring_hides:
        return _hidden()
    if result.smallest_p > LEVEL:
        return _too_few_for_a_p_value(result)
    if high < smallest:
        return _too_few_to_rule_out(result)
    if result.p_value <= LEVEL and low > 0:
        return Verdict(
            "inconclusive",
            f"There is an effect, but its estimate does not reach {enough}, and the interval goes beyond that.",
        )
    return Verdict(
        "inconclusive", f"{_p(result.p_value)}: the seeds rule out neither an effect of {none} nor one of {enough}."
    )


def _by_equivalence(result: TestResult, rule: Rule) -> Verdict:
    margin = rule.smallest_effect
    if result.p_value <= LEVEL:
        return Verdict(
            "supported", f"{_p(result.p_value)} against a difference of {margin:g} or more in either direction."
        )
    outside = result.low > margin or result.high < -margin
    if _ruled_out(result, outside):
        if result.by_bounds:
            return Verdict(
                "contradicted", f"{_p(result.short_p or 0.0)} against a median difference of {margin:g} or less."
            )
        return Verdict("contradicted", f"The interval lies wholly outside the margin of {margin:g}.")
    if result.censoring_hides:
        return _hidden()
    if result.smallest_p > LEVEL:
        return _too_few_for_a_p_value(result)
    if outside:
        return _too_few_to_rule_out(result)
    return Verdict("inconclusive", f"{_p(result.p_value)}: the difference may be smaller or larger than {margin:g}.")


def _by_distance(result: TestResult, rule: Rule) -> Verdict:
    margin = rule.smallest_effect
    if result.p_value <= LEVEL:
        return Verdict("supported", f"{_p(result.p_value)} against a distance of {margin:g} or less.")
    if result.details["equivalence_p"] <= LEVEL:
        return Verdict(
            "contradicted",
            f"The two coincide: {_p(result.details['equivalence_p'])} against a difference of {margin:g} or more.",
        )
    if result.censoring_hides:
        return _hidden()
    if result.smallest_p > LEVEL:
        return _too_few_for_a_p_value(result)
    return Verdict("inconclusive", f"{_p(result.p_value)}: the difference may be smaller or larger than {margin:g}.")
