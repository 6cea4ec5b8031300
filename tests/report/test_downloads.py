"""What the report offers as files: a run's archive holds its tables, every value of every seed."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import report_made_up as made_up
from grokscope.metrics.tables import key_columns_of
from grokscope.report.downloads import MOST_STEPS, run_archive, seeds_side_by_side
from grokscope.report.runs import Run, read_run


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return read_run(made_up.make_spec(tmp_path, "quick", {"mnist-mlp-d4": ""})["plan"]["runs"][0])


def read_csv(archive: bytes, name: str) -> pd.DataFrame:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return pd.read_csv(io.BytesIO(opened.read(name)))


def test_an_archive_has_every_table_but_the_spectra(run: Run) -> None:
    archive = run_archive(run)
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert opened.testzip() is None
        names = set(opened.namelist())
        settings = json.loads(opened.read("settings.json"))
    tables = {
        f"{name}.csv"
        for name in (
            "accuracy",
            "weight_norm",
            "probes",
            "local_complexity",
            "adversarial",
            "attack_suite",
            "rank",
            "events",
        )
    }
    assert names == tables | {"settings.json"}
    assert settings["id"] == run.id
    assert settings["model"] == run.settings["model"]
    assert archive == run_archive(run)


@pytest.mark.parametrize("name", ["accuracy", "rank", "weight_norm", "local_complexity", "adversarial", "probes"])
def test_every_value_of_every_seed_is_in_it(name: str, run: Run) -> None:
    table = run.table(name)
    assert table is not None
    found = read_csv(run_archive(run), f"{name}.csv")
    keys = [key for key in key_columns_of(name) if key not in ("run", "seed")]
    assert len(found) == len(table.drop_duplicates(keys))
    for row in table.itertuples(index=False):
        same = found[(found[keys] == [getattr(row, key) for key in keys]).all(axis=1)]
        for column in set(table.columns) - {*keys, "run", "seed", "points"}:
            assert same[f"{column}_seed_{row.seed}"].item() == pytest.approx(
                getattr(row, column), rel=5e-4, nan_ok=True
            )


def test_a_value_that_one_seed_lacks_is_empty(run: Run) -> None:
    table = run.table("accuracy")
    assert table is not None
    table.loc[table.index[1], "accuracy"] = np.nan
    wide = seeds_side_by_side(table.drop(index=table.index[0]), "accuracy")
    assert (wide["accuracy_seed_0"] == "nan").sum() == 1
    assert wide["accuracy_seed_0"].isna().sum() == 1
    assert wide["accuracy_seed_1"].notna().all()


def test_steps_of_events_keep_their_digits(run: Run, tmp_path: Path) -> None:
    events = run.table("events")
    assert events is not None
    assert run.tables_folder is not None
    events.loc[events.index[0], ["step", "last_step"]] = [123_457.0, 258_000.0]
    made_up.write_table(run.tables_folder / "events.parquet", events)
    first = read_csv(run_archive(run), "events.csv").iloc[0]
    assert (first["step"], first["last_step"]) == (123_457, 258_000)


def test_long_runs_are_thinned_to_their_first_and_last_checkpoints_and_some_between(tmp_path: Path) -> None:
    run = read_run(made_up.make_spec(tmp_path, "quick", {"mnist-mlp-d4": ""})["plan"]["runs"][0])
    table = run.table("accuracy")
    assert table is not None
    assert run.tables_folder is not None
    steps = range(3 * MOST_STEPS)
    longer = pd.concat([table[table["step"] == table["step"].min()].assign(step=step) for step in steps])
    made_up.write_table(run.tables_folder / "accuracy.parquet", longer)
    found = read_csv(run_archive(run), "accuracy.csv")["step"]
    assert found.nunique() <= MOST_STEPS
    assert {0, steps[-1]} < set(found) < set(steps)
