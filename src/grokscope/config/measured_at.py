"""Where a verdict was measured, in words that stand after "at", by scale."""

from __future__ import annotations

MEASURED_AT = {"smoke": "smoke scale", "quick": "small scale", "paper": "the papers' settings"}
