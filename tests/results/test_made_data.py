"""Runs on data that are made: no file is needed, and the driver and the job mean the same training."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from experiments_support import REPOSITORY
from grokscope.data.load import load_samples
from grokscope.results import parts
from grokscope.results.wanted import Wanted, load_wanted
from grokscope.training.train import train_block
from task_support import write_toy_experiments

RUN, BLOCK = "regression_toy-d2", "seeds_0-1"


def wanted(folder: Path, **data: Any) -> Wanted:
    file = write_toy_experiments(folder / "toy.yaml", "data", data)
    config = {"scale": "smoke", "experiments": [str(file)], "figures": ["toy_rank"], "results_folder": str(folder)}
    return load_wanted({**config, "seeds": 2}, REPOSITORY)


def test_the_training_that_is_wanted_is_the_one_that_the_job_makes(tmp_path: Path) -> None:
    plan = wanted(tmp_path)
    assert plan.datasets(RUN) == []
    settings, identity = plan.plan.runs[RUN].settings, plan.training_identity(RUN, BLOCK)
    samples = load_samples(settings.data)
    record = train_block(settings, samples, [0, 1], tmp_path / "t", code=identity["code"], stream=io.StringIO())
    assert record["identity"] == identity


@pytest.mark.parametrize("change", ["draw", "code", "test_size"])
def test_what_makes_the_data_is_of_trainings_and_tables(
    change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = wanted(tmp_path)
    known = before.training_identity(RUN, BLOCK), before.metric_identity(RUN, BLOCK, "loss")
    if change == "code":
        version = parts.code_version
        monkeypatch.setattr(parts, "code_version", lambda *of: "changed" if "regression_toy" in of[0] else version(*of))
    after = wanted(tmp_path, **({} if change == "code" else {change: 7}))
    found = after.training_identity(RUN, BLOCK), after.metric_identity(RUN, BLOCK, "loss")
    assert (found[0] != known[0]) == (change != "test_size")
    assert found[1] != known[1]
