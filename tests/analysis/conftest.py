"""Fewer draws for the number of seeds that a verdict takes, which every judged claim asks for."""

from __future__ import annotations

import pytest

from grokscope.analysis import power


@pytest.fixture(autouse=True)
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of the draws; tests/analysis/test_power.py draws as often as the workflow does."""
    monkeypatch.setattr(power, "DRAWS", 40)
