"""How long the jobs of a call will take, said before they start: measured times, scaled to this processor.

`python -m grokscope.cost.beforehand` measures those times again and writes them beside this file; with `--missing` only
those of runs and metrics that are new, on a processor of the same kind.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from grokscope.config.blocks import block_seeds
from grokscope.cost.speed import products_a_second
from grokscope.files import read_json, write_json

MEASURED = Path(__file__).with_name("measured_quick.json")
SCALE = "quick"
LOWER, UPPER = 0.7, 1.6
"""Printed bounds, as multiples of the estimate: equally fast processors differ by this much in training."""

OTHER_SECONDS: Mapping[str, float] = {"data": 10, "summary": 6, "card": 15, "figure": 8, "report": 25}
"""Core-seconds of jobs that do not depend on settings, measured on MEASURED's processor."""

CLAIMS_SECONDS = 60


@dataclass(frozen=True)
class Job:
    """A job that is about to run."""

    rule: str
    run: str = ""
    block: str = ""
    metric: str = ""


def sentence(jobs: Iterable[Job], scale: str, cores: int, device: str = "cpu") -> str:
    """About how many minutes `jobs` will take on `cores` cores, in words.

    Nothing at scales and on devices where nothing was measured, without cores of this machine, and for jobs of less
    than a minute.
    """
    if scale != SCALE or device != "cpu" or cores < 1:
        return ""
    jobs = list(jobs)
    seconds, unknown = core_seconds(jobs)
    if seconds < 60:
        return ""
    speed, measured = products_a_second(), _measured()
    scaled = (
        f"scaled from {measured['processor']} by a half-second matrix product"
        if speed
        else f"as on {measured['processor']}"
    )
    longest = max((_seconds(job) or 0 for job in jobs), default=0)
    minutes = max(seconds / cores, longest) / 60 * (measured["products_a_second"] / speed if speed else 1)
    on = f"{cores} free {'core' if cores == 1 else 'cores'}"
    about = f"about {_rounded(LOWER * minutes)} to {_rounded(UPPER * minutes)} minutes on {on}"
    rest = f"; without {unknown} of other runs, for which no time is known" if unknown else ""
    return f"This will take {about} ({scaled}{rest}). `snakemake cost` measures it more exactly."


def core_seconds(jobs: Iterable[Job]) -> tuple[float, int]:
    """Core-seconds of `jobs` on the processor of MEASURED, and how many of them are not known there."""
    found = [_seconds(job) for job in jobs]
    return sum(seconds for seconds in found if seconds is not None), sum(seconds is None for seconds in found)


def _seconds(job: Job) -> float | None:
    if job.rule in ("training", "metric"):
        known = _measured()["runs"].get(job.run, {}).get(job.metric or "training")
        # a job has a part for each seed and a part of its own, to start
        return None if known is None else _measured()["start_seconds"] + known * len(block_seeds(job.block))
    return CLAIMS_SECONDS if job.rule.endswith("_claims") else OTHER_SECONDS.get(job.rule, 0)


@cache
def _measured() -> dict[str, Any]:
    """Core-seconds for each seed of every run's training and metrics at quick scale, without the start of a job."""
    found: dict[str, Any] = read_json(MEASURED)
    return found


def _rounded(minutes: float) -> int:
    """To one minute below ten, to five above, as nobody needs more of an estimate."""
    return max(1, round(minutes)) if minutes < 10 else 5 * math.ceil(minutes / 5 - 0.5)


def main() -> None:
    """Measure the runs of every figure at quick scale, or those that are new, and write the times."""
    import argparse
    import tempfile

    from grokscope.cost.estimate import block_cost
    from grokscope.cost.timings import measure_times
    from grokscope.cost.work import BlockWork, work_left
    from grokscope.machine import cpu_name
    from grokscope.results.wanted import load_wanted

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--missing", action="store_true", help="keep the times that are known")
    known = _measured() if parser.parse_args().missing else None
    if known is not None and known["processor"] != cpu_name():
        parser.error(f"known times are those of {known['processor']}, this is {cpu_name()}; measure all of them")

    def is_new(block: BlockWork) -> bool:
        return known is None or not {"training", *block.metrics} <= set(known["runs"].get(block.run, {}))

    repository = Path(__file__).resolve().parents[3]
    with tempfile.TemporaryDirectory() as empty:
        wanted = load_wanted(
            {"scale": SCALE, "figures": "all", "results_folder": empty, "block_size": 1000}, repository
        )
        planned = work_left(wanted, wanted.plan.metrics_needed())
        work = [block for block in planned if is_new(block)]
        speed = products_a_second()
        times = measure_times(work, device="cpu", threads=1, jobs=1)
    # other work on the machine makes both slower, so that their product is about the same
    factor = 1.0 if known is None or not speed else speed / known["products_a_second"]
    runs = {} if known is None else {block.run: known["runs"].get(block.run, {}) for block in planned}
    for block in work:
        cost = block_cost(block, times)
        parts = {"training": cost.training_seconds, **cost.metric_seconds}
        runs[block.run] = {
            name: round(factor * (seconds - times.start_seconds) / block.seeds, 3) for name, seconds in parts.items()
        }
    whole = {
        "processor": cpu_name(),
        "products_a_second": speed,
        "start_seconds": round(times.start_seconds, 2),
    }
    kept = whole if known is None else {key: known[key] for key in whole}
    write_json(MEASURED, kept | {"runs": runs})


if __name__ == "__main__":
    main()
