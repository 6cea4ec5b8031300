"""The estimate that is printed before jobs start, held against its own arithmetic on made-up times."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from grokscope.config.start import load_plan
from grokscope.cost import beforehand, speed
from grokscope.cost.beforehand import CLAIMS_SECONDS, LOWER, OTHER_SECONDS, UPPER, Job, core_seconds, sentence

REPOSITORY = Path(__file__).parents[2]
TIMES: dict[str, Any] = {
    "processor": "a made-up processor",
    "products_a_second": 1e10,
    "start_seconds": 5.0,
    "runs": {"deep": {"training": 60.0, "accuracy": 2.0}},
}
TRAINING = Job("training", "deep", "seeds_0-4")
JOBS = [
    TRAINING,
    Job("metric", "deep", "seeds_0-4", "accuracy"),
    Job("deep_grokking_claims"),
    Job("figure"),
    Job("all"),
]
SECONDS = (5 + 5 * 60) + (5 + 5 * 2) + CLAIMS_SECONDS + OTHER_SECONDS["figure"]


@pytest.fixture(autouse=True)
def made_up(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "shipped" not in request.keywords:
        monkeypatch.setattr(beforehand, "_measured", lambda: TIMES)
        monkeypatch.setattr(beforehand, "products_a_second", lambda: 1e10)


def minutes(text: str) -> tuple[int, int]:
    first, last = re.search(r"about (\d+) to (\d+) minutes", text).groups()  # type: ignore[union-attr]
    return int(first), int(last)


def test_the_seconds_of_all_jobs_add_up() -> None:
    assert core_seconds(JOBS) == (SECONDS, 0)
    assert core_seconds([*JOBS, Job("training", "mine", "seeds_0"), Job("metric", "deep", "seeds_0", "new")]) == (
        SECONDS,
        2,
    )


def test_the_bounds_stand_around_the_estimate() -> None:
    text = sentence(JOBS, "quick", cores=1)
    assert minutes(text) == (round(LOWER * SECONDS / 60), 5 * round(UPPER * SECONDS / 60 / 5))
    assert "1 free core (" in text
    assert "a made-up processor" in text
    assert "\n" not in text
    assert "without 1 of other runs" in sentence([*JOBS, Job("training", "mine", "seeds_0")], "quick", 1)


def test_more_cores_help_until_the_longest_job_is_all_there_is() -> None:
    many = [Job("training", "deep", f"seeds_{seed}") for seed in range(100)]
    one, ten = minutes(sentence(many, "quick", 1)), minutes(sentence(many, "quick", 10))
    assert ten[1] == pytest.approx(one[1] / 10, abs=3)
    assert minutes(sentence([TRAINING] * 2, "quick", 100)) == minutes(sentence([TRAINING], "quick", 1))


def test_a_processor_twice_as_fast_takes_half_as_long(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [TRAINING] * 20
    slow = minutes(sentence(many, "quick", 1))
    monkeypatch.setattr(beforehand, "products_a_second", lambda: 2e10)
    assert minutes(sentence(many, "quick", 1))[1] == pytest.approx(slow[1] / 2, abs=3)
    monkeypatch.setattr(beforehand, "products_a_second", lambda: None)
    assert minutes(sentence(many, "quick", 1)) == slow


@pytest.mark.parametrize(
    "other", [{"scale": "smoke"}, {"scale": "paper"}, {"device": "cuda"}, {"cores": 0}, {"jobs": [Job("figure")]}]
)
def test_nothing_is_said_where_nothing_is_known_or_little_is_to_be_done(other: dict[str, Any]) -> None:
    assert sentence(**{"jobs": JOBS, "scale": "quick", "cores": 2, **other}) == ""


@pytest.mark.shipped
def test_the_times_that_are_shipped_know_the_runs_of_the_headline_figures() -> None:
    """When runs were added or renamed: python -m grokscope.cost.beforehand"""
    _, plan = load_plan({"scale": "quick"}, REPOSITORY)
    known = beforehand._measured()["runs"]
    needed = plan.metrics_needed()
    for run in plan.selected_runs():
        assert {"training", *needed[run]} <= set(known.get(run, {})), run
        assert all(seconds >= 0 for seconds in known[run].values())
        assert known[run]["training"] > 0


@pytest.mark.shipped
def test_the_speed_of_this_processor_is_plausible() -> None:
    found = speed.products_a_second()
    assert found is not None
    assert 1e8 < found < 1e12
    assert speed.SECONDS <= 0.5
