"""Runs are found by their settings, tables by what they measure."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from archive_support import DATA, STEPS, accuracy, measured, packed
from grokscope.analysis.run_tables import read_run_tables
from grokscope.archive.available import UsableBlock, WantedMetric, usable_blocks
from grokscope.archive.open import open_archive
from grokscope.config.metric_settings import metric_settings
from grokscope.errors import UserError
from grokscope.metrics.tables import columns_of
from grokscope.results.identity import metric_identity, training_identity
from training_support import small_settings

CHANCE = Fraction(1, 10)


def found(
    archive: Path,
    seeds: list[int],
    metrics: dict[str, dict] | None = None,
    steps: list[int] = STEPS,
    complete: bool = True,
    data: dict | None = None,
    **changes: dict,
) -> dict[str, UsableBlock]:
    """What the archive has for a run with these settings, under today's code."""
    settings = small_settings(**changes)
    training = training_identity(settings, [], data or DATA, "code of today")
    wanted = {}
    for name, options in (metrics or {"accuracy": {}, "spectra": {}}).items():
        chosen = metric_settings(name, {"metric": name, **options})
        columns = columns_of(name)
        wanted[name] = WantedMetric(metric_identity(training, chosen, settings, DATA, "code of today"), steps, columns)
    usable = usable_blocks(open_archive(archive), training, wanted)
    if complete:
        usable = [one for one in usable if len(one.metrics) == len(wanted)]
    return {one.block.name: one for one in usable if set(one.seeds) & set(seeds)}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    blocks = [
        measured(tmp_path / "a", [0, 1], run="named-by-someone-else"),
        measured(tmp_path / "b", [2], run="named-by-someone-else", metrics=("accuracy",)),
    ]
    return packed(tmp_path / "archive", *blocks)


def test_a_run_of_another_name_and_of_other_code_is_found(archive: Path) -> None:
    assert list(found(archive, [0, 1, 2, 3])) == ["seeds_0-1"]


def test_a_block_that_lacks_a_metric_serves_where_what_is_missing_is_left_out(archive: Path) -> None:
    usable = found(archive, [0, 1, 2], complete=False)
    assert {name: sorted(block.metrics) for name, block in usable.items()} == {
        "seeds_0-1": ["accuracy", "spectra"],
        "seeds_2": ["accuracy"],
    }


@pytest.mark.parametrize(
    "changes",
    [{"training": {"steps": 45}}, {"model": {"width": 13}}, {"data": {"train_size": 100}}],
    ids=["steps", "width", "train size"],
)
def test_other_settings_are_another_run(archive: Path, changes: dict) -> None:
    assert found(archive, [0, 1], **changes) == {}


def test_other_data_are_another_run(archive: Path) -> None:
    assert found(archive, [0, 1], data={**DATA, "train_images": "other"}) == {}


def test_other_settings_of_a_metric_do_not_serve(archive: Path) -> None:
    assert found(archive, [0, 1], {"accuracy": {}, "spectra": {"splits": ["train"]}}) == {}
    assert list(found(archive, [0, 1], {"accuracy": {}})) == ["seeds_0-1"]


def test_more_checkpoints_serve_and_fewer_do_not(archive: Path) -> None:
    assert list(found(archive, [0, 1], {"accuracy": {"at_most": 2}}, steps=[0, 44])) == ["seeds_0-1"]
    assert found(archive, [0, 1], {"accuracy": {}}, steps=[*STEPS, 20]) == {}


def test_seeds_that_nobody_wants_are_not_taken(archive: Path) -> None:
    assert found(archive, [7]) == {}


def test_its_tables_are_read_as_those_of_the_run_at_the_wanted_steps(archive: Path) -> None:
    usable = found(archive, [1])["seeds_0-1"]
    tables = read_run_tables("mine", {"accuracy": [usable.path("accuracy")]}, [1], CHANCE, steps={"accuracy": [0, 10]})
    table = tables.table("accuracy")
    assert set(table["run"]) == {"mine"}
    assert sorted(set(table["step"])) == [0, 10]
    assert set(table["seed"]) == {1}


def test_a_table_of_another_run_in_the_results_folder_is_still_refused(tmp_path: Path) -> None:
    block = measured(tmp_path / "a", [0], metrics=("accuracy",), tables={"accuracy": accuracy("other", [0])})
    with pytest.raises(UserError, match="holds run other"):
        read_run_tables("mine", {"accuracy": [block.tables["accuracy"]]}, [0], CHANCE)
