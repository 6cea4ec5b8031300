"""Steps at which weights are kept, given as ranges."""

from __future__ import annotations

from typing import Any

import pytest

from experiments_support import all_experiments
from grokscope.config.load import validated
from grokscope.config.plan import build_plan
from grokscope.config.run_settings import CheckpointSettings
from grokscope.config.user import UserConfig
from grokscope.errors import UserError
from grokscope.training.schedule import checkpoint_steps

RANGES = [5, {"from": 10, "to": 35, "every": 10}, {"from": 100, "to": 200, "every": 50}]


def test_ranges_are_the_steps_that_they_stand_for() -> None:
    found = validated(CheckpointSettings, {"grid": "log", "count": 2, "also": RANGES}, "somewhere")
    assert found.also == [5, 10, 20, 30, 100, 150, 200]
    assert found == CheckpointSettings(grid="log", count=2, also=[5, 10, 20, 30, 100, 150, 200])
    assert CheckpointSettings.model_validate(found.model_dump(mode="json")) == found


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"from": 10, "to": 5, "every": 1}, "to 5 lies before from 10"),
        ({"from": 10, "to": 50}, "every: required key is missing"),
        ({"from": 10, "to": 50, "every": 0}, "every: should be greater than 0"),
        ({"from": 10, "to": 50, "every": True}, "every: should be a valid integer"),
        ({"from": 10, "to": 50, "every": 10, "step": 3}, "step: unknown key"),
        ("10", "should be a valid integer"),
    ],
)
def test_a_wrong_range_is_refused(wrong: Any, words: str) -> None:
    with pytest.raises(UserError, match=words):
        validated(CheckpointSettings, {"grid": "log", "also": [5, wrong]}, "somewhere")


def test_fig_8_has_the_published_steps() -> None:
    plan = build_plan(UserConfig(scale="paper", figures="all"), all_experiments())
    run = plan.runs["add97-transformer-b2-w128-n4656-wd0"].settings
    steps = checkpoint_steps(run.checkpoints, run.training.steps)
    published = {*range(10, 141, 10), *range(200, 1001, 100), *range(1000, 9001, 1000), *range(12000, 498001, 3000)}
    assert steps == sorted({0} | published)
