"""How many seeds a clear verdict takes, from the spread measured so far."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from grokscope.analysis.hypothesis_tests.result import CONFIDENCE, LEVEL, RANDOM_SEED, Effort, mostly_censored
from grokscope.analysis.premise import Premise
from grokscope.analysis.verdict import Rule, decide, usable

CANDIDATES = (3, 4, 5, 6, 8, 10, 15, 20, 30)
POWER = 0.8
DRAWS = 400
FIRST_DRAWS = 100
"""If PLAIN of these agree, no more are drawn: were the share below POWER, that would happen once in 50,000 times."""
PLAIN = 95
SMOOTHING = 0.25
"""Noise added to resampled values, in standard deviations of a group: few seeds do not show the whole spread."""
SMOOTHED = ("value", "partner", "censored_at")
NEEDED = ["seed", "group", "group_label", "value", "partner", "censored_at", "status", "note"]
"""Columns that tests and the rule ask for; drawing the others thousands of times would take longer than the tests."""
CLEAR = ("supported", "contradicted")
HOPELESS = 1e-6
"""Where a share of POWER gives as few clear verdicts as those so far with less than this probability, no more are
drawn.
"""
BOOTSTRAP = 99
RESAMPLES_PER_LEVEL = 20
"""Permutations for each multiple of the level that a p-value has to reach, so that it can be told from that."""
HOW = (
    "Experiments with n seeds in each group were drawn {draws} times ({first} where {plain} of these agree) from the"
    " measured effects (with replacement, values smoothed by {smoothing:g} standard deviations, shares by one"
    " pseudo-seed) and judged by the claim's own"
    " rule, corrected for the other claims of its family, whose p-values stay. The number is the smallest n with a"
    " clear verdict in {power:.0%}, if the true effects are spread as the measured ones. The interval is that of the"
    " share of draws (95 %, Clopper-Pearson)."
)


UNKNOWN: dict[str, Any] = {"seeds": None, "verdict": None, "power": None, "reason": "", "how": ""}


class Expected(NamedTuple):
    """The verdict that most draws give, how many of them do, and how many there were."""

    verdict: str
    agree: int
    draws: int


def seeds_needed(
    effects: pd.DataFrame, test: ModuleType, rule: Rule, premise: Premise | None = None, largest_p: float = LEVEL
) -> dict[str, Any]:
    """`seeds` (None when it cannot be computed), `verdict` (the one expected), `power` with its interval, `reason` and
    `how`, all JSON values.

    `largest_p` is the largest p-value that is enough beside the other claims of the family. Needs the premise and two
    usable seeds in every group. The numbers in CANDIDATES are tried. Equal effects give equal answers.
    """
    how = {"how": HOW.format(draws=DRAWS, first=FIRST_DRAWS, plain=PLAIN, smoothing=SMOOTHING, power=POWER)}
    kept = usable(effects)
    sizes = [len(usable(rows)) for _, rows in effects.groupby("group")]
    if premise is not None and premise.is_missing(rule.minimum_seeds):
        return UNKNOWN | {"reason": "More seeds do not help where the premise is missing."} | how
    if not sizes or min(sizes) < 2:
        return UNKNOWN | {"reason": "Fewer than two usable seeds in a group: there is no spread to go by."} | how
    for number in CANDIDATES:
        if number >= rule.minimum_seeds and (expected := expected_verdict(kept, test, rule, number, largest_p)):
            low, high = proportion_confint(expected.agree, expected.draws, alpha=1 - CONFIDENCE, method="beta")
            share = expected.agree / expected.draws
            power = {"share": share, "low": float(low), "high": float(high), "draws": expected.draws}
            return {"seeds": number, "verdict": expected.verdict, "power": power, "reason": ""} | how
    if any(mostly_censored(rows) for _, rows in kept.groupby("group")):
        return UNKNOWN | {"reason": "Most runs ended before it happened: longer runs help, more seeds do not."} | how
    reason = (
        f"Even {CANDIDATES[-1]} seeds would not be enough: the measured effect lies too close to the border between"
        " two verdicts."
    )
    return UNKNOWN | {"reason": reason} | how


def expected_verdict(kept: pd.DataFrame, test: ModuleType, rule: Rule, seeds: int, largest_p: float) -> Expected | None:
    """The verdict of at least POWER of the simulated experiments with `seeds` seeds in each group, or None.

    A claim counts as supported only if its p-value is at most `largest_p`.
    """
    generator = np.random.default_rng(RANDOM_SEED + seeds)
    groups = [_Group.of(rows) for _, rows in kept[NEEDED].groupby("group")]
    counts = dict.fromkeys(CLEAR, 0)
    binary = bool(getattr(test, "COUNTS_SEEDS", False))
    effort = Effort(round(RESAMPLES_PER_LEVEL / largest_p) - 1, BOOTSTRAP, details=False)
    too_few = stats.binom.ppf(HOPELESS, np.arange(DRAWS + 1), POWER)
    for done in count():
        agree = max(counts.values())
        if agree < too_few[done] or agree + DRAWS - done < POWER * DRAWS:
            return None  # no verdict gets there any more
        if done == DRAWS or (done == FIRST_DRAWS and agree >= PLAIN):
            break
        drawn = _drawn([group.draw(seeds, generator, binary) for group in groups])
        result = test.run_test(drawn, rule.direction, rule.smallest_effect, effort)
        verdict = decide(drawn, result, rule).verdict
        if verdict in counts and not (verdict == "supported" and result.p_value > largest_p):
            counts[verdict] += 1
    return Expected(max(counts, key=lambda verdict: counts[verdict]), agree, done)


@dataclass(frozen=True)
class _Group:
    """The usable effects of a group by column, and the standard deviation of its numbers; frames would take longer."""

    columns: dict[str, NDArray[Any]]
    deviations: dict[str, float]

    @classmethod
    def of(cls, rows: pd.DataFrame) -> _Group:
        return cls(
            {column: rows[column].to_numpy() for column in rows.columns},
            {column: float(np.nan_to_num(rows[column].std())) for column in SMOOTHED},
        )

    def draw(self, seeds: int, generator: np.random.Generator, binary: bool) -> dict[str, NDArray[Any]]:
        """Effects of so many seeds, with replacement, smoothed."""
        values = self.columns["value"]
        index = generator.integers(0, len(values), size=seeds)
        drawn = {column: known[index] for column, known in self.columns.items()} | {"seed": np.arange(seeds)}
        if binary:
            decided = values[(self.columns["status"] != "not_yet") & ~np.isnan(values)]
            share = (decided.sum() + 0.5) / (len(decided) + 1)
            shown = (generator.random(seeds) < share).astype(float)
            open_end = (drawn["status"] == "not_yet") | np.isnan(drawn["value"])
            return drawn | {"value": np.where(open_end, drawn["value"], shown)}
        noise = {column: generator.standard_normal(seeds) for column in SMOOTHED}
        return drawn | {
            column: drawn[column] + SMOOTHING * self.deviations[column] * noise[column] for column in SMOOTHED
        }


def _drawn(groups: list[dict[str, NDArray[Any]]]) -> pd.DataFrame:
    """The effects of all groups in one frame."""
    return pd.DataFrame({column: np.concatenate([group[column] for group in groups]) for column in groups[0]})
