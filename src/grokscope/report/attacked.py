"""What stronger attacks leave of late robustness: one row for each attacked network and size of the attack."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from grokscope.analysis.events.robustness import read
from grokscope.config.detector_settings import DetectorSettings
from grokscope.report.runs import Run

PUBLISHED, WORST = "published", "worst_case"
COLUMNS = ("run", "epsilon", "attack", "seed", "end", "lowest_after_fit", "lost_at", "back_at", "state")


@dataclass(frozen=True)
class Course:
    """Accuracy (fraction) of one seed under one attack: at the end, at its lowest after the fit (NaN without a fit),
    and when it was lost and came back (NaN where it was not).
    """

    end: float
    lowest: float
    lost: float
    back: float
    state: str

    @property
    def returned(self) -> bool:
        """Whether accuracy was lost and has come back."""
        return math.isfinite(self.back)


@dataclass(frozen=True)
class Outcome:
    """A network and a size of the attack: the course of every seed under the published attack and, where others were
    made, in the worst case.
    """

    run: Run
    epsilon: float
    published: Mapping[int, Course]
    worst: Mapping[int, Course]

    @property
    def returned(self) -> list[int]:
        """Seeds whose accuracy under the published attack comes back."""
        return [seed for seed, course in self.published.items() if course.returned]

    @property
    def survived(self) -> list[int]:
        """Those of them whose accuracy in the worst case comes back too."""
        return [seed for seed in self.returned if seed in self.worst and self.worst[seed].returned]

    @property
    def verdict(self) -> str:
        """Whether the return survives, in words."""
        there, left = len(self.returned), len(self.survived)
        if not self.worst:
            return "not attacked otherwise"
        if not there:
            return "no late return"
        if left == there:
            return "survives"
        return f"survives in {left} of {there} seeds" if left else "does not survive"


def outcomes(runs: Iterable[Run], detectors: DetectorSettings) -> Iterator[Outcome]:
    """All outcomes, network by network; of a network that was attacked in several ways, those of the most telling."""
    for run in runs:
        suites = _tables(run, "attack_suite")
        found = suites or _tables(run, "adversarial")
        fits = _fits(run)
        for table in found:
            name = {"attack": PUBLISHED} if suites else {"start": "none"}
            for epsilon in sorted(float(size) for size in table["epsilon"].unique() if size > 0):
                of_size = table[table["epsilon"] == epsilon]
                published = _courses(of_size, name, fits, detectors)
                worst = _courses(of_size, {"attack": WORST}, fits, detectors) if suites else {}
                if published:
                    yield Outcome(run, epsilon, published, worst)


def _tables(run: Run, metric: str) -> list[pd.DataFrame]:
    names = [name for name, settings in run.metrics.items() if (settings or {}).get("metric", name) == metric]
    tables = [run.table(name) for name in dict.fromkeys((*names, metric))]
    return [table for table in tables if table is not None and not table.empty]


def _fits(run: Run) -> dict[int, float]:
    return {seed: date.step for seed, date in run.dates.get("fit", {}).items() if date.seen}


def _courses(
    table: pd.DataFrame, where: Mapping[str, str], fits: Mapping[int, float], detectors: DetectorSettings
) -> dict[int, Course]:
    for column, value in where.items():
        table = table[table[column] == value]
    found = {}
    for seed, rows in table.groupby("seed"):
        curve = rows.sort_values("step").rename(columns={"accuracy": "value"})[["step", "value"]]
        if curve["value"].isna().any():
            continue
        events = read(curve, detectors)
        lost, back = events["robustness_lost"], events["robustness_onset"]
        later = curve[curve["step"] >= fits.get(int(str(seed)), math.inf)]["value"]
        found[int(str(seed))] = Course(
            end=float(curve["value"].iloc[-1]),
            lowest=float(later.min()) if len(later) else math.nan,
            lost=math.nan if lost.step is None else lost.step,
            back=math.nan if back.step is None else back.step,
            state=back.state,
        )
    return found


def outcomes_csv(found: Iterable[Outcome]) -> str:
    """Every number, one row for each network, size, attack and seed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in found:
        for attack, courses in ((PUBLISHED, one.published), (WORST, one.worst)):
            for seed, course in courses.items():
                numbers: tuple[Any, ...] = (course.end, course.lowest, course.lost, course.back)
                shown = ("" if math.isnan(value) else value for value in numbers)
                writer.writerow((one.run.id, one.epsilon, attack, seed, *shown, course.state))
    return text.getvalue()
