"""The workflow is killed at random moments, from the first job to the report; called again each time, it ends with the
same files, byte for byte but for times, as if nothing had happened.

GROKSCOPE_KILLS is how often, GROKSCOPE_KILL_SEED starts the random numbers. The moments are spread evenly over the jobs
of the run; where it ends before they are all used, another run takes the rest.
"""

from __future__ import annotations

import json
import os
import random
import re
import time
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from safetensors.numpy import load_file

from workflow_support import Workplace, started

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("GROKSCOPE_KILLS", "1"))
SEED = int(os.environ.get("GROKSCOPE_KILL_SEED", "0"))
FIGURES = ["always_grok_fig2", *(["deep_grokking_fig1"] if KILLS > 1 else [])]
LONGEST_WAIT_SECONDS = 8.0
"""A kill comes up to this long after the job that it waits for; a start of Snakemake and the longest jobs take less."""
GIVE_UP_SECONDS = 1200
MADE_BY_JOBS = (
    "data/*.json",
    "smoke/runs/*/*/training.json",
    "smoke/runs/*/*/metrics/*.parquet",
    "smoke/runs/*/tables/events.parquet",
    "smoke/figures/*.json",
    "smoke/runs/*/card.json",
    "smoke/report/made_from.json",
)
"""One file of every job but those that judge the claims of a paper."""
OF_CLAIMS = ("smoke/claims/always_grok_*.json", "smoke/claims/deep_grokking_*.json")
TIMES = {"wall_seconds", "steps_per_second"}
CHECKSUMS = {"checksum", "html", "notebook", "files"}
"""Keys of JSON files, and those that tell of files in which times are written."""
SHOWN_TIME = re.compile(r'(?:data-sort=\\?"[0-9.e+-]+\\?">)?[0-9.]+ (?:s|min|h)\b')
SHOWN_SPEED = re.compile(r'(TIME</td><td class=\\?"number\\?">)[0-9 .]+(?=</td>)')


def jobs_done(workplace: Workplace) -> int:
    """How many jobs have left files."""
    results = workplace.folder / "results"
    return sum(len(list(results.glob(pattern))) for pattern in MADE_BY_JOBS) + sum(
        any(results.glob(pattern)) for pattern in OF_CLAIMS
    )


def without_times(value: Any) -> Any:
    """A value of JSON without times and checksums of what holds times."""
    if isinstance(value, dict):
        return {key: without_times(part) for key, part in value.items() if key not in TIMES | CHECKSUMS}
    return [without_times(part) for part in value] if isinstance(value, list) else value


def comparable(path: Path) -> Any:
    """What has to be the same in two runs: all bytes, but for times in records, cards and pages."""
    if path.name == "state.safetensors":
        return {name: tensor.tobytes() for name, tensor in load_file(path).items()}
    if path.name in ("training.json", "record.json", "card.json", "made_from.json"):
        return without_times(json.loads(path.read_text()))
    if path.suffix in (".html", ".ipynb"):
        return SHOWN_SPEED.sub(r"\1SPEED", SHOWN_TIME.sub("TIME", path.read_text()))
    return sorted(ZipFile(path).namelist()) if path.name == "report.zip" else path.read_bytes()


def contents(workplace: Workplace) -> dict[str, Any]:
    results = workplace.folder / "results"
    return {path.relative_to(results).as_posix(): comparable(path) for path in results.rglob("*") if path.is_file()}


def killed_after(workplace: Workplace, jobs: int, wait_seconds: float) -> bool:
    """Start the workflow and kill it so long after so many jobs are done; False where it came to its end before."""
    deadline = time.monotonic() + GIVE_UP_SECONDS
    with started(workplace, figures=FIGURES) as process:
        while jobs_done(workplace) < jobs and process.poll() is None:
            assert time.monotonic() < deadline, (workplace.folder / "printed").read_text()[-4000:]
            time.sleep(0.02)
        until = time.monotonic() + wait_seconds
        while time.monotonic() < until and process.poll() is None:
            time.sleep(0.02)
        assert process.poll() in (None, 0), (workplace.folder / "printed").read_text()[-4000:]
        return process.poll() is None


def test_killed_at_random_moments(tmp_path: Path) -> None:
    whole = Workplace(tmp_path / "whole")
    whole.make(figures=FIGURES)
    wanted, jobs = contents(whole), jobs_done(whole)
    generator = random.Random(SEED)
    moments = [
        (int((place + generator.random()) / KILLS * jobs), generator.uniform(0, LONGEST_WAIT_SECONDS))
        for place in range(KILLS)
    ]
    runs = [Workplace(tmp_path / "killed_0")]
    for after, wait_seconds in moments:
        while not killed_after(runs[-1], after, wait_seconds):
            runs.append(Workplace(tmp_path / f"killed_{len(runs)}"))
            wait_seconds /= 2
        print(f"run {len(runs) - 1}: killed {wait_seconds:.2f} s after {after} of {jobs}, at {jobs_done(runs[-1])}")
        runs[-1].make("--unlock", figures=FIGURES)
    for run in runs:
        run.make(figures=FIGURES)
        found = contents(run)
        assert sorted(set(found) ^ set(wanted)) == []
        assert [name for name, content in found.items() if content != wanted[name]] == []
