"""No kill and no second process loses what an archive holds."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from archive_support import measured, packed
from grokscope.archive import install
from grokscope.archive.check import check_archive
from grokscope.archive.install import finish_update, sole_writer, update_folder
from grokscope.archive.merge import merge_archives
from grokscope.archive.open import open_archive
from grokscope.errors import UserError


def archive_of(tmp_path: Path, seed: int) -> Path:
    return packed(tmp_path / f"archive{seed}", measured(tmp_path / f"measured{seed}", [seed]))


def seeds_in(archive: Path) -> list[int]:
    return sorted(seed for block in check_archive(archive).blocks for seed in block.record.seeds)


class Killed(BaseException):
    """Stands for a signal."""


@pytest.mark.parametrize("place", range(1, 9))
def test_killed_while_files_are_replaced_it_is_finished_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    goal, more = archive_of(tmp_path, 0), archive_of(tmp_path, 1)
    usual, calls = install._replace, []

    def replace(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == place:
            raise Killed
        usual(source, target)

    monkeypatch.setattr(install, "_replace", replace)
    with pytest.raises(Killed):
        merge_archives([goal, more], goal)
    monkeypatch.undo()
    with pytest.raises(UserError, match="an update of this archive was interrupted"):
        open_archive(goal)
    merge_archives([goal, more], goal)
    assert seeds_in(goal) == [0, 1]
    assert not update_folder(goal).exists()


def test_killed_while_the_new_content_is_written_nothing_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goal, more = archive_of(tmp_path, 0), archive_of(tmp_path, 1)
    before = {path: path.read_bytes() for path in goal.rglob("*") if path.is_file()}
    monkeypatch.setattr(shutil, "copyfile", lambda source, target: (_ for _ in ()).throw(Killed))
    with pytest.raises(Killed):
        merge_archives([goal, more], goal)
    monkeypatch.undo()
    assert {path: path.read_bytes() for path in goal.rglob("*") if path.is_file()} == before
    assert seeds_in(goal) == [0]


def test_what_a_killed_process_left_unfinished_is_thrown_away(tmp_path: Path) -> None:
    goal = archive_of(tmp_path, 0)
    (update_folder(goal) / "new").mkdir(parents=True)
    (update_folder(goal) / "new" / "index.json").write_text("half")
    finish_update(goal)
    assert seeds_in(goal) == [0]
    assert not update_folder(goal).exists()


def test_two_cannot_write_at_once(tmp_path: Path) -> None:
    goal, more = archive_of(tmp_path, 0), archive_of(tmp_path, 1)
    with sole_writer(goal), pytest.raises(UserError, match="another publish or merge writes this archive now"):
        merge_archives([goal, more], goal)
    merge_archives([goal, more], goal)
    assert seeds_in(goal) == [0, 1]


def test_other_files_in_the_folder_stay(tmp_path: Path) -> None:
    goal, more = archive_of(tmp_path, 0), archive_of(tmp_path, 1)
    (goal / ".git").mkdir()
    (goal / ".git" / "HEAD").write_text("ref")
    (goal / "NOTES.md").write_text("mine")
    merge_archives([goal, more], goal)
    assert (goal / ".git" / "HEAD").read_text() == "ref"
    assert (goal / "NOTES.md").read_text() == "mine"


def test_a_link_to_the_archive_stays_a_link(tmp_path: Path) -> None:
    real, more = archive_of(tmp_path, 0), archive_of(tmp_path, 1)
    link = tmp_path / "link"
    link.symlink_to(real)
    merge_archives([link, more], link)
    assert link.is_symlink()
    assert seeds_in(real) == [0, 1]
