"""Train and measure what workflow/paper_queue.yaml lists, and publish each step; goes on where it was stopped.

python workflow/paper_queue.py [--cores 2] [--archive published/paper]

It runs at the lowest priority. Seeds that the archive has already are not trained again. Stop it at any time with
Ctrl-C; `make publish SCALE=paper` publishes the seeds that are finished by then.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

QUEUE = Path(__file__).with_suffix(".yaml")


def commands(step: dict[str, Any], scale: str, cores: str, archive: Path) -> list[list[str]]:
    """The calls of snakemake for one step: train and measure one seed at a time, then publish."""
    figures = f"figures=[{','.join(step['figures'])}]"
    choices = [f"scale={scale}", figures, f"seeds={step['seeds']}", "block_size=1"]
    snakemake = [sys.executable, "-m", "snakemake", "--cores", cores]
    known = [f"results_from={archive}"] if (archive / "index.json").is_file() else []
    return [
        [*snakemake, "measurements", "--config", *choices, *known],
        [*snakemake, "--quiet", "all", "publish", "--config", *choices, f"publish_to={archive}"],
    ]


def main() -> None:
    """The command; see the module's description."""
    parser = argparse.ArgumentParser(description="Train, measure and publish what workflow/paper_queue.yaml lists.")
    parser.add_argument("--cores", default="all", help="processor cores to use")
    parser.add_argument("--archive", type=Path, help="the archive that grows; published/<scale> when none is named")
    chosen = parser.parse_args()
    queue = yaml.safe_load(QUEUE.read_text(encoding="utf-8"))
    archive = chosen.archive or Path("published") / queue["scale"]
    os.nice(19)
    for place, step in enumerate(queue["steps"], start=1):
        print(f"step {place} of {len(queue['steps'])}: {', '.join(step['figures'])}, {step['seeds']} seeds", flush=True)
        for command in commands(step, queue["scale"], chosen.cores, archive):
            code = subprocess.run(command, check=False).returncode
            if code:
                sys.exit(
                    f"error: step {place} stopped (exit status {code}); start again to go on, finished work is kept"
                )


if __name__ == "__main__":
    main()
