"""What several test modules share: the whole smoke scale, built once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

# One thread, before anything imports torch: with two, a factorisation inside one of torch's parallel loops can wait for
# its second thread for good.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import hypothesis
import pytest

from parallel import Scheduling, sort_by_length
from workflow_support import Workplace

# How long an example takes says how busy the machine is, and nothing about what is tested.
hypothesis.settings.register_profile("grokscope", deadline=None)
hypothesis.settings.load_profile("grokscope")


@pytest.fixture(autouse=True)
def moved_last_digits(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the environment variable GROKSCOPE_ROUNDING, every initial weight of a test marked `trained` is moved by a
    unit in its last digit.

    The number in the variable chooses the directions. See tests/arithmetic.py for what it is good for.
    """
    number = os.environ.get("GROKSCOPE_ROUNDING")
    if number and request.node.get_closest_marker("trained"):
        from arithmetic import move_last_digits  # it imports torch, which most tests do not need

        move_last_digits(monkeypatch, int(number))


@pytest.fixture(scope="session")
def smoke(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """A folder with everything at smoke scale. Tests may add to it, but must leave what is there as it is.

    With the environment variable GROKSCOPE_SMOKE_FOLDER it is that one, where what is there already is not built again.
    Among several processes only one makes it: tests/parallel.py keeps the tests on it together.
    """
    kept = os.environ.get("GROKSCOPE_SMOKE_FOLDER")
    workplace = Workplace(Path(kept).resolve() if kept else tmp_path_factory.mktemp("smoke"))
    workplace.make()
    return workplace


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Among several processes, start what takes longest first."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        sort_by_length(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    """Share tests out as tests/parallel.py says, whatever --dist is."""
    return Scheduling(config, log)
