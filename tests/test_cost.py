"""What a plan will cost: arithmetic against numbers worked out by hand, sizes against real files, and that measuring measures something."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import torch

from grokscope.config.experiments import FigureSettings
from grokscope.config.layout import Layout
from grokscope.config.metric_settings import METRIC_NAMES, AdversarialSettings, LocalComplexitySettings, MetricsSettings, PointCounts
from grokscope.config.plan import Plan, PlannedItem
from grokscope.config.run_settings import RunSettings
from grokscope.config.sweeps import Member, PlannedRun
from grokscope.config.user import UserConfig
from grokscope.cost import __main__ as document
from grokscope.cost import measure
from grokscope.cost.answer import Costs, add_up, jobs_at_once, metrics_needed
from grokscope.cost.estimate import BlockCost, block_cost, row, wall_seconds
from grokscope.cost.made_up import made_up_dataset
from grokscope.cost.measure import MetricTime, TrainingTime, extrapolated, median_step, metric_time, real_numbers, training_time
from grokscope.cost.shapes import checkpoint_bytes, metric_shape, training_shape
from grokscope.cost.shrink import first_share, shrunk
from grokscope.cost.table import as_markdown, as_text
from grokscope.cost.timings import Times, measure_times
from grokscope.cost.work import BlockWork, MetricWork, work_left
from grokscope.data.catalogue import dataset_info
from grokscope.errors import UserError
from grokscope.files import write_json
from grokscope.models.build import network_of_run
from grokscope.training import block as training_block
from grokscope.training.checkpoints import CheckpointStore
from training_support import small_settings, train_small
from workflow_support import Workplace

CNN = {"kind": "cnn", "depth": 3, "width": 4, "dense_width": 5, "batch_norm": True}
METRICS = MetricsSettings.model_validate(
    {
        "accuracy": {},
        "weight_norm": {},
        "spectra": {"at_most": 3},
        "probes": {},
        "local_complexity": {"radii": [0.05], "directions": 4, "points": {"train": 30, "test": 30, "random": 0}},
        "adversarial": {"epsilons": [0.1, 0.2], "steps": 5, "points": 30, "starts": ["none", "random"]},
    }
)


def typed(settings: RunSettings, dtype: str) -> RunSettings:
    return RunSettings.model_validate({**settings.model_dump(), "training": {**settings.training.model_dump(), "dtype": dtype}})


# Sizes.


@pytest.mark.parametrize("seeds", [1, 3])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("model", [{}, {"batch_norm": True, "depth": 11}, CNN], ids=["mlp", "deep", "cnn"])
def test_bytes_of_a_checkpoint_are_those_of_the_file(tmp_path: Path, model: dict[str, Any], dtype: str, seeds: int) -> None:
    settings = typed(small_settings(model=model), dtype)
    store = CheckpointStore(tmp_path)
    store.save(7, network_of_run(settings, seeds).state_dict())
    assert checkpoint_bytes(settings, seeds) == store.path(7).stat().st_size


def test_bytes_of_all_checkpoints_of_a_training(tmp_path: Path) -> None:
    settings = small_settings()
    train_small(settings, [3, 8], tmp_path)
    files = list(tmp_path.glob("step_*.safetensors"))
    assert len(files) * checkpoint_bytes(settings, 2) == sum(path.stat().st_size for path in files)


# Arithmetic.


def made_up() -> tuple[BlockWork, Times]:
    """A block of two seeds with half its training and one metric of two left, and the times of it."""
    settings = small_settings()
    accuracy, weight_norm = METRICS.accuracy, METRICS.weight_norm
    assert accuracy is not None
    assert weight_norm is not None
    block = BlockWork("run", settings, 2, 22, 4, {"accuracy": MetricWork(accuracy, 6), "weight_norm": MetricWork(weight_norm, 0)})
    times = Times(
        start_seconds=3.0,
        training={training_shape(settings, 2): TrainingTime(step_seconds=0.5, save_seconds=0.25, state_bytes=1000)},
        metrics={metric_shape("accuracy", accuracy, settings, 2): MetricTime(setup_seconds=1.0, checkpoint_seconds=2.0, checkpoint_values=8)},
    )
    return block, times


def test_cost_of_a_block() -> None:
    block, times = made_up()
    cost = block_cost(block, times)
    assert cost.training_seconds == 3 + 22 * 0.5 + 4 * 0.25
    assert cost.metric_seconds == {"accuracy": 3 + 1 + 6 * 2}
    assert cost.checkpoint_bytes == 4 * checkpoint_bytes(block.settings, 2) + 1000
    assert cost.table_bytes == {"accuracy": 6 * 8 * 8}


def test_a_finished_block_costs_nothing_and_needs_no_time_measured() -> None:
    block, _ = made_up()
    done = BlockWork("run", block.settings, 2, 0, 0, {name: MetricWork(metric.settings, 0) for name, metric in block.metrics.items()})
    cost = block_cost(done, Times())
    assert cost == BlockCost("run", 0.0, {}, 0, {})
    line = row("figure", [cost], jobs=2, cores_of_job=1)
    assert (line.runs, line.trainings, line.training_hours, line.metric_hours, line.wall_hours) == (1, 0, 0, 0, 0)


def blocks() -> list[BlockCost]:
    """Three runs; hours of training 2, 1, 1 and of metrics 1 + 2, 1 + 2, 4."""
    hour = 3600.0
    return [
        BlockCost("a", 2 * hour, {"accuracy": hour, "spectra": 2 * hour}, 10, {"accuracy": 1, "spectra": 2}),
        BlockCost("b", hour, {"accuracy": hour, "spectra": 2 * hour}, 20, {"accuracy": 1, "spectra": 2}),
        BlockCost("c", hour, {"accuracy": 4 * hour}, 40, {"accuracy": 1}),
    ]


def test_shared_runs_are_counted_once() -> None:
    figures = {"one": (["a", "b"], ["accuracy"]), "two": (["b", "c"], ["accuracy", "weight_norm"])}
    sums = add_up(figures, blocks(), jobs=2, cores_of_job=1)
    one, two = sums.rows
    assert (one.runs, one.trainings, one.training_hours, one.metric_hours, one.checkpoint_bytes, one.table_bytes) == (2, 2, 3, 2, 30, 2)
    assert (two.runs, two.trainings, two.training_hours, two.metric_hours, two.checkpoint_bytes, two.table_bytes) == (2, 2, 2, 5, 60, 2)
    total = sums.total
    assert (total.runs, total.trainings, total.training_hours, total.metric_hours, total.checkpoint_bytes) == (3, 3, 4, 10, 70)
    assert sums.shared_hours == pytest.approx(1 + 1)  # run b: its training and its accuracy
    assert sums.other_hours == pytest.approx(2 + 2)  # the spectra, which no figure shows


def test_hours_count_the_cores_of_a_job_and_the_clock_does_not() -> None:
    one, four = (row("figure", blocks(), jobs=1, cores_of_job=cores) for cores in (1, 4))
    assert four.training_hours == 4 * one.training_hours
    assert four.metric_hours == 4 * one.metric_hours
    assert four.wall_hours == one.wall_hours == pytest.approx(14)


def test_wall_clock() -> None:
    # a trains from 0 to 2, b and c from 0 to 1 and 1 to 2; then metrics 4 and 2, 2, 1, 1 on two cores
    assert wall_seconds(blocks(), 2) == 3600 * (2 + 5)
    # with cores for all, c's accuracy is the last to end
    assert wall_seconds(blocks(), 100) == 3600 * 5
    assert wall_seconds([], 2) == 0
    # what is trained already can be measured at once
    assert wall_seconds([BlockCost("a", 0.0, {"accuracy": 5.0, "spectra": 7.0}, 0, {})], 1) == 12


def test_jobs_at_once() -> None:
    assert jobs_at_once(UserConfig(threads=2), 7) == 3
    assert jobs_at_once(UserConfig(threads=16), 7) == 1
    assert jobs_at_once(UserConfig(), None, nodes=100) == 100
    assert jobs_at_once(UserConfig(device="cuda"), 16, gpus=2) == 2
    assert jobs_at_once(UserConfig(), 16, gpus=2) == 16


def answer(**changes: Any) -> Costs:
    figures = {"one": (["a", "b"], ["accuracy"]), "two": (["b", "c"], ["accuracy"])}
    facts: dict[str, Any] = {"scale": "quick", "seeds": 5, "jobs": 2, "threads": 1, "device": "cpu", "machine": "A processor", "cores": 2, "load": 0.1}
    facts |= {"trainings": 3, "trained": 0, "tables": 5, "measured": 0, "checkpoint_folder": "weights", "free_bytes": 10**9, "day": date(2026, 3, 4)}
    return Costs(sums=add_up(figures, blocks(), jobs=2, cores_of_job=1), **{**facts, **changes})


def test_tables() -> None:
    text, markdown = as_text(answer()), as_markdown(answer())
    assert "one        2         2         3.0         2.0         3.0       <0.001  <0.001" in text.splitlines()
    assert "| `one` | 2 | 2 | 3.0 | 2.0 | 3.0 | <0.001 | <0.001 |" in markdown.splitlines()
    assert "| **total** | **3** | **3** | **4.0** | **10** | **7.0** | **<0.001** | **<0.001** |" in markdown.splitlines()
    for words in ("in the total once: 2.0 core-hours less", "Measured on 2026-03-04", "A processor, 2 cores"):
        assert words in " ".join(text.split())
        assert words in markdown
    for words in ("Already there", "do not fit", "shared with other work"):
        assert words not in text


def test_what_is_said_only_where_it_is_so() -> None:
    text = " ".join(as_text(answer(trained=1, measured=2, free_bytes=10, load=1.5, device="cuda", jobs=1)).split())
    assert "Already there: 1 of 3 trainings and 2 of 5 metric tables; they cost nothing" in text
    assert "The checkpoints do not fit: <0.001 GB are free where weights lies." in text
    assert "shared with other work (load 1.5)" in text
    assert "one job at a time of 1 thread each, device cuda" in text
    assert "GPU-hours" in text
    assert "core-hours" not in text


# What is left.


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


# Measuring.


def test_made_up_images_have_the_shape_of_the_data_set() -> None:
    dataset = made_up_dataset("cifar10", 1203, 7)
    assert dataset.train_images.shape == (1203, *dataset_info("cifar10").image_shape)
    assert dataset.test_images.shape[0] == 7
    assert sorted(set(dataset.train_labels.tolist())) == list(range(10))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("model", [{}, CNN], ids=["mlp", "cnn"])
def test_an_update_takes_time(model: dict[str, Any], dtype: str) -> None:
    found = training_time(typed(small_settings(model=model), dtype), 2, device="cpu", threads=1, budget_seconds=0.02)
    assert all(math.isfinite(value) and value > 0 for value in (found.step_seconds, found.save_seconds, found.state_bytes))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", METRIC_NAMES)
@pytest.mark.parametrize("model", [{}, CNN], ids=["mlp", "cnn"])
def test_a_metric_takes_time(model: dict[str, Any], name: str, dtype: str) -> None:
    settings = typed(small_settings(model=model), dtype)
    found = metric_time(name, getattr(METRICS, name), settings, 2, device="cpu", threads=1, budget_seconds=0.01)
    assert math.isfinite(found.checkpoint_seconds)
    assert found.checkpoint_seconds > 0
    assert found.setup_seconds >= 0
    assert found.checkpoint_values > 0


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_a_device_that_is_not_there_is_said() -> None:
    block, _ = made_up()
    with pytest.raises(UserError, match="no CUDA device here"):
        measure_times([block], device="cuda", threads=1, jobs=1)


def test_times_are_those_of_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(float(tick) for tick in range(10**6))
    monkeypatch.setattr(measure, "clock_of", lambda device, threads: lambda: next(ticks))
    assert training_time(small_settings(), 1, device="cpu", threads=1, budget_seconds=50).step_seconds == 1


def test_extrapolation() -> None:
    assert extrapolated([0.1, 0.4], [1 + 0.1 * 8, 1 + 0.4 * 8]) == pytest.approx(1 + 8)
    assert extrapolated([0.1, 0.4], [1 + 0.1 * 8, 1 + 0.4 * 8], repeats=5) == pytest.approx(1 + 40)
    assert extrapolated([0.25], [2.0]) == pytest.approx(8)
    assert extrapolated([0.1, 0.4], [3.0, 2.0]) == pytest.approx(2)  # noise: it does not get cheaper with more
    assert extrapolated([0.1, 0.4], [0.1, 2.0]) == pytest.approx(5)  # nor is there less than nothing at no image
    assert extrapolated([0.1, 1.0], [3.0, 7.0]) == pytest.approx(7)


def test_the_median_step_holds_what_comes_once_in_a_while() -> None:
    assert median_step([0.0, 1.0, 2.0, 50.0, 51.0]) == 1
    marks = [0.0]
    for step in range(100):
        marks.append(marks[-1] + (6.0 if step % 5 == 4 else 1.0))
    assert median_step(marks) == pytest.approx(2)


def test_shrunk_settings() -> None:
    settings = small_settings(data={"train_size": 1000, "test_size": 500})
    points = LocalComplexitySettings(radii=[0.1], points=PointCounts(train=0, test=100, random=400))
    run, own, repeats = shrunk(settings, points, 0.1)
    assert (run.data.train_size, run.data.test_size) == (100, 50)
    assert isinstance(own, LocalComplexitySettings)
    assert own.points == PointCounts(train=0, test=10, random=40)
    assert repeats == 1
    assert first_share(points, settings) == 4 / 400
    attack = AdversarialSettings(epsilons=[0.1], steps=50, points=None)
    assert first_share(attack, settings) == 4 / 1000
    run, own, repeats = shrunk(settings, attack, 1e-6)
    assert (run.data.train_size, run.data.test_size) == (2, 2)
    assert isinstance(own, AdversarialSettings)
    assert own.steps * repeats == 50


def test_real_numbers() -> None:
    table = pd.DataFrame({"seed": [1, 2], "split": ["train", "test"], "value": [0.5, 1.5], "eigenvalues": [[3.0, 2.0, 1.0], [1.0]]})
    assert real_numbers(table) == 2 + 4


def test_shapes_tell_apart_what_takes_longer() -> None:
    settings = small_settings()
    same = small_settings(training={"steps": 9, "learning_rate": 0.5}, data={"train_size": 90}, checkpoints={"count": 3}, model={"init_scale": 8.0})
    assert training_shape(settings, 2) == training_shape(same, 2)
    others = [{"training": {"weight_decay": 0.0}}, {"training": {"optimizer": "sgd"}}, {"model": {"width": 13}}, {"data": {"name": "fashion_mnist"}}]
    shapes = {training_shape(small_settings(**other), 2) for other in others} | {training_shape(settings, 2), training_shape(settings, 3)}
    assert len(shapes) == 6
    accuracy = METRICS.accuracy
    assert accuracy is not None
    assert metric_shape("accuracy", accuracy, settings, 2) != metric_shape("accuracy", accuracy, same, 2)
    assert metric_shape("accuracy", accuracy, settings, 2) == metric_shape("accuracy", accuracy, small_settings(training={"steps": 9}), 2)


# The commands.


def test_a_document_gets_its_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "costs.md"
    path.write_text("# Costs\n\n<!-- cost scale=smoke -->\nold\n<!-- end of cost -->\n\nand\n\n<!-- cost scale=paper figures=all -->\n<!-- end of cost -->\n")
    monkeypatch.setattr(document, "_table", lambda choice, cores, known: f"{choice} on {cores}\n")
    monkeypatch.setattr("sys.argv", ["cost", str(path), "--cores", "4"])
    document.main()
    assert path.read_text() == (
        "# Costs\n\n<!-- cost scale=smoke -->\nscale=smoke on 4\n<!-- end of cost -->\n\nand\n\n"
        "<!-- cost scale=paper figures=all -->\nscale=paper figures=all on 4\n<!-- end of cost -->\n"
    )


@pytest.mark.slow
def test_the_command_prints_a_table_and_makes_nothing(tmp_path: Path) -> None:
    outcome = Workplace(tmp_path).make("cost", figures="['deep_grokking_fig2', 'always_grok_fig2']", seeds=1)
    names = [line.split()[0] for line in outcome.output.splitlines() if line]
    assert [name for name in names if name in {*names[:2], "total"} or "_fig" in name] == ["Cost", "figure", "deep_grokking_fig2", "always_grok_fig2", "total"]
    assert "1 seed, 2 jobs at a time of 1 thread each, device cpu" in outcome.output
    assert "| **total** |" in (tmp_path / "logs/smoke/cost.log").read_text()
    assert not (tmp_path / "results").exists()
