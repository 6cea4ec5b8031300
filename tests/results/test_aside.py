"""What is no longer wanted is moved aside, listed and deleted by one command."""

from __future__ import annotations

from pathlib import Path

import pytest

from grokscope.results.aside import main, moved_aside, replace_result, set_aside


def test_a_file_and_a_folder_are_moved_with_their_reason(tmp_path: Path) -> None:
    (tmp_path / "runs/a/block").mkdir(parents=True)
    (tmp_path / "runs/a/block/weights").write_bytes(bytes(1000))
    (tmp_path / "table.parquet").write_bytes(bytes(10))
    assert set_aside(tmp_path / "runs/a/block", tmp_path, "settings differ") == tmp_path / moved_aside(tmp_path)[0].path
    set_aside(tmp_path / "table.parquet", tmp_path, "damaged")
    assert set_aside(tmp_path / "nothing", tmp_path, "never there") is None
    first, second = moved_aside(tmp_path)
    assert (first.was, first.reason, first.size_bytes) == ("runs/a/block", "settings differ", 1000)
    assert (second.was, second.reason, second.size_bytes) == ("table.parquet", "damaged", 10)
    assert (tmp_path / first.path / "weights").stat().st_size == 1000
    assert not (tmp_path / "runs/a/block").exists()


def test_an_earlier_result_is_moved_aside_only_once_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "metrics/table"
    replace_result(path, tmp_path, lambda target: target.write_text("one") and None)
    assert moved_aside(tmp_path) == []

    def fail(target: Path) -> None:
        target.write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace_result(path, tmp_path, fail)
    assert path.read_text() == "one"
    assert [found.name for found in path.parent.iterdir()] == ["table"]
    replace_result(path, tmp_path, lambda target: target.write_text("one") and None)
    assert moved_aside(tmp_path) == []  # the same again
    replace_result(path, tmp_path, lambda target: target.write_text("two") and None, "settings.points: 3, now 4")
    assert path.read_text() == "two"
    (note,) = moved_aside(tmp_path)
    assert (tmp_path / note.path).read_text() == "one"
    assert note.reason == "settings.points: 3, now 4"


def test_the_command_lists_and_deletes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for scale in ("smoke", "checkpoints/smoke"):
        (tmp_path / scale).mkdir(parents=True)
        (tmp_path / scale / "old").write_bytes(bytes(2_000_000))
        set_aside(tmp_path / scale / "old", tmp_path / scale, f"reason of {scale}")
    main([str(tmp_path)])
    listed = capsys.readouterr()
    assert "2 results moved aside, 4.0 MB" in listed.err
    assert "reason of smoke" in listed.out
    assert "reason of checkpoints/smoke" in listed.out
    main([str(tmp_path), "--delete"])
    assert "deleted" in capsys.readouterr().err
    main([str(tmp_path)])
    assert "0 results moved aside" in capsys.readouterr().err
    assert (tmp_path / "smoke").is_dir()
