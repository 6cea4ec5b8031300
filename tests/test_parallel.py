"""Several processes share the tests out as tests/parallel.py says: groups stay together, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from parallel import GROUPS, group_of

TESTS = Path(__file__).parent
FILES = {
    "tests/report/test_browser.py": "def test_it(i): time.sleep(0.05)",
    "tests/workflow/test_conda.py": (
        "class TestWithEnvironments:\n    @every\n    def test_it(self, i): time.sleep(0.05)"
    ),
    "tests/test_other.py": "def test_it(i): time.sleep(0.05)",
}


def test_groups_are_of_tests_that_exist() -> None:
    for start in GROUPS:
        path, _, name = start.partition("::")
        assert (f"\nclass {name}:" if name else "\ndef test_") in (TESTS.parent / path).read_text(), start


def test_tests_on_the_smoke_folder_are_in_its_group(request: pytest.FixtureRequest) -> None:
    """Of all tests that are collected with this one."""
    users = [item.nodeid for item in request.session.items if "smoke" in getattr(item, "fixturenames", ())]
    assert [test for test in users if group_of(test) != "smoke"] == []


def test_groups_are_told_by_the_names_of_tests() -> None:
    assert group_of("tests/workflow/test_plan.py::TestAfterABuild::test_a_detector") == "smoke"
    assert (
        group_of("tests/workflow/test_plan.py::test_a_wrong_config[x]")
        == "tests/workflow/test_plan.py::test_a_wrong_config[x]"
    )


def test_processes_keep_groups_together(tmp_path: Path) -> None:
    for name, body in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        marked = body if body.startswith("class") else f"@every\n{body}"
        path.write_text(f"import time, pytest\nevery = pytest.mark.parametrize('i', range(6))\n{marked}\n")
    (tmp_path / "tests/conftest.py").write_text(
        "from parallel import Scheduling, sort_by_length\n"
        "def pytest_collection_modifyitems(items): sort_by_length(items)\n"
        "def pytest_xdist_make_scheduler(config, log): return Scheduling(config, log)\n"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = slow\naddopts = --import-mode=importlib\n")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")} | {
        "PYTHONPATH": str(TESTS)
    }
    command = [sys.executable, "-m", "pytest", "--numprocesses", "2", "--verbose", "-p", "no:cacheprovider", "tests"]
    printed = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False).stdout
    where: dict[str, list[str]] = {}
    for line in printed.splitlines():
        if line.startswith("[gw"):
            where.setdefault(group_of(line.split()[-1]).partition("[")[0], []).append(line[1:4])
    assert {group: len(processes) for group, processes in where.items()} == {
        "browser": 6,
        "conda": 6,
        "tests/test_other.py::test_it": 6,
    }, printed
    assert {*where["browser"]} != {*where["conda"]}
    assert len({*where["browser"]}) == len({*where["conda"]}) == 1
