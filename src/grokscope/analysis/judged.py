"""A claim judged by itself, before correction for the other claims of its family."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any, NamedTuple

import pandas as pd

from grokscope.analysis.families import Step
from grokscope.analysis.hypothesis_tests.result import TestResult
from grokscope.analysis.premise import Premise
from grokscope.analysis.verdict import Rule, Verdict


class Evaluation(NamedTuple):
    """What a claim's tables say by themselves: effects, their test (None: too few), verdict, and premise."""

    effects: pd.DataFrame
    result: TestResult | None
    verdict: Verdict
    premise: Premise

    @property
    def step(self) -> Step:
        """Verdict and p-value before correction for the family."""
        return Step(self.verdict.verdict, None if self.result is None else self.result.p_value)


@dataclass(frozen=True)
class Judged:
    """A claim judged by itself: its item, what its tables say, and its other readings."""

    item: dict[str, Any]
    scale: str
    rule: Rule
    test: ModuleType
    bounds: tuple[float, float]
    found: Evaluation
    others: tuple[tuple[str, Any, Step], ...]
    """Threshold, value, and verdict with p-value under it."""

    @property
    def family(self) -> tuple[Any, ...]:
        """What the claims have in common that are corrected together."""
        return self.item["settings"]["family"], self.scale, self.item["variant"]
