"""How tests are shared out among several processes (`pytest --numprocesses 2`): what has to stay together does, and
what takes longest starts first.

The `loadgroup` of pytest-xdist 3.8 would do the former, but with pytest 9.2 it ignores its marks without a word
(https://github.com/pytest-dev/pytest-xdist/issues/1386), so groups are told by the names of the tests here.
"""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

GROUPS = {
    "tests/workflow/test_smoke.py": "smoke",
    "tests/workflow/test_recomputed_smoke.py": "smoke",
    "tests/workflow/test_plan.py::TestAfterABuild": "smoke",
    "tests/workflow/test_archives.py": "smoke",
    "tests/workflow/test_kept.py": "smoke",
    "tests/workflow/test_conda.py::TestWithEnvironments": "conda",
    "tests/report/test_browser.py": "browser",
    "tests/report/test_clicks.py": "clicks",
    "tests/report/test_readers.py": "readers",
    "tests/results/test_additions.py": "additions",
}
"""Tests on one folder or page that takes long to make, or that some of them add to; the longest group comes first."""
FIRST = list(dict.fromkeys(GROUPS.values()))


def group_of(test: str) -> str:
    """Name of the group of a test, or the test itself where it may run anywhere."""
    return next((group for start, group in GROUPS.items() if test.startswith(start)), test)


def sort_by_length(items: list[pytest.Item]) -> None:
    """Groups first, then slow tests, then the others, so that no process is left alone with a long test at the end."""

    def place(item: pytest.Item) -> int:
        group = group_of(item.nodeid)
        if group in FIRST:
            return FIRST.index(group)
        return len(FIRST) + (item.get_closest_marker("slow") is None)

    items.sort(key=place)


class Scheduling(LoadScopeScheduling):
    """Gives a process that has nothing left to do the next group or test, in the order of collection."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)
