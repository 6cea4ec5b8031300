"""What of a plan is left to do: nothing that nobody needs, and nothing that is there already."""

from __future__ import annotations

from pathlib import Path

import pytest

from cost_support import METRICS
from grokscope.config.experiments import FigureSettings
from grokscope.config.layout import Layout
from grokscope.config.metric_settings import METRIC_NAMES
from grokscope.config.plan import Plan, PlannedItem
from grokscope.config.sweeps import Member, PlannedRun
from grokscope.config.user import UserConfig
from grokscope.cost.answer import metrics_needed
from grokscope.cost.work import BlockWork, work_left
from grokscope.files import write_json
from grokscope.training import block as training_block
from grokscope.training.checkpoints import CheckpointStore
from training_support import small_settings, train_small


def left(folder: Path, code: str = "abc") -> BlockWork:
    run = PlannedRun("r", "paper", "as_code", small_settings(), METRICS)
    layout = Layout.of(UserConfig(scale="smoke", results_folder=str(folder)))
    (found,) = work_left({"r": run}, {"r": METRIC_NAMES}, {"r": {"seeds_3_8": [3, 8]}}, layout, code)
    return found


def test_metrics_that_nobody_needs_are_not_left(tmp_path: Path) -> None:
    grid = PlannedRun("grid", "paper", "as_code", small_settings(), METRICS, grid=True)
    shown = PlannedRun("shown", "paper", "as_code", small_settings(), METRICS)
    members = tuple(Member(run, "sweep", {}, {}) for run in ("grid", "shown"))
    figure = FigureSettings(title="", where="", shows="", sweeps=["sweep"], metrics=["accuracy", "probes"])
    plan = Plan("smoke", {"grid": grid, "shown": shown}, {"figure": PlannedItem("figure", "figure", "paper", "as_code", figure, members)})
    plan.selected_figures = ["figure"]
    needed = metrics_needed(plan)
    assert needed == {"grid": {"accuracy", "probes"}, "shown": set(METRIC_NAMES)}
    blocks = {run: {"seeds_0": [0]} for run in needed}
    work = work_left(plan.runs, needed, blocks, Layout.of(UserConfig(scale="smoke", results_folder=str(tmp_path))), "abc")
    assert {block.run: set(block.metrics) for block in work} == needed


def test_all_is_left_at_first(tmp_path: Path) -> None:
    found = left(tmp_path)
    assert (found.steps, found.checkpoints, found.seeds) == (44, 6, 2)
    assert {name: metric.checkpoints for name, metric in found.metrics.items()} == {**dict.fromkeys(METRIC_NAMES, 6), "spectra": 3}


def test_what_is_there_is_not_left(tmp_path: Path) -> None:
    block = tmp_path / "smoke/runs/r/seeds_3_8"
    write_json(block / "training.json", train_small(small_settings(), [3, 8], tmp_path / "checkpoints/smoke/r/seeds_3_8", code="abc"))
    (block / "metrics").mkdir()
    (block / "metrics/accuracy.parquet").touch()
    found = left(tmp_path)
    assert (found.steps, found.checkpoints) == (0, 0)
    assert found.metrics["accuracy"].checkpoints == 0
    assert found.metrics["probes"].checkpoints == 6
    changed = left(tmp_path, code="changed")
    assert (changed.steps, changed.checkpoints, changed.metrics["accuracy"].checkpoints) == (44, 6, 6)


def test_a_training_that_has_begun_costs_its_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_block, "STATE_SHARE", 1e9)

    def stop(done: int) -> None:
        if done == 30:
            raise KeyboardInterrupt

    folder = tmp_path / "checkpoints/smoke/r/seeds_3_8"
    with pytest.raises(KeyboardInterrupt):
        train_small(small_settings(), [3, 8], folder, code="abc", state_seconds=0.0, on_step=stop)
    found = left(tmp_path)
    assert found.steps == 44 - 30
    assert found.checkpoints == 6 - len(CheckpointStore(folder).steps())
    assert left(tmp_path, code="changed").steps == 44
