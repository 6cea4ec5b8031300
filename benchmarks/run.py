"""Every benchmark: a table in results/benchmarks.md and the same in results/benchmarks.json.

    python benchmarks/run.py [--budget 900] [--folder results]

A benchmark that would start later than `--budget` seconds after the first one is left out, and the table says so.
Values are ratios of times taken side by side, so they say something about other machines too; the times themselves do
not.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY / "src"), str(REPOSITORY / "benchmarks")]

import embedding_map  # noqa: E402
import local_complexity  # noqa: E402
import local_complexity_convolutions  # noqa: E402
import metrics  # noqa: E402
import partitions  # noqa: E402
import seed_alone  # noqa: E402
import training  # noqa: E402
import transformer  # noqa: E402
from grokscope.files import write_json, write_text  # noqa: E402
from grokscope.provenance import provenance  # noqa: E402
from rows import Row, is_met, print_rows  # noqa: E402

BENCHMARKS: dict[str, Callable[[], list[Row]]] = {
    "training, 1 thread": lambda: training.rows(threads=1),
    "training, 2 threads": lambda: training.rows(threads=2),
    "local complexity": local_complexity.rows,
    "local complexity of convolutions": local_complexity_convolutions.rows,
    "maps of transformers": embedding_map.rows,
    "metrics": metrics.rows,
    "partitions": partitions.rows,
    "seed alone": seed_alone.rows,
    "transformers, 1 thread": lambda: transformer.rows(threads=1),
    "transformers, 2 threads": lambda: transformer.rows(threads=2),
}
MET = {None: "", True: "met", False: "**not met**"}


def measure(budget: float) -> tuple[list[Row], list[str]]:
    """Rows of all benchmarks that start within `budget` seconds, and the names of those that did not."""
    began = time.monotonic()
    table: list[Row] = []
    left_out = []
    for name, benchmark in BENCHMARKS.items():
        if time.monotonic() - began > budget:
            left_out.append(name)
            continue
        print(f"{name} ...", file=sys.stderr, flush=True)
        found = benchmark()
        print_rows(found)
        table += found
    return table, left_out


def markdown(table: list[Row], left_out: list[str], facts: dict[str, Any]) -> str:
    """The table as a page."""
    lines = [
        "# Benchmarks",
        "",
        (
            f"{facts['date']}, {facts['device_name']}, {facts['cores']} cores, load {facts['load']} at the start."
            f" Python {facts['python']}, torch {facts['torch']}, numpy {facts['numpy']}, grokscope {facts['grokscope']}"
            f" at {facts['git_commit'] or 'no commit'}."
        ),
        "",
        "One thread: processor time. Two threads: time of the clock, which other work on the machine disturbs.",
        "",
        "| what | value | unit | target | |",
        "|---|---:|---|---|---|",
        *(
            f"| {row['name']} | {row['value']:.3g} | {row['unit']} | {row['target']} | {MET[is_met(row)]} |"
            for row in table
        ),
    ]
    if left_out:
        lines += ["", f"Left out, the time was up: {', '.join(left_out)}."]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description="Measure the speed of everything that has a target.")
    parser.add_argument("--budget", type=float, default=900, help="seconds after which no further benchmark is started")
    parser.add_argument("--folder", type=Path, default=REPOSITORY / "results", help="where the table is written")
    arguments = parser.parse_args()
    facts = {**provenance(), "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"), "load": _load()}
    del facts["threads"]  # each row says how many it used
    table, left_out = measure(arguments.budget)
    write_json(
        arguments.folder / "benchmarks.json",
        {"facts": facts, "rows": [{**row, "met": is_met(row)} for row in table], "left_out": left_out},
    )
    write_text(arguments.folder / "benchmarks.md", markdown(table, left_out, facts))
    print(f"Table: {arguments.folder / 'benchmarks.md'}")


def _load() -> str:
    try:
        return Path("/proc/loadavg").read_text(encoding="utf-8").split()[0]
    except OSError:
        return "unknown"


if __name__ == "__main__":
    main()
