"""What several test modules share: the whole smoke scale, built once."""

from __future__ import annotations

import os
from pathlib import Path

# One thread, before anything imports torch: with two, a factorisation inside one of torch's parallel loops can wait for its second thread for good.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from filelock import FileLock

from workflow_support import Workplace


@pytest.fixture(autouse=True)
def moved_last_digits(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the environment variable GROKSCOPE_ROUNDING, every initial weight of a test marked `trained` is moved by a unit in its last digit.

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
    Processes of pytest-xdist share one folder, which is built by the first that comes while the others wait.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    workplace = Workplace(Path(os.environ.get("GROKSCOPE_SMOKE_FOLDER", shared / "smoke")).resolve())
    with FileLock(shared / "smoke.lock"):
        workplace.make()
    return workplace


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep tests on the smoke folder in one process, since some add to it; among several processes, start what takes longest first."""
    for item in items:
        if "smoke" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("smoke"))
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    group = item.get_closest_marker("xdist_group")
    if group is not None:
        return 0 if group.args == ("smoke",) else 1
    return 2 if item.get_closest_marker("slow") else 3
