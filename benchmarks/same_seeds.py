"""How far two archives lie apart that hold the same seeds of a run, trained on other machines.

    python benchmarks/same_seeds.py published/paper path/to/other --run mnist-mlp-d4-w200-n1000-init1-wd0.01

It prints, for accuracy in percentage points and for local complexity in neurons, and for every seed that both have, the
largest difference of a value and the median difference in parts of the training. docs/reproducibility.md has the table.
"""

from __future__ import annotations

import argparse
from itertools import pairwise
from pathlib import Path

import pandas as pd

from grokscope.metrics.tables import ALL_LAYERS

METRICS = {
    "accuracy": ("accuracy", 100.0, "accuracy, percentage points"),
    "local_complexity": ("value", 1.0, "local complexity, neurons cut"),
}
"""Name of a metric: its column, a factor, and words."""
BOUNDS = (0, 3000, 6700, 20_000, 100_000)


def rows_of(archive: Path, run: str, metric: str) -> pd.DataFrame:
    """All rows of a metric, of every block of the run; of local complexity those of the sum over layers."""
    tables = [pd.read_parquet(path) for path in sorted((archive / "runs" / run).glob(f"seeds_*/{metric}.parquet"))]
    if not tables:
        raise SystemExit(f"error: {archive}: has no {metric} of {run}")
    table = pd.concat(tables)
    return table[table["layer"] == ALL_LAYERS] if "layer" in table else table


def differences(first: Path, second: Path, run: str, metric: str) -> pd.DataFrame:
    """Columns seed, step and difference, of the rows that both have."""
    column, factor, _ = METRICS[metric]
    keys = {"accuracy": ["seed", "step", "split"], "local_complexity": ["seed", "step", "split", "radius"]}[metric]
    both = rows_of(first, run, metric).merge(rows_of(second, run, metric), on=keys, suffixes=("", "_other"))
    return both.assign(difference=factor * (both[column] - both[f"{column}_other"]).abs())


def main() -> None:
    """The command; see the module's description."""
    parser = argparse.ArgumentParser(description="Compare the same seeds in two archives.")
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("--run", required=True)
    chosen = parser.parse_args()
    parts = list(pairwise(BOUNDS))
    heads = [f"steps {low:,} to {high:,}" for low, high in parts]
    print(f"| largest difference of a value (median) | {' | '.join(heads)} |\n|---|{'---:|' * len(parts)}")
    for metric, (_, _, words) in METRICS.items():
        for seed, rows in differences(chosen.first, chosen.second, chosen.run, metric).groupby("seed"):
            cells = []
            for low, high in parts:
                within = rows["step"].between(low, high, inclusive="right" if low else "both")
                found = rows.loc[within, "difference"]
                cells.append(f"{found.max():.2g} ({found.median():.2g})")
            print(f"| {words}, seed {seed} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
