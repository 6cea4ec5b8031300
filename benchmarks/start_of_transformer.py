"""Whether the setting of Always Grok Fig 8 that was put together from its curves begins as these do.

    python benchmarks/start_of_transformer.py

Trains the first 300 updates of `always_grok_fig8` at paper scale and prints the authors' values beside the range of
ours over three seeds. Local complexity is measured around some of the training pairs and random sequences.
docs/differences.md says what it printed.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "src"))

import pandas as pd  # noqa: E402

from grokscope.analysis.reference import read_reference  # noqa: E402
from grokscope.config.metric_settings import metric_settings  # noqa: E402
from grokscope.config.run_settings import CheckpointSettings, RunSettings  # noqa: E402
from grokscope.config.start import load_plan  # noqa: E402
from grokscope.data.load import load_samples  # noqa: E402
from grokscope.metrics.compute import compute_metric  # noqa: E402
from grokscope.training.train import train_block  # noqa: E402

FIGURE = "always_grok_fig8"
SEEDS = [0, 1, 2]
POINTS = 400
STEPS = [10, 20, 30, 100, 140, 200, 300]
RADIUS = 0.1
PERCENT = 100.0


def main() -> None:
    """Print the comparison."""
    _, plan = load_plan({"scale": "paper", "figures": [FIGURE]}, REPOSITORY)
    run = plan.runs[plan.figures[FIGURE].runs()[0]].settings
    ours = measured(run)
    theirs = {name: read_reference(REPOSITORY / "reference" / f"always_grok_fig08_{name}.csv") for name in ours}
    print("| what | split | step | authors | ours, range over seeds |\n|---|---|---|---|---|")
    for name, table in ours.items():
        for (split, step), rows in table.groupby(["split", "step"]):
            of_authors = theirs[name].query("split == @split and step == @step")["value"]
            if len(of_authors):
                found = f"{rows['value'].min():.1f} to {rows['value'].max():.1f}"
                print(f"| {name.replace('_', ' ')} | {split} | {step} | {of_authors.mean():.1f} | {found} |")


def measured(run: RunSettings) -> dict[str, pd.DataFrame]:
    """Accuracy and local complexity of the first updates: split, seed, step, value."""
    checkpoints = CheckpointSettings.model_validate({"grid": "log", "count": 2, "also": STEPS})
    training = run.training.model_copy(update={"steps": max(STEPS)})
    run = run.model_copy(update={"checkpoints": checkpoints, "training": training})
    samples = load_samples(run.data)
    kinds = {
        "accuracy": {},
        "embedding_complexity": {"radii": [RADIUS], "points": {"train": POINTS, "test": 0, "random": POINTS}},
    }
    tables = {}
    with tempfile.TemporaryDirectory() as folder:
        train_block(run, samples, SEEDS, Path(folder))
        for name, values in kinds.items():
            settings = metric_settings(name, values)
            tables[name] = compute_metric(name, settings, run, samples, SEEDS, Path(folder), "start")
    complexity = tables["embedding_complexity"].query("positions == 'all' and layer == 0")
    return {
        "accuracy": tables["accuracy"].assign(value=PERCENT * tables["accuracy"]["accuracy"]),
        "local_complexity": complexity,
    }


if __name__ == "__main__":
    main()
