"""The workflow is killed at random moments, from the first job to the report; called again each time, it ends with the
same files, byte for byte but for times, as if nothing had happened.

GROKSCOPE_KILLS is how often, GROKSCOPE_KILL_SEED starts the random numbers. The moments are spread evenly over the time
that a run takes; where it ends before they are all used, another run takes the rest.
"""

from __future__ import annotations

import json
import os
import random
import re
import time
from dataclasses import dataclass
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
GIVE_UP_SECONDS = 1200
MADE_BY_JOBS = (
    "data/*.json",
    "smoke/runs/*/*/training.json",
    "smoke/runs/*/*/metrics/*.parquet",
    "smoke/runs/*/tables/events.parquet",
    "smoke/figures/*.json",
    "smoke/runs/*/card.json",
    "smoke/report.zip",
)
"""One file of every job but those that judge the claims of a paper."""
OF_CLAIMS = ("smoke/claims/always_grok_*.json", "smoke/claims/deep_grokking_*.json")
TIMES = {"wall_seconds", "steps_per_second"}
CHECKSUMS = {"checksum", "html", "notebook", "files"}
"""Keys of JSON files, and those that tell of files in which times are written."""
SHOWN_TIME = re.compile(r'(?:data-sort=\\?"[0-9.e+-]+\\?">)?[0-9.]+ (?:s|min|h)\b')
SHOWN_SPEED = re.compile(r'(TIME</td><td class=\\?"number\\?">)[^<]+(?=</td>)')


def ends_of_jobs(workplace: Workplace) -> dict[str, float]:
    """When each job was done, told by its last file: the file's path and its time in seconds, the first job first."""
    results = workplace.folder / "results"
    files = [path for pattern in MADE_BY_JOBS for path in results.glob(pattern)]
    of_claims = [list(results.glob(pattern)) for pattern in OF_CLAIMS]
    files += [max(paths, key=lambda path: path.stat().st_mtime) for paths in of_claims if paths]
    times = {path.relative_to(results).as_posix(): path.stat().st_mtime for path in files}
    return dict(sorted(times.items(), key=lambda entry: entry[1]))


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


def files_of(workplace: Workplace) -> dict[str, Path]:
    results = workplace.folder / "results"
    return {path.relative_to(results).as_posix(): path for path in sorted(results.rglob("*")) if path.is_file()}


def is_unfinished(name: str) -> bool:
    """Whether a file is hidden or in a hidden folder, as all are that are being written; Snakemake marks folders so."""
    return any(part.startswith(".") and part != ".snakemake_timestamp" for part in Path(name).parts)


def contents(workplace: Workplace) -> dict[str, Any]:
    return {name: comparable(path) for name, path in files_of(workplace).items() if not is_unfinished(name)}


@dataclass
class Moment:
    """A moment to kill the workflow at: so long after so many of its jobs are done."""

    jobs: list[str]
    seconds: float
    start_seconds: float
    """Added where the jobs were done before this start of the workflow, which takes some time."""

    def reached(self, workplace: Workplace) -> bool:
        return all((workplace.folder / "results" / job).exists() for job in self.jobs)


def moments_of(workplace: Workplace, began: float) -> list[Moment]:
    """Moments of a run that began at `began`, one at random within each of KILLS equal parts of its time."""
    generator = random.Random(SEED)
    ends = {job: end - began for job, end in ends_of_jobs(workplace).items()}
    first, last = min(ends.values()), max(ends.values())
    moments = []
    for part in range(KILLS):
        seconds = (part + generator.random()) / KILLS * last
        done = [job for job, end in ends.items() if end <= seconds]
        since = ends[done[-1]] if done else 0.0
        moments.append(Moment(done, seconds - since, generator.uniform(0, first)))
    return moments


def killed_at(workplace: Workplace, moment: Moment) -> bool:
    """Start the workflow and kill it at a moment; False where it came to its end before."""
    deadline = time.monotonic() + GIVE_UP_SECONDS
    wait_seconds = moment.seconds + moment.start_seconds * (bool(moment.jobs) and moment.reached(workplace))
    with started(workplace, figures=FIGURES) as process:
        while not moment.reached(workplace) and process.poll() is None:
            assert time.monotonic() < deadline, (workplace.folder / "printed").read_text()[-4000:]
            time.sleep(0.02)
        until = time.monotonic() + wait_seconds
        while time.monotonic() < until and process.poll() is None:
            time.sleep(0.02)
        assert process.poll() in (None, 0), (workplace.folder / "printed").read_text()[-4000:]
        return process.poll() is None


def test_killed_at_random_moments(tmp_path: Path) -> None:
    whole, began = Workplace(tmp_path / "whole"), time.time()
    whole.make(figures=FIGURES)
    wanted, jobs = contents(whole), len(ends_of_jobs(whole))
    runs = [Workplace(tmp_path / "killed_0")]
    for moment in moments_of(whole, began):
        while not killed_at(runs[-1], moment):
            runs.append(Workplace(tmp_path / f"killed_{len(runs)}"))
            moment.seconds /= 2
        print(f"run {len(runs) - 1}: killed {moment.seconds:.2f} s after {len(moment.jobs)} of {jobs} jobs")
        runs[-1].make("--unlock", figures=FIGURES)
    for run in runs:
        run.make(figures=FIGURES)
        found = contents(run)
        assert sorted(set(found) ^ set(wanted)) == []
        assert [name for name, content in found.items() if content != wanted[name]] == []
    unfinished = [name for run in runs for name in files_of(run) if is_unfinished(name)]
    assert unfinished == []
