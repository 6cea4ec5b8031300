"""What of a plan is left to do: nothing that nobody needs, and nothing that is there already."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from cost_support import METRICS
from grokscope.config.experiments import FigureSettings
from grokscope.config.layout import Layout
from grokscope.config.plan import Plan, PlannedItem
from grokscope.config.sweeps import Member, PlannedRun
from grokscope.config.user import UserConfig
from grokscope.cost.work import BlockWork, work_left
from grokscope.data.catalogue import DATASETS
from grokscope.data.content import array_sha256
from grokscope.files import write_json
from grokscope.results import wanted as results_wanted
from grokscope.results import wanted_blocks
from grokscope.results.sealed_tables import write_sealed
from grokscope.training import block as training_block
from grokscope.training.checkpoints import CheckpointStore
from training_support import small_dataset, small_settings, train_small


@pytest.fixture(autouse=True)
def small_mnist(monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalogue takes the small data set for MNIST, and the code has a name."""
    small = small_dataset()
    hashes = {"train_images": array_sha256(small.train_inputs), "train_labels": array_sha256(small.train_targets)}
    monkeypatch.setitem(DATASETS, "mnist", replace(DATASETS["mnist"], content_sha256=hashes))
    monkeypatch.setattr(wanted_blocks, "training_code", lambda settings: "abc")


def wanted(folder: Path, plan: Plan, seeds: dict[str, list[int]]) -> results_wanted.Wanted:
    config = UserConfig(scale="smoke", results_folder=str(folder))
    blocks = wanted_blocks.PlannedBlocks(dict.fromkeys(plan.runs, seeds), {})
    return results_wanted.Wanted(config, plan, Layout.of(config), blocks, folder)


def left(folder: Path) -> BlockWork:
    plan = Plan("smoke", {"r": PlannedRun("r", "paper", "as_code", small_settings(), METRICS)})
    (found,) = work_left(wanted(folder, plan, {"seeds_3_8": [3, 8]}), {"r": METRICS.names()})
    return found


def test_metrics_that_nobody_needs_are_not_left(tmp_path: Path) -> None:
    grid = PlannedRun("grid", "paper", "as_code", small_settings(), METRICS, grid=True)
    shown = PlannedRun("shown", "paper", "as_code", small_settings(), METRICS, base_metrics=frozenset({"loss"}))
    members = tuple(Member(run, "sweep", {}, {}, {}) for run in ("grid", "shown"))
    figure = FigureSettings(title="", where="", shows="", sweeps=["sweep"], metrics=["accuracy", "probes"])
    plan = Plan(
        "smoke",
        {"grid": grid, "shown": shown},
        {"figure": PlannedItem("figure", "figure", "paper", "as_code", figure, members)},
    )
    plan.selected_figures = ["figure"]
    needed = plan.metrics_needed()
    assert needed == {"grid": {"accuracy", "probes"}, "shown": {"accuracy", "probes", "loss"}}
    work = work_left(wanted(tmp_path, plan, {"seeds_0": [0]}), needed)
    assert {block.run: set(block.metrics) for block in work} == needed


def test_all_is_left_at_first(tmp_path: Path) -> None:
    found = left(tmp_path)
    assert (found.steps, found.checkpoints, found.seeds) == (44, 6, 2)
    assert {name: metric.checkpoints for name, metric in found.metrics.items()} == {
        **dict.fromkeys(METRICS.names(), 6),
        "spectra": 3,
    }


def test_what_is_there_is_not_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    block = tmp_path / "smoke/runs/r/seeds_3_8"
    write_json(
        block / "training.json",
        train_small(small_settings(), [3, 8], tmp_path / "checkpoints/smoke/r/seeds_3_8", code="abc"),
    )
    plan = Plan("smoke", {"r": PlannedRun("r", "paper", "as_code", small_settings(), METRICS)})
    identity = wanted(tmp_path, plan, {"seeds_3_8": [3, 8]}).metric_identity("r", "seeds_3_8", "accuracy")
    write_sealed(block / "metrics/accuracy.parquet", pa.table({"step": [0]}), identity)
    found = left(tmp_path)
    assert (found.steps, found.checkpoints) == (0, 0)
    assert found.metrics["accuracy"].checkpoints == 0
    assert found.metrics["probes"].checkpoints == 6
    monkeypatch.setattr(wanted_blocks, "training_code", lambda settings: "changed")
    changed = left(tmp_path)
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
    monkeypatch.setattr(wanted_blocks, "training_code", lambda settings: "changed")
    assert left(tmp_path).steps == 44
