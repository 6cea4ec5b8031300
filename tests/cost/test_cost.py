"""What a plan will cost: arithmetic against numbers worked out by hand, and the commands that print it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cost_support import made_up
from grokscope.config.user import UserConfig
from grokscope.cost import __main__ as document
from grokscope.cost.answer import Costs, add_up, jobs_at_once
from grokscope.cost.estimate import BlockCost, block_cost, row, wall_seconds
from grokscope.cost.shapes import checkpoint_bytes
from grokscope.cost.table import as_markdown, as_text
from grokscope.cost.timings import Times
from grokscope.cost.work import BlockWork, MetricWork
from workflow_support import Workplace


def test_cost_of_a_block() -> None:
    block, times = made_up()
    cost = block_cost(block, times)
    assert cost.training_seconds == 3 + 22 * 0.5 + 4 * 0.25
    assert cost.metric_seconds == {"accuracy": 3 + 1 + 6 * 2}
    assert cost.checkpoint_bytes == 4 * checkpoint_bytes(block.settings, 2) + 1000
    assert cost.table_bytes == {"accuracy": 6 * 8 * 8}


def test_a_finished_block_costs_nothing_and_needs_no_time_measured() -> None:
    block, _ = made_up()
    done = BlockWork(
        "run", block.settings, 2, 0, 0, {name: MetricWork(metric.settings, 0) for name, metric in block.metrics.items()}
    )
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
    assert (one.runs, one.trainings, one.training_hours, one.metric_hours, one.checkpoint_bytes, one.table_bytes) == (
        2,
        2,
        3,
        2,
        30,
        2,
    )
    assert (two.runs, two.trainings, two.training_hours, two.metric_hours, two.checkpoint_bytes, two.table_bytes) == (
        2,
        2,
        2,
        5,
        60,
        2,
    )
    total = sums.total
    assert (total.runs, total.trainings, total.training_hours, total.metric_hours, total.checkpoint_bytes) == (
        3,
        3,
        4,
        10,
        70,
    )
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
    facts: dict[str, Any] = {
        "scale": "quick",
        "seeds": 5,
        "jobs": 2,
        "threads": 1,
        "device": "cpu",
        "machine": "A processor",
        "cores": 2,
        "load": 0.1,
    }
    facts |= {
        "trainings": 3,
        "trained": 0,
        "tables": 5,
        "measured": 0,
        "checkpoint_folder": "weights",
        "free_bytes": 10**9,
        "day": date(2026, 3, 4),
    }
    return Costs(sums=add_up(figures, blocks(), jobs=2, cores_of_job=1), **{**facts, **changes})


def test_tables() -> None:
    text, markdown = as_text(answer()), as_markdown(answer())
    assert "one        2         2         3.0         2.0         3.0       <0.001  <0.001" in text.splitlines()
    assert "| `one` | 2 | 2 | 3.0 | 2.0 | 3.0 | <0.001 | <0.001 |" in markdown.splitlines()
    assert (
        "| **total** | **3** | **3** | **4.0** | **10** | **7.0** | **<0.001** | **<0.001** |" in markdown.splitlines()
    )
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


def test_a_document_gets_its_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "costs.md"
    path.write_text(
        "# Costs\n\n<!-- cost scale=smoke -->\nold\n<!-- end of cost -->\n\nand\n\n<!-- cost scale=paper figures=all"
        " -->\n<!-- end of cost -->\n"
    )
    monkeypatch.setattr(document, "_table", lambda choice, cores, known: f"{choice} on {cores}\n")
    monkeypatch.setattr("sys.argv", ["cost", str(path), "--cores", "4"])
    document.main()
    assert (
        path.read_text() == "# Costs\n\n<!-- cost scale=smoke -->\nscale=smoke on 4\n<!-- end of cost -->\n\nand\n\n"
        "<!-- cost scale=paper figures=all -->\nscale=paper figures=all on 4\n<!-- end of cost -->\n"
    )


@pytest.mark.slow
def test_the_command_prints_a_table_and_makes_nothing(tmp_path: Path) -> None:
    outcome = Workplace(tmp_path).make("cost", figures="['deep_grokking_fig2', 'always_grok_fig2']", seeds=1)
    names = [line.split()[0] for line in outcome.output.splitlines() if line]
    assert [name for name in names if name in {*names[:2], "total"} or "_fig" in name] == [
        "Cost",
        "figure",
        "deep_grokking_fig2",
        "always_grok_fig2",
        "total",
    ]
    assert "1 seed, 2 jobs at a time of 1 thread each, device cpu" in outcome.output
    assert "| **total** |" in (tmp_path / "logs/smoke/cost.log").read_text()
    assert not (tmp_path / "results").exists()
