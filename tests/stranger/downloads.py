"""The two files that a claim's page offers."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import Any

import pandas as pd

NUMBERS = ("group", "value", "partner", "censored_at")
USABLE = ("observed", "not_yet", "absent")
FAILED = ("collapsed", "diverged")


@dataclass(frozen=True)
class Download:
    """What a claim asks (JSON), and its seeds (CSV), one row for each seed and group."""

    claim: dict[str, Any]
    rows: pd.DataFrame

    @property
    def sign(self) -> int:
        """1 for a claim that the effect is greater than 0, -1 for one that it is less."""
        return 1 if self.claim["direction"] == "greater" else -1

    @property
    def smallest(self) -> float:
        """The smallest effect that matters, or the margin."""
        return float(self.claim["smallest_effect"])

    @property
    def usable(self) -> pd.DataFrame:
        """The rows that a test may use."""
        return self.rows[self.rows["status"].isin(USABLE)]


def read(claim: str, seeds: str | None) -> Download:
    """The texts of both files; a claim of which no seed was looked at has no CSV."""
    rows = list(csv.DictReader(io.StringIO(seeds or "")))
    columns: dict[str, list] = {name: [float(row[name] or "nan") for row in rows] for name in NUMBERS}
    columns["seed"] = [int(row["seed"]) for row in rows]
    columns["status"] = [row["status"] for row in rows]
    return Download(json.loads(claim), pd.DataFrame(columns))
