"""Archives of other seeds, machines and figures become one; what disagrees stops the merge."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from archive_support import STEPS, accuracy, block_folder, measured, packed, spectra
from grokscope.archive.check import check_archive
from grokscope.archive.merge import merge_archives
from grokscope.errors import UserError
from grokscope.metrics.tables import read_table

OTHER_MACHINE = {"device": "cpu", "device_name": "another processor", "threads": 1, "torch": "2.0"}


def archives(tmp_path: Path, *blocks: dict) -> list[Path]:
    """One archive for each block."""
    found = []
    for place, options in enumerate(blocks):
        block = measured(tmp_path / f"measured{place}", **options)
        found.append(packed(tmp_path / f"archive{place}", block))
    return found


def test_other_seeds_and_other_runs_are_added(tmp_path: Path) -> None:
    sources = archives(
        tmp_path, {"seeds": [0, 1]}, {"seeds": [2]}, {"seeds": [0], "run": "deeper", "model": {"depth": 4}}
    )
    assert merge_archives(sources, tmp_path / "merged").blocks == 3
    merged = check_archive(tmp_path / "merged")
    assert sorted((block.record.run, tuple(block.record.seeds)) for block in merged.blocks) == [
        ("deeper", (0,)),
        ("mnist-mlp", (0, 1)),
        ("mnist-mlp", (2,)),
    ]


def test_an_archive_grows_in_place(tmp_path: Path) -> None:
    first, second = archives(tmp_path, {"seeds": [0]}, {"seeds": [1]})
    assert merge_archives([first, second], first).blocks == 2
    assert len(check_archive(first).blocks) == 2
    assert len(check_archive(second).blocks) == 1


def test_merging_the_same_twice_changes_nothing(tmp_path: Path) -> None:
    first, second = archives(tmp_path, {"seeds": [0]}, {"seeds": [1]})
    merge_archives([first, second], tmp_path / "merged")
    before = {path.name: path.read_bytes() for path in (tmp_path / "merged").rglob("*") if path.is_file()}
    merge_archives([tmp_path / "merged", second], tmp_path / "merged")
    assert {path.name: path.read_bytes() for path in (tmp_path / "merged").rglob("*") if path.is_file()} == before


def test_metrics_that_were_measured_elsewhere_are_added_to_the_same_seeds(tmp_path: Path) -> None:
    sources = archives(tmp_path, {"seeds": [0], "metrics": ("accuracy",)}, {"seeds": [0], "metrics": ("spectra",)})
    merge_archives(sources, tmp_path / "merged")
    [block] = check_archive(tmp_path / "merged").blocks
    assert set(block.record.metrics) == {"accuracy", "spectra"}
    assert Path(str(block.ranks_path("spectra"))).is_file()


def test_the_table_with_more_checkpoints_is_kept(tmp_path: Path) -> None:
    few = {"accuracy": accuracy("mnist-mlp", [0], STEPS[:2])}
    sources = archives(
        tmp_path,
        {"seeds": [0], "metrics": ("accuracy",), "tables": few, "options": {"accuracy": {"at_most": 2}}},
        {"seeds": [0], "metrics": ("accuracy",)},
    )
    merge_archives(sources, tmp_path / "merged")
    [block] = check_archive(tmp_path / "merged").blocks
    assert block.record.metrics["accuracy"].steps == STEPS


def test_two_runs_of_one_name_are_both_kept(tmp_path: Path) -> None:
    sources = archives(tmp_path, {"seeds": [0]}, {"seeds": [0], "training": {"steps": 45}})
    assert merge_archives(sources, tmp_path / "merged").blocks == 2
    assert len({block.record.key for block in check_archive(tmp_path / "merged").blocks}) == 2


def test_a_seed_that_disagrees_stops_the_merge_with_both_values(tmp_path: Path) -> None:
    changed = accuracy("mnist-mlp", [0])
    changed.loc[3, "accuracy"] += 1e-12
    sources = archives(
        tmp_path,
        {"seeds": [0], "metrics": ("accuracy",)},
        {"seeds": [0], "metrics": ("accuracy",), "tables": {"accuracy": changed}},
    )
    with pytest.raises(UserError) as error:
        merge_archives(sources, tmp_path / "merged")
    line = str(error.value)
    row = changed.loc[3]
    for words in ("run mnist-mlp", "seed 0", "metric accuracy", f"step {row['step']}", repr(float(row["accuracy"]))):
        assert words in line
    assert repr(float(accuracy("mnist-mlp", [0]).loc[3, "accuracy"])) in line
    assert not (tmp_path / "merged").exists()


@pytest.mark.parametrize(
    ("from_step", "shift", "agrees"),
    [
        (0, 1e-12, True),
        (0, 0.005, False),
        (10, 0.005, False),
        (11, 0.01, True),
        (11, 0.2, False),
        (11, np.nan, False),
    ],
    ids=["rounding", "another seed", "soon", "a little later on", "much at most steps", "diverged"],
)
def test_another_machine_may_differ_by_what_its_arithmetic_brings(
    tmp_path: Path, from_step: int, shift: float, agrees: bool
) -> None:
    """In the first ten steps only rounding differs: a seed under the number of another one is noticed there."""
    table = accuracy("mnist-mlp", [0], [0, 10, 20, 30, 44])
    changed = table.copy()
    changed.loc[changed["step"] >= from_step, "accuracy"] += shift
    sources = archives(
        tmp_path,
        {"seeds": [0], "metrics": ("accuracy",), "tables": {"accuracy": table}},
        {"seeds": [0], "metrics": ("accuracy",), "machine": OTHER_MACHINE, "tables": {"accuracy": changed}},
    )
    if agrees:
        assert merge_archives(sources, tmp_path / "merged").blocks == 1
    else:
        with pytest.raises(UserError, match="nothing was merged"):
            merge_archives(sources, tmp_path / "merged")


@pytest.mark.parametrize(("shift", "agrees"), [(0.4, True), (0.6, False)])
def test_a_share_may_differ_by_one_half_at_a_single_later_step(tmp_path: Path, shift: float, agrees: bool) -> None:
    table = accuracy("mnist-mlp", [0], [0, 10, 20, 30, 44])
    changed = table.copy()
    changed.loc[changed["step"] == 30, "accuracy"] += shift
    sources = archives(
        tmp_path,
        {"seeds": [0], "metrics": ("accuracy",), "tables": {"accuracy": table}},
        {"seeds": [0], "metrics": ("accuracy",), "machine": OTHER_MACHINE, "tables": {"accuracy": changed}},
    )
    if agrees:
        assert merge_archives(sources, tmp_path / "merged").blocks == 1
    else:
        with pytest.raises(UserError, match="step 30"):
            merge_archives(sources, tmp_path / "merged")


def test_tables_of_two_trainings_are_not_put_together(tmp_path: Path) -> None:
    """Accuracy of one machine and spectra of another are not one training."""
    sources = archives(
        tmp_path,
        {"seeds": [0], "metrics": ("accuracy",)},
        {"seeds": [0], "metrics": ("spectra",), "machine": OTHER_MACHINE},
    )
    assert merge_archives(sources, tmp_path / "merged").blocks == 2
    found = check_archive(tmp_path / "merged").blocks
    assert sorted(tuple(block.record.metrics) for block in found) == [("accuracy",), ("spectra",)]


def test_tables_at_other_checkpoints_are_both_kept(tmp_path: Path) -> None:
    sources = archives(
        tmp_path,
        *(
            {"seeds": [0], "metrics": ("accuracy",), "tables": {"accuracy": accuracy("mnist-mlp", [0], steps)}}
            for steps in ([0, 1, 44], [0, 10, 44])
        ),
    )
    merge_archives(sources, tmp_path / "merged")
    [block] = check_archive(tmp_path / "merged").blocks
    assert sorted(about.steps for about in block.record.metrics.values()) == [[0, 1, 44], [0, 10, 44]]


def test_a_seed_in_blocks_of_different_seeds_is_compared_and_both_are_kept(tmp_path: Path) -> None:
    sources = archives(tmp_path, {"seeds": [0, 1]}, {"seeds": [1, 2]})
    assert merge_archives(sources, tmp_path / "merged").blocks == 2
    block = block_folder(tmp_path / "merged", "seeds_1-2")
    assert sorted(read_table(block / "accuracy.parquet", "accuracy")["seed"].unique()) == [1, 2]


def test_spectra_of_two_machines_are_compared_too(tmp_path: Path) -> None:
    table = spectra("mnist-mlp", [0])
    table["eigenvalues"] = [
        values * (3.0 if step else 1.0) for values, step in zip(table["eigenvalues"], table["step"], strict=True)
    ]
    sources = archives(
        tmp_path,
        {"seeds": [0], "metrics": ("spectra",)},
        {"seeds": [0], "metrics": ("spectra",), "machine": OTHER_MACHINE, "tables": {"spectra": table}},
    )
    with pytest.raises(UserError, match="metric spectra"):
        merge_archives(sources, tmp_path / "merged")


def test_other_scales_are_not_mixed(tmp_path: Path) -> None:
    smoke = packed(tmp_path / "smoke", measured(tmp_path / "a", [0]))
    quick = packed(tmp_path / "quick", measured(tmp_path / "b", [1]), scale="quick")
    with pytest.raises(UserError, match="scale"):
        merge_archives([smoke, quick], tmp_path / "merged")


def test_nothing_else_is_overwritten(tmp_path: Path) -> None:
    [source] = archives(tmp_path, {"seeds": [0]})
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(UserError, match="already there"):
        merge_archives([source], tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"
