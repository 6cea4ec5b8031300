"""Reading blocks, events of a run, summaries and published values."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis_support import (
    SETTINGS,
    accuracy_table,
    grokking_table,
    noisy,
    omnigrok_grid,
    one_run_inputs,
    ramp,
    run_tables,
)
from analysis_tables import metric_table, spectra_table
from grokscope.analysis.events.table import COLUMNS
from grokscope.analysis.inputs import read_item_inputs
from grokscope.analysis.reference import comparison, read_reference
from grokscope.analysis.run_tables import read_run_tables
from grokscope.analysis.summary import read_events, summarise_run
from grokscope.errors import UserError
from grokscope.metrics.tables import read_table, write_table

CHANCE = Fraction(1, 10)

STEPS = omnigrok_grid()
REFERENCE = Path(__file__).parents[2] / "reference"


def write_blocks(folder: Path, table: pd.DataFrame, blocks: list[list[int]]) -> list[Path]:
    paths = []
    for seeds in blocks:
        paths.append(folder / f"{seeds[0]}-{seeds[-1]}.parquet")
        write_table(paths[-1], "accuracy", table[table["seed"].isin(seeds)].reset_index(drop=True))
    return paths


@pytest.fixture
def table() -> pd.DataFrame:
    return grokking_table("r", STEPS, [300.0] * 4, [3000.0, 5000.0, 8000.0, 1e7])


def test_blocks_are_joined_and_wanted_seeds_kept(tmp_path: Path, table: pd.DataFrame) -> None:
    paths = write_blocks(tmp_path, table, [[2, 3], [0, 1]])
    found = read_run_tables("r", {"accuracy": paths}, [0, 3], CHANCE, SETTINGS)
    assert found.seeds() == [0, 3]
    again = read_run_tables("r", {"accuracy": write_blocks(tmp_path, table, [[0, 1, 2], [2, 3]])}, [0, 1, 2, 3], CHANCE)
    assert len(again.table("accuracy")) == len(table)
    with pytest.raises(UserError, match="no file holds seed 9"):
        read_run_tables("r", {"accuracy": paths}, [0, 9], CHANCE)
    with pytest.raises(UserError, match="holds run r, not other"):
        read_run_tables("other", {"accuracy": paths}, [0], CHANCE)
    with pytest.raises(UserError, match="metric rank is not measured"):
        found.table("rank")


def test_a_metric_that_is_measured_under_another_name_is_read_as_what_its_tables_say(
    tmp_path: Path, table: pd.DataFrame
) -> None:
    identity = {"training": {}, "metric": {"metric": "accuracy", "settings": {"every": 5}}}
    write_table(tmp_path / "rare.parquet", "accuracy", table, identity)
    found = summarise_run("r", {"accuracy_rare": [tmp_path / "rare.parquet"]}, [0, 3], tmp_path / "tables", CHANCE)
    assert found.kinds == {"accuracy_rare": "accuracy"}
    kept = table[table["seed"].isin([0, 3])].sort_values(["seed", "step", "split"], ignore_index=True)
    pd.testing.assert_frame_equal(found.table("accuracy_rare"), kept)
    pd.testing.assert_frame_equal(read_table(tmp_path / "tables" / "accuracy_rare.parquet", "accuracy"), kept)
    write_table(tmp_path / "rare.parquet", "accuracy", table, {"training": {}})
    with pytest.raises(UserError, match="does not say which metric is measured under the name accuracy_rare"):
        read_run_tables("r", {"accuracy_rare": [tmp_path / "rare.parquet"]}, [0], CHANCE)


def test_events_of_a_run(table: pd.DataFrame) -> None:
    events = run_tables("r", accuracy=table).events()
    assert list(events.columns) == COLUMNS
    assert set(events["event"]) == {"nonfinite", "collapsed", "fit", "generalisation", "onset", "surge_1", "surge_2"}
    onset = events[events["event"] == "onset"].set_index("seed")["step"]
    np.testing.assert_allclose(np.log10(onset[:3]), np.log10([3000, 5000, 8000]), atol=0.05)
    assert np.isnan(onset[3])
    assert (events["last_step"] == STEPS[-1]).all()
    assert events.loc[events["event"].isin(["nonfinite", "collapsed"]), "step"].isna().all()


def test_a_table_of_one_seed_and_few_steps_has_events_that_are_all_absent() -> None:
    table = accuracy_table("r", np.array([0, 1]), {0: (np.array([0.1, 0.9]), np.array([0.1, 0.9]))})
    assert run_tables("r", accuracy=table).events()["step"].isna().all()


def test_events_of_all_tables() -> None:
    steps = STEPS[::2]
    movement = 5 - 3 * ramp(steps, 8) + 3 * ramp(steps, 200, 0.5) - 4 * ramp(steps, 6000, 0.5)
    complexity = [
        metric_table("local_complexity", "r", steps, {0: movement}, split=split, radius=radius, layer=layer)
        for split, radius, layer in itertools.product(("train", "test"), (0.05, 0.5), (0, 1))
    ]
    withstood = 0.5 * ramp(steps, 15) - 0.4 * ramp(steps, 300) + 0.4 * ramp(steps, 8000)
    attacks = [
        metric_table("adversarial", "r", steps, {0: withstood}, epsilon=epsilon, start=start)
        for epsilon, start in itertools.product((0.0, 0.06), ("none", "random"))
    ]
    fall = np.rint(80 - 60 * ramp(steps, 4000))
    tables = run_tables(
        "r",
        accuracy=grokking_table("r", STEPS, [300.0], [4000.0]),
        local_complexity=pd.concat(complexity, ignore_index=True),
        adversarial=pd.concat(attacks, ignore_index=True),
        spectra=spectra_table("r", steps, {0: fall}, last=None),
    )
    found = tables.events().set_index("event")["step"]
    assert found.index.is_unique
    named = [
        "rank_collapse",
        "complexity_first_descent",
        "complexity_ascent",
        "complexity_peak",
        "migration",
        "complexity_double_descent",
    ]
    assert found[[*named, "robustness_lost", "robustness_onset", "onset"]].notna().all()
    assert found[["collapsed", "nonfinite", "rank_second_descent", "surge_2"]].isna().all()


def test_a_collapsed_and_a_diverged_seed_are_events() -> None:
    rise = 0.1 + 0.8 * ramp(STEPS, 1000)
    dead = np.where(STEPS > 40000, 0.1, rise)
    table = accuracy_table("r", STEPS, {seed: (curve, curve) for seed, curve in enumerate((rise, dead, rise))})
    table.loc[(table["seed"] == 2) & (table["step"] >= 50025), "loss"] = np.nan
    steps = run_tables("r", accuracy=table).events().pivot(index="seed", columns="event", values="step")
    assert steps["collapsed"].dropna().index.tolist() == [1]
    assert 40000 < steps.loc[1, "collapsed"] < 41000
    assert steps["nonfinite"].dropna().to_dict() == {2: 50025}
    assert np.isnan(steps.loc[1, "onset"])


def test_summary_writes_the_same_bytes_again(tmp_path: Path, table: pd.DataFrame) -> None:
    files = {"accuracy": write_blocks(tmp_path, table, [[0, 1], [2, 3]])}
    tables = summarise_run("r", files, [0, 1, 2, 3], tmp_path / "tables", CHANCE)
    pd.testing.assert_frame_equal(
        read_events(tmp_path / "tables/events.parquet"), tables.dated_events(), check_dtype=False
    )
    pd.testing.assert_frame_equal(
        read_table(tmp_path / "tables/accuracy.parquet", "accuracy"), tables.table("accuracy")
    )
    assert sorted(path.name for path in (tmp_path / "tables").iterdir()) == ["accuracy.parquet", "events.parquet"]
    first = (tmp_path / "tables/events.parquet").read_bytes()
    summarise_run("r", files, [0, 1, 2, 3], tmp_path / "tables", CHANCE)
    assert (tmp_path / "tables/events.parquet").read_bytes() == first
    with pytest.raises(UserError, match="not a table of events"):
        read_events(files["accuracy"][0])


def test_item_inputs(tmp_path: Path, table: pd.DataFrame) -> None:
    item = one_run_inputs(run_tables("r", accuracy=table)).item
    item["settings"]["reference"] = ["always_grok_fig02_accuracy.csv"]
    files = {"r": {"accuracy": write_blocks(tmp_path, table, [[0, 1, 2, 3]])}}
    inputs = read_item_inputs(
        item, "quick", files, {"r": {"data": {"name": "mnist"}, "model": {"depth": 4}}}, REFERENCE, [0, 1], SETTINGS
    )
    assert inputs.runs["r"].seeds() == [0, 1]
    assert inputs.settings["r"]["model"]["depth"] == 4
    assert bool(inputs.reference["always_grok_fig02_accuracy.csv"]["percent"].all())
    assert inputs.runs["r"].chance == Fraction(1, 10)
    with pytest.raises(UserError, match=r"run r: settings\.data\.name: None is no known task; known are mnist"):
        read_item_inputs(item, "quick", files, {"r": {"model": {"depth": 4}}}, REFERENCE, [0, 1], SETTINGS)
    with pytest.raises(UserError, match="no metric files of run r"):
        read_item_inputs(item, "quick", {}, {}, REFERENCE, [0])


@pytest.mark.parametrize("path", sorted(REFERENCE.glob("*.csv")), ids=lambda path: path.stem)
def test_every_reference_file_can_be_read(path: Path) -> None:
    frame = read_reference(path)
    accuracies = frame["series"].str.contains("accura|clean|PGD", case=False) & frame["percent"]
    assert len(frame) > 0
    if not frame["percent"].any():
        return
    assert frame.loc[accuracies, "value"].between(0, 100).all()


def test_reference_mistakes_are_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such reference file"):
        read_reference(tmp_path / "none.csv")
    (tmp_path / "bad.csv").write_text("figure,step\nFig 1,0\n")
    with pytest.raises(UserError, match="column panel is missing"):
        read_reference(tmp_path / "bad.csv")


def test_comparison_in_both_units() -> None:
    published = pd.DataFrame({"step": [0, 10, 100, 1000], "value": [10.0, 50.0, 80.0, 90.0], "percent": True})
    ours = pd.DataFrame({"step": [0, 10, 100, 5000], "mean": [0.1, 0.52, 0.84, 0.9]})
    found = comparison(ours, published, "value", accuracy=True)
    assert found["steps"] == 3
    assert found["median_absolute_difference"] == pytest.approx(0.02)
    assert found["median_absolute_difference_percent"] == pytest.approx(2)
    fractions = published.assign(value=published["value"] / 100, percent=False)
    assert comparison(ours, fractions, "value", accuracy=True) == pytest.approx(found)
    sparse = pd.DataFrame({"step": [0, 99, 9999], "mean": [0.1, 0.3, 0.5]})
    line = pd.DataFrame({"step": [9, 999], "value": [0.2, 0.4], "percent": False})
    between = comparison(sparse, line, "value", accuracy=False)
    assert between["interpolated"]
    assert between["median_absolute_difference"] == pytest.approx(0)
    assert comparison(ours, published.iloc[:0], "value", accuracy=True)["median_absolute_difference"] is None


def test_noise_of_test_accuracy_moves_no_event_far(table: pd.DataFrame) -> None:
    noise = table.assign(accuracy=np.clip(noisy(table["accuracy"].to_numpy(), 0.003, 0), 0, 1))
    clean, rough = (
        run_tables("r", accuracy=one).events().set_index(["seed", "event"])["step"] for one in (table, noise)
    )
    assert (clean.isna() == rough.isna()).all()
    assert np.nanmax(np.abs(np.log10(clean + 1) - np.log10(rough + 1))) < 0.1
