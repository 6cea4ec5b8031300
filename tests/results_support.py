"""Files of results with an identity."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from grokscope.analysis.summary import write_events
from grokscope.metrics.tables import make_table, write_table

IDENTITY = {"settings": {"steps": 3}, "code": "abc"}


def write_a_table(path: Path) -> None:
    """Weight norms of two seeds."""
    rows = [{"seed": seed, "step": step, "layer": 0, "norm": 0.1 * step} for seed in (0, 1) for step in range(60)]
    write_table(path, "weight_norm", make_table("weight_norm", rows, "run"), IDENTITY)


def write_some_events(path: Path) -> None:
    """One event for each of nine seeds."""
    dates = dict.fromkeys(("earliest", "latest", "lost_share", "sharpness"), np.nan) | {"state": "seen", "sharp": True}
    known = {"run": ["r"] * 9, "seed": range(9), "event": ["fit"] * 9}
    write_events(
        path, pd.DataFrame({**known, "step": np.arange(9.0), "last_step": [9] * 9, "value": np.nan, **dates}), IDENTITY
    )
