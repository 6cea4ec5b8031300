"""Runs the real workflow in a folder of its own, and says which jobs it would start."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from grokscope.config.start import load_plan

REPOSITORY = Path(__file__).parents[1]
SMOKE: dict[str, Any] = {"scale": "smoke", "data": {"source": "package"}}
_, PLAN = load_plan({**yaml.safe_load((REPOSITORY / "config.yaml").read_text()), **SMOKE}, REPOSITORY)
"""What the repository's config asks for at smoke scale."""

RUNS = PLAN.selected_runs()
_JOB = re.compile(r"^(?:local)?rule (?P<rule>\w+):\n(?P<body>(?:    .*\n)*)", re.MULTILINE)
_WILDCARDS = re.compile(r"^    wildcards: (.*)$", re.MULTILINE)
_OUTPUT = re.compile(r"^    output: (.*)$", re.MULTILINE)


def copy_repository(folder: Path) -> None:
    """Copy the repository without what was made in it. The package and the tests have folders of results of their
    own.
    """

    def left_behind(source: str, names: list[str]) -> set[str]:
        made = {"results", "logs"} if Path(source) == REPOSITORY else set()
        return shutil.ignore_patterns(".*", "__pycache__", "*.egg-info")(source, names) | (made & set(names))

    shutil.copytree(REPOSITORY, folder, ignore=left_behind)


@dataclass(frozen=True)
class Job:
    """A job of a dry run."""

    rule: str
    wildcards: dict[str, str] = field(default_factory=dict)
    output: tuple[str, ...] = ()


@dataclass
class Outcome:
    """How a call of snakemake ended."""

    code: int
    output: str
    errors: str

    @property
    def text(self) -> str:
        """Everything that was printed."""
        return self.output + self.errors

    def jobs(self) -> list[Job]:
        """Jobs of a dry run, in order."""
        found = []
        for match in _JOB.finditer(self.text):
            wildcards = _WILDCARDS.search(match["body"])
            pairs = [pair.partition("=") for pair in wildcards[1].split(", ")] if wildcards else []
            output = _OUTPUT.search(match["body"])
            found.append(
                Job(
                    match["rule"],
                    {name: value for name, _, value in pairs},
                    tuple(output[1].split(", ")) if output else (),
                )
            )
        return found


@dataclass
class Workplace:
    """A folder in which the workflow of this repository runs; data sets come from the user's cache, which is filled
    where it must be.
    """

    folder: Path
    config: dict[str, Any] = field(default_factory=lambda: dict(SMOKE))

    def command(self, *arguments: str, **config: Any) -> list[str]:
        """The call of snakemake with the workplace's config, changed by `config`."""
        entries = [f"{key}={value}" for key, value in {**self.config, **config}.items()]
        start = [
            sys.executable,
            "-m",
            "snakemake",
            "--snakefile",
            str(REPOSITORY / "Snakefile"),
            "--directory",
            str(self.folder),
        ]
        return [
            *start,
            "--configfile",
            str(REPOSITORY / "config.yaml"),
            "--cores",
            "2",
            *arguments,
            "--config",
            *entries,
        ]

    def call(
        self, *arguments: str, environment: Mapping[str, str] | None = None, timeout: float = 3600, **config: Any
    ) -> Outcome:
        """Run snakemake to its end, whatever that is."""
        self.folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            self.command(*arguments, **config),
            env={**os.environ, **(environment or {})},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    def make(self, *arguments: str, environment: Mapping[str, str] | None = None, **config: Any) -> Outcome:
        """Run snakemake; it has to succeed."""
        outcome = self.call(*arguments, environment=environment, **config)
        assert outcome.code == 0, outcome.text[-6000:]
        return outcome

    def plan(self, *targets: str, **config: Any) -> list[Job]:
        """The jobs that a call for `targets` would start; asks for nothing but a dry run."""
        return self.make("--dry-run", *targets, **config).jobs()

    def files(self) -> dict[str, tuple[int, int]]:
        """Size and time of every file below `results`, by its path."""
        found = {path: path.stat() for path in sorted((self.folder / "results").rglob("*")) if path.is_file()}
        return {
            path.relative_to(self.folder).as_posix(): (status.st_size, status.st_mtime_ns)
            for path, status in found.items()
        }


@contextmanager
def started(workplace: Workplace, *arguments: str, **config: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Snakemake and its jobs as a process group of their own, of which nothing is left afterwards; what they print is
    added to the file `printed` of the workplace.
    """
    workplace.folder.mkdir(parents=True, exist_ok=True)
    with open(workplace.folder / "printed", "ab") as printed:
        command = workplace.command(*arguments, **config)
        process = subprocess.Popen(
            command, cwd=workplace.folder, stdout=printed, stderr=printed, start_new_session=True
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def of_rule(jobs: Sequence[Job], rule: str, wildcard: str) -> list[str]:
    """The values of a wildcard in all jobs of a rule, sorted."""
    return sorted(job.wildcards[wildcard] for job in jobs if job.rule == rule)
