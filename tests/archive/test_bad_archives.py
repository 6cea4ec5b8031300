"""An archive that is damaged, truncated, edited or something else is refused with one line that names the file."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from archive_support import (
    accuracy,
    block_folder,
    measured,
    packed,
    reindex,
    rewrite,
    small_archive,
)
from grokscope.archive.check import check_archive
from grokscope.archive.format import CRATE, INDEX, RECORD
from grokscope.archive.merge import merge_archives
from grokscope.errors import UserError
from grokscope.metrics.tables import make_table, write_table
from grokscope.results.sealed_tables import read_identity

Damage = Callable[[Path], None]
TABLE = "accuracy.parquet"


def table(archive: Path) -> Path:
    return block_folder(archive) / TABLE


def record(archive: Path) -> Path:
    return block_folder(archive) / RECORD


def flip(path: Path, place: float) -> None:
    content = bytearray(path.read_bytes())
    content[int(place * len(content))] ^= 0xFF
    path.write_bytes(bytes(content))


def edited(change: Callable[[dict], None]) -> Damage:
    """The index was edited by hand; its checksum was set right."""
    return lambda archive: rewrite(archive / INDEX, change)


def edited_record(change: Callable[[dict], None]) -> Damage:
    """The record was edited by hand; all checksums were set right."""

    def damage(archive: Path) -> None:
        rewrite(record(archive), change)
        reindex(archive)

    return damage


def other_table(name: str, rows: list[dict], run: str = "mnist-mlp") -> Damage:
    """Another table lies in place of that of accuracies; all checksums were set right."""

    def damage(archive: Path) -> None:
        identity = read_identity(table(archive))
        write_table(table(archive), name, make_table(name, rows, run), identity)
        reindex(archive)

    return damage


def renamed_column(archive: Path) -> None:
    """The table has a column of another name, without a seal."""
    found = parquet.read_table(table(archive))
    parquet.write_table(found.rename_columns(["runs", *found.column_names[1:]]), table(archive))
    reindex(archive)


def other_identity(archive: Path) -> None:
    identity = read_identity(table(archive))
    write_table(table(archive), "accuracy", accuracy("mnist-mlp", [0, 1]), {**identity, "metric": {"metric": "other"}})
    reindex(archive)


def link_outside(archive: Path) -> None:
    outside = archive.parent / "outside.parquet"
    shutil.move(table(archive), outside)
    table(archive).symlink_to(outside)


def rename_block(archive: Path) -> None:
    block_folder(archive).rename(block_folder(archive, "seeds_5-6"))

    def change(index: dict) -> None:
        index["blocks"] = [name.replace("seeds_0-1", "seeds_5-6") for name in index["blocks"]]
        index["files"] = {name.replace("seeds_0-1", "seeds_5-6"): entry for name, entry in index["files"].items()}

    rewrite(archive / INDEX, change)


def foreign_path(name: str) -> Damage:
    return edited(lambda index: index["files"].update({name: {"sha256": "0" * 64, "bytes": 1}}))


ROWS = [
    {"seed": seed, "step": step, "split": "train", "accuracy": 0.5, "loss": 0.5} for seed in (0, 1) for step in (0, 1)
]
ONE_SEED = accuracy("mnist-mlp", [0]).drop(columns="run").to_dict("records")
TWO_SEEDS = accuracy("mnist-mlp", [0, 1]).drop(columns="run").to_dict("records")

DAMAGES: dict[str, tuple[Damage, str, str]] = {
    # name -> what is done, the file that is named, a word of the reason
    "no index": (lambda archive: (archive / INDEX).unlink(), INDEX, "not an archive"),
    "empty index": (lambda archive: (archive / INDEX).write_bytes(b""), INDEX, "JSON"),
    "index cut short": (lambda archive: os.truncate(archive / INDEX, 200), INDEX, "JSON"),
    "index is HTML": (lambda archive: (archive / INDEX).write_text("<html>404</html>"), INDEX, "JSON"),
    "index is a list": (lambda archive: (archive / INDEX).write_text("[]"), INDEX, "checksum"),
    "byte of the index": (lambda archive: flip(archive / INDEX, 0.5), INDEX, ""),
    "index without checksum": (
        lambda archive: (archive / INDEX).write_text(json.dumps({"format": "x"})),
        INDEX,
        "checksum",
    ),
    "other format": (edited(lambda index: index.update(format="a photo album")), INDEX, "photo album"),
    "later version": (edited(lambda index: index.update(version=2)), INDEX, "version"),
    "version as text": (edited(lambda index: index.update(version="1")), INDEX, "version"),
    "unknown scale": (edited(lambda index: index.update(scale="huge")), INDEX, "scale"),
    "key too many": (edited(lambda index: index.update(comment="hello")), INDEX, "comment"),
    "key missing": (edited(lambda index: index.pop("blocks")), INDEX, "blocks"),
    "hash of wrong form": (
        edited(lambda index: next(iter(index["files"].values())).update(sha256="abc")),
        INDEX,
        "sha256",
    ),
    "negative size": (edited(lambda index: next(iter(index["files"].values())).update(bytes=-1)), INDEX, "bytes"),
    "path to a parent": (foreign_path("../outside.parquet"), INDEX, "inside the archive"),
    "absolute path": (foreign_path("/etc/passwd"), INDEX, "inside the archive"),
    "path of Windows": (foreign_path("runs\\outside.parquet"), INDEX, "inside the archive"),
    "drive of Windows": (foreign_path("C:outside.parquet"), INDEX, "inside the archive"),
    "path with a detour": (foreign_path("runs/./x.parquet"), INDEX, "inside the archive"),
    "link that leads outside": (link_outside, TABLE, "link"),
    "block of strange form": (edited(lambda index: index["blocks"].append("runs/x")), INDEX, "runs/x"),
    "block without record": (edited(lambda index: index["blocks"].append("runs/x/seeds_0")), INDEX, RECORD),
    "table deleted": (lambda archive: table(archive).unlink(), TABLE, "not there"),
    "table emptied": (lambda archive: table(archive).write_bytes(b""), TABLE, "bytes"),
    "table cut short": (lambda archive: os.truncate(table(archive), 1000), TABLE, "bytes"),
    "byte of a table": (lambda archive: flip(table(archive), 0.4), TABLE, "sha256"),
    "table is HTML": (lambda archive: table(archive).write_text("<html>404</html>"), TABLE, "bytes"),
    "table that is not listed": (
        lambda archive: shutil.copy(table(archive), block_folder(archive) / "more.parquet"),
        "more.parquet",
        "index",
    ),
    "record deleted": (lambda archive: record(archive).unlink(), RECORD, "not there"),
    "byte of a record": (lambda archive: flip(record(archive), 0.5), RECORD, "sha256"),
    "record edited, index set right": (
        lambda archive: (
            record(archive).write_text(record(archive).read_text().replace("1.5", "2.5")),
            reindex(archive),
        ),
        RECORD,
        "checksum",
    ),
    "record of other seeds": (edited_record(lambda content: content.update(seeds=[0, 2])), RECORD, "seeds"),
    "identity of other seeds": (edited_record(lambda content: content["identity"].update(seeds=[7])), RECORD, "seeds"),
    "record with a strange key": (edited_record(lambda content: content.update(note="x")), RECORD, "note"),
    "record without steps": (
        edited_record(lambda content: content["metrics"]["accuracy"].update(steps=[])),
        RECORD,
        "steps",
    ),
    "record of another training": (
        edited_record(lambda content: content["identity"].update(settings={"data": {"train_size": 1}})),
        RECORD,
        "training",
    ),
    "record with more rows": (
        edited_record(lambda content: content["metrics"]["accuracy"].update(rows=1)),
        TABLE,
        "rows",
    ),
    "record with other steps": (
        edited_record(lambda content: content["metrics"]["accuracy"].update(steps=[0, 1])),
        TABLE,
        "steps",
    ),
    "metric without a file": (
        edited_record(lambda content: content["metrics"].update(probes=content["metrics"]["accuracy"])),
        RECORD,
        "probes",
    ),
    "table of another metric": (
        other_table("weight_norm", [{"seed": seed, "step": 0, "layer": 1, "norm": 1.0} for seed in (0, 1)]),
        TABLE,
        "accuracy",
    ),
    "table with fewer rows": (other_table("accuracy", ROWS), TABLE, "rows"),
    "table of one seed": (other_table("accuracy", ONE_SEED), TABLE, ""),
    "table of another run": (other_table("accuracy", TWO_SEEDS, run="other"), TABLE, "run"),
    "table with a column of another name": (renamed_column, TABLE, "checksum"),
    "table made from something else": (other_identity, TABLE, "record"),
    "block under another name": (rename_block, RECORD, "seeds"),
    "description edited": (lambda archive: flip(archive / CRATE, 0.5), CRATE, "sha256"),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_archive(tmp_path_factory.mktemp("whole"))


@pytest.mark.parametrize("name", DAMAGES)
def test_it_is_refused_with_one_line_and_nothing_is_merged(name: str, whole: Path, tmp_path: Path) -> None:
    damage, file, reason = DAMAGES[name]
    bad = tmp_path / "bad"
    shutil.copytree(whole, bad)
    damage(bad)
    with pytest.raises(UserError) as error:
        check_archive(bad)
    line = str(error.value)
    assert file in line.split(": ")[0], line
    assert reason in line
    assert "\n" not in line

    good = packed(tmp_path / "good", measured(tmp_path / "measured", [5]))
    before = {path: path.read_bytes() for path in good.rglob("*") if path.is_file()}
    with pytest.raises(UserError):
        merge_archives([good, bad], good)
    assert {path: path.read_bytes() for path in good.rglob("*") if path.is_file()} == before
    assert {path.name for path in tmp_path.iterdir() if path.name.startswith(".")} <= {".good.lock"}


def test_enough_kinds_are_tried(whole: Path) -> None:
    assert len(DAMAGES) >= 30
    check_archive(whole)
