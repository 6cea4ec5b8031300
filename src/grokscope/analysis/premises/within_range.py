"""The measure is not at the end of its range, where it cannot show a difference."""

from __future__ import annotations

from typing import Any

import pandas as pd

from grokscope.analysis.inputs import ItemInputs

FEWEST = 2
"""Values within the range that a comparison of three groups or more needs of a seed; one of two groups needs one."""


def thresholds(**_: Any) -> tuple[str, ...]:
    """The detector thresholds that the premise depends on: none but those of the effect."""
    return ()


def missing(inputs: ItemInputs, effects: pd.DataFrame) -> dict[int, str]:
    """What is missing, in words, for every seed that lacks it: values that are not at the end of their range.

    An estimand marks such values as `saturated`. Where a seed has one value, that one must not be; where it has several
    along an axis, two of them must not be, or one of two, since the step from one end to the same end is given
    beforehand.
    """
    lacking = {}
    for seed, rows in effects[effects["value"].notna()].groupby("seed"):
        free = int((~rows["saturated"]).sum())
        if free < min(FEWEST, max(len(rows) - 1, 1)):
            count = f" ({len(rows) - free} of {len(rows)} values are at it)" if len(rows) > 1 else ""
            lacking[int(str(seed))] = f"values that are not at their limit{count}"
    return lacking
