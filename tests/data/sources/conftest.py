"""No test of a source waits before it tries again."""

from __future__ import annotations

import pytest

from grokscope.data import failures


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failures.time, "sleep", lambda seconds: None)
