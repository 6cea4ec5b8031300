"""Events of every seed of a run."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from grokscope.config.detector_settings import DetectorSettings

COLUMNS = ["run", "seed", "event", "step", "last_step", "value"]


def detect_events(run: str, tables: Mapping[str, pd.DataFrame], detectors: DetectorSettings) -> pd.DataFrame:
    """Events of all seeds."""
    return pd.DataFrame({column: [] for column in COLUMNS})
