"""Files are whole or absent, and what a killed process left behind is removed by the next one that writes the file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grokscope.files import BEGAN, remove_leftovers, write_text


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "table.json"
    write_text(target, "old")
    with pytest.raises(UnicodeEncodeError):
        write_text(target, "half \ud800")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_leftovers_of_a_killed_process_are_removed_and_nothing_else(tmp_path: Path) -> None:
    kept = [".other.abcdefgh.svg", ".figure.abcdefgh.png", ".figure.abc.svg", "figure.abcdefgh.svg", ".figure.svg"]
    for name in [".figure.abcdefgh.svg", *kept]:
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (BEGAN - 60, BEGAN - 60))
    (tmp_path / ".figure.ijklmnop.svg").touch()  # of a process that runs at the same time
    write_text(tmp_path / "figure.svg", "picture")
    assert {path.name for path in tmp_path.iterdir()} == {*kept, ".figure.ijklmnop.svg", "figure.svg"}


def test_folders_are_removed_with_what_is_in_them(tmp_path: Path) -> None:
    left = tmp_path / ".report.abcdefgh"
    left.mkdir()
    (left / "index.html").touch()
    os.utime(left, (BEGAN - 60, BEGAN - 60))
    remove_leftovers(tmp_path, ".report.")
    assert list(tmp_path.iterdir()) == []
