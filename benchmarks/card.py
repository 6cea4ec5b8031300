"""One training step on a CUDA card, against the card's bare matrix product, at paper scale.

    python benchmarks/card.py [--figures always_grok_fig2,deep_grokking_fig2] [--seeds 5] [--seconds 2]

For every kind of network in the figures: a step whose kernels are replayed as one CUDA graph, a step whose kernels are
started one by one, and the time in which a product of two large matrices in the same arithmetic does as many
multiplications and additions. Then, for the first of them, a checkpoint of every metric on the card and on one core of
the processor. Each time is of one process that has the card to itself.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch
import yaml

from grokscope.config.run_settings import RunSettings
from grokscope.config.run_work import RunWork
from grokscope.cost.measure import metric_time, training_time
from grokscope.results.wanted import load_wanted
from grokscope.training import replayed
from grokscope.training.arithmetic import arithmetic
from rows import Row, make_row, print_rows

REPOSITORY = Path(__file__).resolve().parents[1]
SIDE = 8192
"""Of the two large matrices."""


def runs_of(figures: list[str]) -> dict[str, RunSettings]:
    """One run of each kind of network in `figures` at paper scale, by a name for the rows."""
    config = yaml.safe_load((REPOSITORY / "config.yaml").read_text(encoding="utf-8"))
    wanted = load_wanted({**config, "scale": "paper", "figures": figures}, REPOSITORY, hashes=False)
    found: dict[str, RunSettings] = {}
    for run in wanted.plan.selected_runs():
        settings = wanted.plan.runs[run].settings
        model, training = settings.model, settings.training
        size = getattr(model, "depth", None) or getattr(model, "blocks", None)
        found.setdefault(f"{model.kind} {size} x {model.width}, {training.dtype}", settings)
    return found


def multiply_adds_per_second(dtype: str) -> float:
    """Of one product of two large square matrices."""
    with arithmetic(device="cuda", threads=1, flush_denormal=False):
        left, right = (torch.randn(SIDE, SIDE, dtype=getattr(torch, dtype), device="cuda") for _ in range(2))
        best = float("inf")
        for _ in range(4):
            torch.cuda.synchronize()
            began = time.perf_counter()
            torch.mm(left, right)
            torch.cuda.synchronize()
            best = min(best, time.perf_counter() - began)
    return float(SIDE) ** 3 / best


def step_milliseconds(settings: RunSettings, seeds: int, seconds: float, *, replay: bool) -> float:
    """One update of `seeds` seeds, replayed or kernel by kernel."""
    replayable = replayed.replayable
    if not replay:
        replayed.replayable = lambda block: False
    try:
        taken = training_time(settings, seeds, device="cuda", threads=1, budget_seconds=seconds)
    finally:
        replayed.replayable = replayable
    return 1e3 * taken.step_seconds


def benchmark(figures: list[str], seeds: int, seconds: float) -> list[Row]:
    """The rows of every kind of network."""
    rates: dict[str, float] = {}
    rows: list[Row] = []
    for name, settings in runs_of(figures).items():
        dtype, label = settings.training.dtype, f"{name}, {seeds} seeds"
        if dtype not in rates:
            rates[dtype] = multiply_adds_per_second(dtype)
            rows.append(make_row(f"product of two large matrices, {dtype}", 2e-12 * rates[dtype], "TFLOP/s"))
        work = 3 * seeds * settings.training.batch_size * RunWork(settings, seeds).multiply_adds
        bare = 1e3 * work / rates[dtype]
        step = step_milliseconds(settings, seeds, seconds, replay=True)
        single = step_milliseconds(settings, seeds, seconds, replay=False)
        rows.append(make_row(f"{label}: step", step, "ms"))
        rows.append(make_row(f"{label}: step kernel by kernel, over replayed", single / step, "times", ">= 1"))
        rows.append(make_row(f"{label}: step over the bare product", step / bare, "times"))
    return rows


def metric_rows(figures: list[str], seeds: int, seconds: float) -> list[Row]:
    """A checkpoint of every metric of the first kind of network, on the card and on one core of the processor."""
    config = yaml.safe_load((REPOSITORY / "config.yaml").read_text(encoding="utf-8"))
    wanted = load_wanted({**config, "scale": "paper", "figures": figures}, REPOSITORY, hashes=False)
    planned = wanted.plan.runs[wanted.plan.selected_runs()[0]]
    rows: list[Row] = []
    for name, metric in planned.metrics.root.items():
        times = {
            device: metric_time(
                metric, planned.settings, seeds, device=device, threads=1, budget_seconds=seconds
            ).checkpoint_seconds
            for device in ("cuda", "cpu")
        }
        rows.append(make_row(f"{name}, {seeds} seeds: a checkpoint", times["cuda"], "s"))
        rows.append(make_row(f"{name}: one core over the card", times["cpu"] / times["cuda"], "times"))
    return rows


def main() -> None:
    """The command; see the module's description."""
    parser = argparse.ArgumentParser(description="Time a training step on a CUDA card.")
    parser.add_argument("--figures", default="always_grok_fig2,deep_grokking_fig2", help="figures whose runs are timed")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="for each time")
    chosen = parser.parse_args()
    if not torch.cuda.is_available():
        parser.error("there is no CUDA card here")
    figures = chosen.figures.split(",")
    print_rows(benchmark(figures, chosen.seeds, chosen.seconds))
    print_rows(metric_rows(figures, chosen.seeds, chosen.seconds))


if __name__ == "__main__":
    main()
