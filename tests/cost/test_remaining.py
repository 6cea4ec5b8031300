"""The lines on what is done and left, held against their own arithmetic and a made-up scheduler."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest

from grokscope.cost import beforehand, remaining
from grokscope.cost.beforehand import Job
from grokscope.cost.remaining import Announcer, told
from grokscope.report.job_words import job_in_words

TIMES: dict[str, Any] = {"start_seconds": 0.0, "runs": {"deep": {"training": 100.0}, "flat": {"training": 100.0}}}
DEEP, FLAT, OTHER = (
    Job("training", "deep", "seeds_0"),
    Job("training", "flat", "seeds_0"),
    Job("training", "x", "seeds_0"),
)
SETTINGS: dict[str, Any] = {
    "data": {"name": "mnist", "train_size": 100},
    "model": {"kind": "mlp", "depth": 8, "width": 100},
    "training": {},
}


@pytest.fixture(autouse=True)
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beforehand, "_measured", lambda: TIMES)


def name(job: Job) -> str:
    return f"training {job.run}"


def test_the_time_left_is_that_of_the_pace_so_far() -> None:
    # one of three equal jobs took four minutes, two are left
    line = told([DEEP], [FLAT], [DEEP], 240, name)
    assert line == "1 of 3 jobs done, about 8 minutes left. Now: training flat."
    assert "about 1 minute left" in told([DEEP], [FLAT], [], 60, name)
    assert "about 35 minutes left" in told([DEEP], [FLAT], [], 34 * 60, name)
    assert "about 3 hours left" in told([DEEP], [FLAT], [], 3 * 3600, name)
    assert "less than a minute left" in told([DEEP], [FLAT], [], 30, name)


def test_no_time_is_said_where_none_is_known() -> None:
    assert told([], [DEEP], [FLAT], 60, name) == "0 of 2 jobs done. Now: training deep."
    assert told([DEEP], [OTHER], [], 60, name) == "1 of 2 jobs done. Now: training x."
    assert told([DEEP], [], [FLAT] * 30, 60, name) == "1 of 31 jobs done."


def test_many_jobs_are_counted() -> None:
    jobs = [Job("training", str(i), "seeds_0") for i in range(5)]
    assert told([], jobs, [], 60, name).endswith("Now: training 0; training 1; training 2 and 2 more.")


def test_the_announcer_follows_a_scheduler_to_its_end() -> None:
    steps = iter([({"a"}, {"b"}), RuntimeError("changed"), ({"a", "b"}, {"c"}), ({"a", "b", "c"}, set())])
    state: list[Any] = [(set(), {"a"})]

    class Stepping(Announcer):
        def look(self, seconds: float) -> tuple[str, int]:
            found = next(steps)
            if isinstance(found, RuntimeError):
                raise found
            state[0] = found
            return super().look(seconds)

    stream = io.StringIO()
    jobs = {"a": DEEP, "b": FLAT, "c": DEEP}
    announcer = Stepping(
        jobs, lambda one: one in state[0][0], lambda one: one in state[0][1], name, stream=stream, every=0.001
    )
    announcer.start()
    announcer.join(10)
    assert not announcer.is_alive()
    assert re.findall(r"(\d) of 3 jobs done.*Now: training (\w+)", stream.getvalue()) == [("1", "flat"), ("2", "deep")]
    assert announcer.daemon
    assert remaining.EVERY_SECONDS == 60


def test_jobs_in_words() -> None:
    network = "an MLP of depth 8 and width 100 on mnist, N = 100 (5 seeds)"
    assert job_in_words("training", SETTINGS, 5) == f"training {network}"
    assert job_in_words("metric", SETTINGS, 5, "local_complexity") == f"measuring local complexity of {network}"
    assert job_in_words("deep_grokking_claims", None, 0) == "judging claims"
    assert job_in_words("report", None, 0) == "writing the report"
    assert job_in_words("of_a_plugin", None, 0) == "of a plugin"
