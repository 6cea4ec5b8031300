"""How many seeds a clear verdict takes, from the spread measured so far."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from grokscope.analysis.hypothesis_tests.result import COARSE, RANDOM_SEED
from grokscope.analysis.verdict import Rule, decide, usable

CANDIDATES = (3, 4, 5, 6, 8, 10, 15, 20, 30)
POWER = 0.8
DRAWS = 40
SMOOTHING = 0.25
"""Noise added to resampled values, in standard deviations of a group: few seeds do not show the whole spread."""
CLEAR = ("supported", "contradicted")
HOW = (
    "Experiments with n seeds in each group were drawn {draws} times from the measured effects (with replacement,"
    " values smoothed by {smoothing:g} standard deviations, shares by one pseudo-seed) and judged by the claim's own"
    " rule; the number is the smallest n with a clear verdict in {power:.0%}, before correction for the family, if the"
    " true effects are spread as the measured ones."
)


def seeds_needed(effects: pd.DataFrame, test: ModuleType, rule: Rule) -> dict[str, Any]:
    """`seeds` (None when it cannot be computed), `verdict` (the one expected), `reason` and `how`, all JSON values.

    Needs two usable seeds in every group. The numbers in CANDIDATES are tried. Equal effects give equal answers.
    """
    how = HOW.format(draws=DRAWS, smoothing=SMOOTHING, power=POWER)
    kept = usable(effects)
    sizes = [len(usable(rows)) for _, rows in effects.groupby("group")]
    if not sizes or min(sizes) < 2:
        return {
            "seeds": None,
            "verdict": None,
            "reason": "Fewer than two usable seeds in a group: there is no spread to go by.",
            "how": how,
        }
    for count in CANDIDATES:
        if count >= rule.minimum_seeds and (verdict := expected_verdict(kept, test, rule, count)):
            return {"seeds": count, "verdict": verdict, "reason": "", "how": how}
    reason = (
        f"Even {CANDIDATES[-1]} seeds would not be enough: the measured effect lies too close to the border between"
        " two verdicts."
    )
    return {"seeds": None, "verdict": None, "reason": reason, "how": how}


def expected_verdict(kept: pd.DataFrame, test: ModuleType, rule: Rule, seeds: int) -> str | None:
    """The verdict of at least POWER of the simulated experiments with `seeds` seeds in each group, or None."""
    generator = np.random.default_rng(RANDOM_SEED + seeds)
    groups = [rows for _, rows in kept.groupby("group")]
    counts = dict.fromkeys(CLEAR, 0)
    binary = bool(getattr(test, "COUNTS_SEEDS", False))
    for done in range(DRAWS):
        if max(counts.values()) + DRAWS - done < POWER * DRAWS:
            return None  # no verdict can get there any more
        drawn = pd.concat([_draw(rows, seeds, generator, binary) for rows in groups], ignore_index=True)
        verdict = decide(drawn, test.run_test(drawn, rule.direction, rule.smallest_effect, COARSE), rule).verdict
        if verdict in counts:
            counts[verdict] += 1
            if counts[verdict] >= POWER * DRAWS:
                return verdict
    return None


def _draw(rows: pd.DataFrame, seeds: int, generator: np.random.Generator, binary: bool) -> pd.DataFrame:
    drawn = rows.iloc[generator.integers(0, len(rows), size=seeds)].reset_index(drop=True)
    if binary:
        values = rows.loc[rows["status"] != "not_yet", "value"].dropna()  # the others have not decided yet
        share = (values.sum() + 0.5) / (len(values) + 1)
        smoothed: dict[str, Any] = {
            "value": np.where(
                drawn["value"].isna() | (drawn["status"] == "not_yet"),
                drawn["value"],
                (generator.random(seeds) < share).astype(float),
            )
        }
    else:
        smoothed = {
            column: drawn[column] + SMOOTHING * np.nan_to_num(rows[column].std()) * generator.standard_normal(seeds)
            for column in ("value", "partner", "censored_at")
        }
    return drawn.assign(seed=np.arange(seeds), **smoothed)
