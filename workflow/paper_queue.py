"""Train and measure what workflow/paper_queue.yaml lists, and publish each step; goes on where it was stopped.

python workflow/paper_queue.py [--cores 2] [--archive published/paper] [--gpu-jobs 8] [--uncommitted]

With `--gpu-jobs` it trains and measures on the CUDA card, all seeds of a run in one block and so many jobs side by
side; else on the processor, one seed at a time and without the steps that say `gpu: true`. It runs at the lowest
priority. Seeds that the archive has already are not trained again. Stop it at any time with Ctrl-C; `make publish
SCALE=paper` publishes the seeds that are finished by then. The commit is published with the results, so that it refuses
to start where tracked files differ from it, unless `--uncommitted` is given; the archive itself may differ.
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
REPOSITORY = Path(__file__).resolve().parents[1]
MOST_NAMED = 3
"""Of the files that differ, so many are named."""


def commands(step: dict[str, Any], scale: str, cores: str, archive: Path, gpu_jobs: int = 0) -> list[list[str]]:
    """The calls of snakemake for one step: train and measure, then publish.

    With `gpu_jobs` on the card, so many jobs at a time and all seeds of a run together; else one seed at a time.
    """
    figures = f"figures=[{','.join(step['figures'])}]"
    block = step["seeds"] if gpu_jobs else 1
    choices = [f"scale={scale}", figures, f"seeds={step['seeds']}", f"block_size={block}"]
    # the target comes after `--cores`: it would be taken for one more value of `--quiet` or of `--resources`
    snakemake, side_by_side, where = [sys.executable, "-m", "snakemake"], [], ["--cores", cores]
    if gpu_jobs:
        side_by_side = ["--resources", f"gpu={gpu_jobs}"]
        choices.append("device=cuda")
    known = [f"results_from={archive}"] if (archive / "index.json").is_file() else []
    return [
        [*snakemake, *side_by_side, *where, "measurements", "--config", *choices, *known],
        [*snakemake, "--quiet", "all", *side_by_side, *where, "publish", "--config", *choices, f"publish_to={archive}"],
    ]


def uncommitted(repository: Path, archive: Path) -> list[str]:
    """Tracked files that differ from the commit, outside the archive; none where there is no commit."""
    own = archive.resolve()
    inside = [f":(exclude,top){own.relative_to(repository)}"] if own.is_relative_to(repository) else []
    status = ["git", "-c", "safe.directory=*", "--no-optional-locks", "-C", str(repository), "status"]
    try:
        done = subprocess.run(
            [*status, "--porcelain", "-z", "--no-renames", "--untracked-files=no", "--", ".", *inside],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return []
    return [line[3:] for line in done.stdout.split("\0") if line]


def main() -> None:
    """The command; see the module's description."""
    parser = argparse.ArgumentParser(description="Train, measure and publish what workflow/paper_queue.yaml lists.")
    parser.add_argument("--cores", default="all", help="processor cores to use")
    parser.add_argument("--archive", type=Path, help="the archive that grows; published/<scale> when none is named")
    parser.add_argument("--gpu-jobs", type=int, default=0, help="jobs at a time on the CUDA card; 0: the processor")
    parser.add_argument("--uncommitted", action="store_true", help="start with changes that are in no commit")
    chosen = parser.parse_args()
    queue = yaml.safe_load(QUEUE.read_text(encoding="utf-8"))
    archive = chosen.archive or Path("published") / queue["scale"]
    if not chosen.uncommitted and (changed := uncommitted(REPOSITORY, archive)):
        more = f" and {len(changed) - MOST_NAMED} more" if len(changed) > MOST_NAMED else ""
        sys.exit(
            f"error: {', '.join(changed[:MOST_NAMED])}{more}: not committed, while the commit is published with the"
            " results; commit or undo the change, or insist: --uncommitted (make queue UNCOMMITTED=yes)"
        )
    os.nice(19)
    for place, step in enumerate(queue["steps"], start=1):
        if step.get("gpu") and not chosen.gpu_jobs:
            print(f"step {place} is left out without a card (--gpu-jobs): {', '.join(step['figures'])}", flush=True)
            continue
        print(f"step {place} of {len(queue['steps'])}: {', '.join(step['figures'])}, {step['seeds']} seeds", flush=True)
        for command in commands(step, queue["scale"], chosen.cores, archive, chosen.gpu_jobs):
            code = subprocess.run(command, check=False).returncode
            if code:
                sys.exit(
                    f"error: step {place} stopped (exit status {code}); start again to go on, finished work is kept"
                )


if __name__ == "__main__":
    main()
