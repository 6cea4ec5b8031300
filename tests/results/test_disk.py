"""Room on the disk: missed before a training starts, and named in one line when it runs out."""

from __future__ import annotations

import errno
import shutil
from collections import namedtuple
from pathlib import Path

import pytest
from safetensors import SafetensorError

from grokscope import disk
from grokscope.errors import UserError
from grokscope.files import write_json
from grokscope.training import sealed_tensors
from grokscope.training.checkpoints import CheckpointStore
from training_support import small_settings, train_small

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def nearly_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**9, 10**9 - 5000, 5000))


def test_a_training_starts_only_where_its_checkpoints_have_room(tmp_path: Path, nearly_full: None) -> None:
    with pytest.raises(
        UserError,
        match=r"block: the 6 checkpoints of this training need .* 5.0 kB \(5000 bytes\) are free: .* are missing",
    ) as error:
        train_small(small_settings(), [3], tmp_path / "block")
    assert "\n" not in str(error.value)
    assert CheckpointStore(tmp_path / "block").steps() == []


def test_a_disk_that_fills_up_during_a_training_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, written = sealed_tensors.save_file, list[str]()

    def save(tensors: object, path: Path, **options: object) -> None:
        written.append(str(path))
        if len(written) > 3:
            path.write_bytes(b"half")
            raise SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)")
        real(tensors, path, **options)

    with monkeypatch.context() as patch:
        patch.setattr(sealed_tensors, "save_file", save)
        with pytest.raises(
            UserError, match=f"{tmp_path}: the disk is full: step_.* needs .* finished work is kept"
        ) as error:
            train_small(small_settings(), [3], tmp_path)
    assert "\n" not in str(error.value)
    assert not list(tmp_path.glob(".*"))
    record = train_small(small_settings(), [3], tmp_path)
    assert len(record["checkpoint_steps"]) == len(CheckpointStore(tmp_path).steps())


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_small_file_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def full(self: Path, *content: object, **options: object) -> int:
        raise OSError(number, "full")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(UserError, match="the disk is full"):
        write_json(tmp_path / "a.json", {})
    assert list(tmp_path.iterdir()) == []


def test_other_failures_stay_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(PermissionError), disk.as_user_error(tmp_path / "x"):
        raise PermissionError(errno.EACCES, "no")
