"""Correction of p-values for the number of claims tested (Holm, Scandinavian Journal of Statistics 6, 1979).

A verdict has two steps: what a claim's own numbers say, and what is left of that when it is one of several claims of
its family. The second one is the verdict.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from grokscope.analysis.hypothesis_tests.result import LEVEL
from grokscope.analysis.verdict import Verdict, VerdictName


@dataclass(frozen=True)
class Step:
    """A verdict and the p-value at this step; None where the claim was not tested."""

    verdict: VerdictName
    p_value: float | None

    def why(self, before: Verdict, family_size: int) -> str:
        """Why the verdict is what it is; where the correction made it another one, it says so."""
        if self.verdict == before.verdict:
            return before.why
        return (
            f"By itself it would be {before.verdict} ({before.why.rstrip('.')}), but not after correction for the"
            f" {family_size} claims of its family."
        )


@dataclass(frozen=True)
class Family:
    """The other claims of a claim's family, by their p-values."""

    others: tuple[float, ...]

    @property
    def size(self) -> int:
        """The number of claims, the one in question included."""
        return len(self.others) + 1

    def p_value(self, p_value: float) -> float:
        """A claim's p-value after Holm's step-down correction: the k-th smallest of n times n - k + 1, at least that of
        the one before it and at most 1. (`statsmodels.stats.multitest.multipletests` gives the same, and runs the
        garbage collector at each of the many calls that a claim makes.)
        """
        ordered = np.sort([p_value, *self.others])
        corrected = np.maximum.accumulate(ordered * np.arange(self.size, 0, -1))
        return float(min(1.0, corrected[np.searchsorted(ordered, p_value)]))

    @cached_property
    def largest_p_value(self) -> float:
        """The largest p-value that is still at most LEVEL after the correction: LEVEL divided by a whole number."""
        divisors = range(1, self.size + 1)
        return LEVEL / divisors[bisect_left(divisors, True, key=lambda divisor: self.p_value(LEVEL / divisor) <= LEVEL)]

    def verdict(self, before: Step) -> VerdictName:
        """The second step of a verdict.

        A claim that is supported by its raw p-value alone is inconclusive. Contradictions rest on intervals and stay.
        """
        if before.verdict == "supported" and before.p_value is not None and before.p_value > self.largest_p_value:
            return "inconclusive"
        return before.verdict

    def corrected(self, before: Step) -> Step:
        """The second step of a verdict with its p-value."""
        if before.p_value is None:
            return before
        return Step(self.verdict(before), self.p_value(before.p_value))
