"""Changes of direction of a curve."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from grokscope.analysis.detectors.turning_points import changes


@given(st.lists(st.floats(-10, 10), min_size=2, max_size=30), st.floats(0.1, 5))
def test_changes_alternate_count_and_join(values: list[float], smallest: float) -> None:
    found = changes(values, lambda high, low: high - low >= smallest)
    for change in found:
        assert abs(change.size) >= smallest
        inside = values[change.start : change.end + 1]
        assert {inside[0], inside[-1]} == {min(inside), max(inside)}
    for one, next_one in itertools.pairwise(found):
        assert one.end == next_one.start
        assert one.size * next_one.size < 0
    if not found:
        assert max(np.max(values[: i + 1]) - v for i, v in enumerate(values)) < smallest
