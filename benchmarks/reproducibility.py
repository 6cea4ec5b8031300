"""How far one seed moves when only the arithmetic changes: threads, vector instructions, company in its block.

    python benchmarks/reproducibility.py [--steps 10000] [--dtype float64]

It trains the network of Deep Networks Always Grok Fig 2 with the paper's settings, seed 0, once as usual and once under
each other condition, every one in a process of its own, and prints how much test accuracy, the norm of the weights and
local complexity differ from the usual ones, by step. docs/reproducibility.md shows what it printed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY / "src"), str(REPOSITORY / "tests")]

AT = (10, 100, 300, 1000, 3000, 10_000, 30_000, 100_000)
MEASURED = {"accuracy": "accuracy", "weight_norm": "norm", "local_complexity": "value"}


def conditions() -> dict[str, tuple[dict[str, str], list[str]]]:
    """Name -> environment and arguments of the process that trains."""
    from arithmetic import AVX2, OLDEST

    return {
        "usual": ({}, []),
        "the same again": ({}, []),
        "two threads": ({}, ["--threads", "2"]),
        "in a block of three seeds": ({}, ["--seeds", "3"]),
        "AVX2 instead of AVX-512": (AVX2, []),
        "without AVX": (OLDEST, []),
    }


def train(steps: int, dtype: str, seeds: int, threads: int) -> dict[str, Any]:
    """Values of seed 0 by metric and step, as pairs that JSON can hold."""
    from grokscope.config.layout import Layout
    from grokscope.config.metric_settings import metric_settings
    from grokscope.config.start import load_plan
    from grokscope.config.user import UserConfig
    from grokscope.data.ensure import ensure_dataset
    from grokscope.data.load import load_samples
    from grokscope.metrics.compute import compute_metric
    from grokscope.training.train import train_block

    _, plan = load_plan({"scale": "paper"}, REPOSITORY)
    run = plan.runs[plan.figures["always_grok_fig2"].runs()[0]]
    also = [step for step in AT if step <= steps]
    settings = run.settings.model_copy(
        update={
            "training": run.settings.training.model_copy(update={"steps": steps, "dtype": dtype}),
            "checkpoints": type(run.settings.checkpoints)(grid="log", count=3, also=also),
        }
    )
    file = ensure_dataset(settings.data.name, Path(Layout.of(UserConfig()).data_folder))
    samples, found = load_samples(settings.data, file), {}
    block = list(range(seeds))
    with tempfile.TemporaryDirectory() as folder:
        train_block(settings, samples, block, folder, threads=threads)
        for name, column in MEASURED.items():
            chosen = metric_settings(name, run.metrics[name].model_dump(mode="json"))
            table = compute_metric(name, chosen, settings, samples, block, folder, "run", threads=threads)
            rows = table[(table["seed"] == 0) & table["step"].isin(also)]
            rows = rows[rows["split"] == "test"] if name == "accuracy" else rows[rows["layer"] == 0]
            if name == "local_complexity":
                rows = rows[rows["split"] == "train"]
            found[name] = dict(zip(map(str, rows["step"]), rows[column], strict=True))
    return found


def measure(name: str, steps: int, dtype: str) -> dict[str, dict[str, float]]:
    """`train` in a process of its own under one condition."""
    environment, arguments = conditions()[name]
    command = [sys.executable, __file__, "--train", "--steps", str(steps), "--dtype", dtype, *arguments]
    start = {**os.environ, "OMP_NUM_THREADS": "1", **environment}
    done = subprocess.run(command, env=start, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def table(steps: int, dtype: str) -> str:
    """The differences as a Markdown table."""
    values = {name: measure(name, steps, dtype) for name in conditions()}
    usual = values.pop("usual")
    columns = [step for step in AT if step <= steps]
    lines = [
        f"| {dtype}, what differs from the usual | quantity | "
        + " | ".join(f"step {step:,}" for step in columns)
        + " |",
        "|---|---|" + "---:|" * len(columns),
    ]
    for name, found in values.items():
        for metric, words in (
            ("accuracy", "test accuracy, percentage points"),
            ("weight_norm", "norm of the weights, relative"),
            ("local_complexity", "local complexity, relative"),
        ):
            cells = []
            for step in map(str, columns):
                one, other = usual[metric][step], found[metric][step]
                scale = 0.01 if metric == "accuracy" else max(abs(one), 1e-300)
                cells.append("0" if one == other else f"{abs(other - one) / scale:.1g}")
            lines.append(f"| {name} | {words} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """The command; see the module's description."""
    parser = argparse.ArgumentParser(description="How far one seed moves when only the arithmetic changes.")
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--dtype", choices=("float32", "float64"), default="float64")
    parser.add_argument("--train", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--seeds", type=int, default=1, help=argparse.SUPPRESS)
    parser.add_argument("--threads", type=int, default=1, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.train:
        print(json.dumps(train(chosen.steps, chosen.dtype, chosen.seeds, chosen.threads)))
    else:
        print(table(chosen.steps, chosen.dtype))


if __name__ == "__main__":
    main()
