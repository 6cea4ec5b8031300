"""Every kind of file that the pipeline keeps, damaged in every usual way: found when it is read, named with reason and
remedy, never used.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from data_helpers import tiny_dataset
from grokscope.analysis.summary import read_events
from grokscope.data.dataset import write_dataset
from grokscope.data.recorded import recorded_dataset
from grokscope.errors import DamagedFile, UserError
from grokscope.files import read_json, write_json
from grokscope.metrics.tables import make_table, read_table, write_table
from grokscope.results.checkpoint_files import checkpoints_are_gone
from grokscope.results.sealed_tables import read_identity
from grokscope.results.standing import standing_of
from grokscope.training.checkpoints import CheckpointStore
from results_support import IDENTITY, write_a_table, write_some_events
from training_support import small_settings, train_small

HTML = b"<!DOCTYPE html><html><body>503 Service Unavailable</body></html>"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file of every kind, as the pipeline writes it."""
    folder = tmp_path_factory.mktemp("whole")
    train_small(small_settings(training={"steps": 4}), [3], folder / "training")
    write_a_table(folder / "weight_norm.parquet")
    values = np.random.default_rng(0).random((20, 30))
    spectra = [
        {"seed": 0, "step": step, "split": "test", "layer": 1, "points": 9, "eigenvalues": row}
        for step, row in enumerate(values)
    ]
    write_table(folder / "spectra.parquet", "spectra", make_table("spectra", spectra, "run"), IDENTITY)
    write_some_events(folder / "events.parquet")
    for name in ("training", "settings", "figure", "claim"):
        write_json(folder / f"{name}.json", {"name": name, "values": list(range(50)), "identity": IDENTITY})
    sha256 = write_dataset(tiny_dataset("mnist"), folder / "mnist.safetensors")
    write_json(folder / "mnist.json", {"file_sha256": sha256})
    return folder


READERS: dict[str, Callable[[Path], object]] = {
    "training/step_00000004.safetensors": lambda path: CheckpointStore(path.parent).load(4),
    "weight_norm.parquet": lambda path: read_table(path, "weight_norm"),
    "spectra.parquet": lambda path: read_table(path, "spectra"),
    "events.parquet": read_events,
    "training.json": read_json,
    "figure.json": read_json,
    "claim.json": read_json,
    "mnist.safetensors": recorded_dataset,
    "mnist.json": lambda path: recorded_dataset(path.with_suffix(".safetensors")),
}


def truncated(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


def last_bytes_lost(content: bytes) -> bytes:
    return content[:-3]


def flipped(content: bytes) -> bytes:
    """A byte in the first part, where the values are."""
    place = len(content) // 3
    return content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]


def zeroed(content: bytes) -> bytes:
    """A block that was never written."""
    start = len(content) // 4
    return content[:start] + bytes(len(content) // 4) + content[start + len(content) // 4 :]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "truncated": truncated,
    "end lost": last_bytes_lost,
    "byte flipped": flipped,
    "block of zeros": zeroed,
    "emptied": lambda content: b"",
    "replaced by HTML": lambda content: HTML,
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", READERS)
def test_damage_is_found_and_named(whole: Path, tmp_path: Path, name: str, damage: str) -> None:
    folder = tmp_path / "kept"
    shutil.copytree(whole, folder)
    path = folder / name
    READERS[name](path)
    content = path.read_bytes()
    damaged = DAMAGES[damage](content)
    assert damaged != content
    path.write_bytes(damaged)
    with pytest.raises(UserError) as error:
        READERS[name](path)
    message = str(error.value)
    assert "\n" not in message
    assert str(folder / Path(name).parent) in message
    assert Path(name).stem in message
    assert "delete" in message, "the remedy is missing"
    assert name.endswith("004.safetensors") is ("--config train_again=missing" in message)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_state_is_set_aside_and_the_training_begins_again(whole: Path, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "run" / "block"
    shutil.copytree(whole / "training", folder)
    (folder / "record.json").unlink()
    state = folder / "state.safetensors"
    state.write_bytes(DAMAGES[damage](state.read_bytes()))
    record = train_small(small_settings(training={"steps": 4}), [3], folder, aside_root=tmp_path)
    assert [(part["from_step"], part["to_step"]) for part in record["parts"]] == [(0, 4)]
    for step in CheckpointStore(folder).steps():
        name = f"step_{step:08d}.safetensors"
        assert (folder / name).read_bytes() == (whole / "training" / name).read_bytes()
    (kept,) = (tmp_path / "aside").rglob("state.safetensors")
    assert kept.read_bytes() == DAMAGES[damage]((whole / "training" / "state.safetensors").read_bytes())


@pytest.mark.parametrize("name", ["training/identity.json", "training/record.json"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_record_of_a_training_never_passes_for_it(
    whole: Path, tmp_path: Path, name: str, damage: str
) -> None:
    folder = tmp_path / "block"
    shutil.copytree(whole / "training", folder)
    path = folder / Path(name).name
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    record = train_small(small_settings(training={"steps": 4}), [3], folder)
    assert record["identity"] == read_json(folder / "identity.json")
    assert read_json(folder / "record.json") == record


@pytest.mark.parametrize("name", ["weight_norm.parquet", "training.json"])
@pytest.mark.parametrize("damage", ["truncated", "emptied", "replaced by HTML"])
def test_what_is_damaged_does_not_count_as_finished(whole: Path, tmp_path: Path, name: str, damage: str) -> None:
    path = tmp_path / name
    shutil.copy(whole / name, path)
    assert standing_of(path, IDENTITY).finished
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    found = standing_of(path, IDENTITY)
    assert found.outdated
    assert found.reason.startswith("damaged: "), "who says it says the path and what becomes of the file"
    assert name not in found.reason
    assert "made again" not in found.reason


def test_what_a_table_was_made_from_is_sealed_too(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "weight_norm.parquet"
    content = (whole / "weight_norm.parquet").read_bytes()
    place = content.index(b'"steps\\": 3') if b'"steps\\": 3' in content else content.index(b'"steps": 3')
    path.write_bytes(content[: place + 9] + b"4" + content[place + 10 :])
    with pytest.raises(DamagedFile, match="made from"):
        read_identity(path)


def test_one_checkpoint_is_gone_and_two_are() -> None:
    assert checkpoints_are_gone(1) == "1 checkpoint is gone"
    assert checkpoints_are_gone(2) == "2 checkpoints are gone"
