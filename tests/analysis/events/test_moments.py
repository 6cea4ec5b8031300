"""When events happen, and which are still open where a run ends."""

from __future__ import annotations

import pytest

from analysis_support import omnigrok_grid
from analysis_tables import run_with
from grokscope.analysis.effects import seed_events
from grokscope.analysis.events.moments import moments

STEPS = omnigrok_grid()[::2]


def test_moments_of_a_norm_and_open_ends() -> None:
    tables = run_with(STEPS, "r", [6000.0, 1e9], [6000.0, 6000.0])
    found = {
        event: moments(tables, event, seed_events(tables), "claim")
        for event in ("norm_fall", "generalisation", "surge_2")
    }
    assert found["norm_fall"][0].step == pytest.approx(3000, rel=0.5)
    assert found["generalisation"][1].step is None
    assert found["generalisation"][1].open_end
    assert not found["surge_2"][0].open_end
    assert found["surge_2"][1].open_end
