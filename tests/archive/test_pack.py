"""What is packed is what was measured: tables to the byte, ranks of every definition to the bit."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from archive_support import WIDTH, block_folder, measured, packed, small_archive, spectra, spectrum
from grokscope.analysis.run_tables import read_run_tables
from grokscope.archive.check import check_archive
from grokscope.archive.describe import seeds_of_metrics
from grokscope.archive.format import CRATE, INDEX, RANKS, README
from grokscope.archive.open import open_archive
from grokscope.archive.pack import write_index
from grokscope.archive.spectra import COUNTING, round_spectra, to_digits
from grokscope.files import sha256_of
from grokscope.metrics.rank import DEFINITIONS, rank_table
from grokscope.metrics.tables import read_table

CHANCE = Fraction(1, 10)


def test_an_archive_is_whole_and_says_what_is_in_it(tmp_path: Path) -> None:
    archive = check_archive(small_archive(tmp_path))
    [block] = archive.blocks
    assert block.record.seeds == [0, 1]
    assert block.record.training["wall_seconds"] == 1.5
    assert block.record.metrics["accuracy"].steps == [0, 1, 10, 44]
    assert "seeds_0-1" in block.folder
    assert {path.suffix for path in archive.folder.rglob("*") if path.is_file()} == {".json", ".parquet", ".md"}


def test_tables_are_copied_to_the_byte_and_spectra_are_smaller(tmp_path: Path) -> None:
    block = measured(tmp_path / "measured", [0, 1])
    folder = block_folder(packed(tmp_path / "archive", block))
    assert (folder / "accuracy.parquet").read_bytes() == Path(block.tables["accuracy"]).read_bytes()
    original = read_table(block.tables["spectra"], "spectra")
    stored = read_table(folder / "spectra.parquet", "spectra")
    pd.testing.assert_frame_equal(original.drop(columns="eigenvalues"), stored.drop(columns="eigenvalues"))


def test_ranks_from_the_archive_equal_those_of_the_original_to_the_bit(tmp_path: Path) -> None:
    block = measured(tmp_path / "measured", [0, 1])
    folder = block_folder(packed(tmp_path / "archive", block))
    found = [
        read_run_tables(block.run, {"spectra": [path]}, [0, 1], CHANCE).table("rank")
        for path in (block.tables["spectra"], folder / "spectra.parquet")
    ]
    assert set(found[0]["definition"]) == set(DEFINITIONS)
    pd.testing.assert_frame_equal(found[0], found[1], check_exact=True)


@pytest.mark.parametrize("name", COUNTING)
def test_a_definition_that_counts_gives_the_same_from_rounded_eigenvalues(name: str) -> None:
    original = spectra("run", [0, 1, 2])
    rounded = round_spectra(original)
    derived = [
        table[table["definition"] == name]["rank"].tolist() for table in map(rank_table, (original, rounded.spectra))
    ]
    assert derived[0] == derived[1]
    assert rounded.ranks["rank"].tolist() == rank_table(original)["rank"].tolist()


def test_a_threshold_between_two_digits_gets_more_digits() -> None:
    """Two eigenvalues a hair above and below a threshold: eight digits would make them equal."""
    values = spectrum(np.random.default_rng(0))
    values[0], values[3], values[4] = 1.0, 1e-3 * (1 + 1e-6), 1e-3 * (1 - 1e-6)
    table = spectra("run", [0], [0]).iloc[:1].assign(eigenvalues=[values])
    rounded = round_spectra(table)
    assert rounded.bits > 8
    counts = [rank_table(one).set_index("definition")["rank"] for one in (table, rounded.spectra)]
    assert counts[0]["relative_1e-3"] == counts[1]["relative_1e-3"]


def test_digits_are_those_of_numpy_in_half_precision() -> None:
    """Eleven binary digits are those of IEEE half precision, which numpy rounds by itself."""
    values = np.random.default_rng(1).lognormal(0, 2, 1000)
    assert to_digits(values, 11).tolist() == values.astype(np.float16).astype(float).tolist()
    assert to_digits(np.array([np.nan, np.inf, 0.0]), 8)[1:].tolist() == [np.inf, 0.0]


def test_rounding_twice_changes_nothing() -> None:
    once = round_spectra(spectra("run", [0]))
    twice = round_spectra(once.spectra)
    for first, second in zip(once.spectra["eigenvalues"], twice.spectra["eigenvalues"], strict=True):
        assert len(first) == WIDTH
        assert first.tolist() == second.tolist()


def test_the_description_names_every_file_with_its_hash(tmp_path: Path) -> None:
    """RO-Crate 1.1: one root data set, one descriptor about it, every file with an entry of its own."""
    archive = small_archive(tmp_path)
    crate = json.loads((archive / CRATE).read_text())
    assert crate["@context"] == "https://w3id.org/ro/crate/1.1/context"
    graph = {entity["@id"]: entity for entity in crate["@graph"]}
    assert len(graph) == len(crate["@graph"])
    assert graph[CRATE]["about"] == {"@id": "./"}
    assert graph[CRATE]["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    root = graph["./"]
    assert {"name", "description", "datePublished", "license"} <= set(root)
    listed = {part["@id"] for part in root["hasPart"]}
    on_disk = {path.relative_to(archive).as_posix() for path in archive.rglob("*") if path.is_file()}
    assert on_disk - listed == {CRATE}
    assert all(graph[name]["sha256"] == sha256_of(archive / name) for name in listed - {INDEX})
    assert "sha256" not in graph[INDEX], "the index has the hash of the description, so neither can be last twice"
    references = [value["@id"] for entity in crate["@graph"] for value in entity.values() if isinstance(value, dict)]
    assert all(reference in graph or reference.startswith("https://w3id.org/") for reference in references)
    assert "| run | seeds of each metric |" in (archive / README).read_text()


def test_the_description_of_an_archive_that_has_grown_is_right(tmp_path: Path) -> None:
    archive = small_archive(tmp_path)
    opened = open_archive(archive)
    before = files_of(archive)
    write_index(archive, opened.index.scale, {block.folder: block.record for block in opened.blocks})
    assert files_of(archive) == before


@pytest.mark.parametrize("scale", ["paper", "quick"])
def test_the_published_descriptions_are_right(scale: str) -> None:
    archive = Path(__file__).parents[2] / "published" / scale
    files = files_of(archive)
    assert len(files) > 100
    for file in files:
        if file["@id"] != INDEX:
            assert file["sha256"] == sha256_of(archive / file["@id"]), file["@id"]


def files_of(archive: Path) -> list[dict[str, str]]:
    return [entity for entity in json.loads((archive / CRATE).read_text())["@graph"] if entity["@type"] == "File"]


def test_the_description_says_which_metrics_have_fewer_seeds() -> None:
    def record(seeds: list[int], *metrics: str) -> Any:
        return SimpleNamespace(seeds=seeds, metrics=dict.fromkeys(metrics))

    records = {
        "runs/a/seeds_0": record([0], "accuracy", "spectra"),
        "runs/a/seeds_1-2": record([1, 2], "accuracy"),
        "runs/b/seeds_0-1": record([0, 1], "accuracy", "loss"),
    }
    assert seeds_of_metrics(records) == {"a": "accuracy: 0, 1, 2; spectra: 0", "b": "0, 1"}


def test_the_ranks_lie_beside_the_spectra(tmp_path: Path) -> None:
    folder = block_folder(small_archive(tmp_path))
    assert set(read_table(folder / f"spectra.{RANKS}.parquet", RANKS)["definition"]) == set(DEFINITIONS)
