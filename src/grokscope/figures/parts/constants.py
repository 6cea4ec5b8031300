"""Shares that are the same throughout: a sentence says as much as a panel would."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from grokscope.figures.parts.wording import number

SAME = 0.05
"""Percent that are shown as the same number."""
NEARLY_NONE = 1.0
"""Percent below which a curve lies on its axis."""


def constant_share(curves: Iterable[pd.DataFrame]) -> str:
    """`0 %`, `12.5 %` or `at most 0.3 %` where all curves, in percent, are the same at every step, or nearly none; else
    empty, as where nothing was measured.
    """
    values = np.concatenate([np.empty(0), *(found.to_numpy(dtype=float).ravel() for found in curves)])
    values = values[np.isfinite(values)]
    if not len(values):
        return ""
    low, high = float(values.min()), float(values.max())
    if high < SAME:
        return "0 %"
    if low >= 0 and high < NEARLY_NONE:
        return f"at most {number(high, 1)} %"
    return f"{number(high, 1)} %" if high - low < SAME else ""
