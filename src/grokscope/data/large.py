"""Which sets are too large to be held as floating point numbers. Imports neither torch nor numpy."""

from __future__ import annotations

from grokscope.data.declared import Images, TaskFacts

PIXEL_BYTES = 4
LARGE_BYTES = 2 * 2**30
"""Images that would take more as numbers of 32 bits stay bytes until they are computed with."""


def stays_bytes(facts: TaskFacts) -> bool:
    """Whether the images of a task stay bytes until they are computed with (`grokscope.data.pixels_on_demand`)."""
    samples = facts.train_size + facts.test_size
    return isinstance(facts.input, Images) and PIXEL_BYTES * samples * facts.input.size > LARGE_BYTES
