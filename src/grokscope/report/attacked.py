"""What stronger attacks leave of late robustness: one row for each attacked network and size of the attack."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from grokscope.analysis.detectors.late_rise import late_rise
from grokscope.config.detector_settings import DetectorSettings
from grokscope.report.runs import Run

PUBLISHED, WORST = "published", "worst_case"
COLUMNS = ("run", "epsilon", "attack", "seed", "end", "lowest_after_fit", "level_after_fit", "late_rise")


@dataclass(frozen=True)
class Course:
    """Accuracy (fraction) of one seed under one attack: its final level, and after the fit its lowest value and its
    level (NaN without a fit).
    """

    end: float
    lowest: float
    after_fit: float

    @property
    def rise(self) -> float:
        """By how much it has risen late; NaN without a fit."""
        return self.end - self.after_fit

    def returned(self, change: float) -> bool:
        """Whether it has risen by so much at least."""
        return self.rise >= change


@dataclass(frozen=True)
class Outcome:
    """A network and a size of the attack: the course of every seed under the published attack and, where others were
    made, in the worst case.
    """

    run: Run
    epsilon: float
    published: Mapping[int, Course]
    worst: Mapping[int, Course]
    change: float
    """The smallest late rise (fraction) that counts as a return."""

    @property
    def returned(self) -> list[int]:
        """Seeds whose accuracy under the published attack comes back late."""
        return [seed for seed, course in self.published.items() if course.returned(self.change)]

    @property
    def survived(self) -> list[int]:
        """Those of them whose accuracy in the worst case comes back too."""
        return [seed for seed in self.returned if seed in self.worst and self.worst[seed].returned(self.change)]

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
                    yield Outcome(run, epsilon, published, worst, detectors.robustness_change)


def attack_names(run: Run, *metrics: str) -> list[str]:
    """Under which names a run measures these metrics, by default all that attack it."""
    wanted = metrics or ("adversarial", "attack_suite")
    return [name for name, settings in run.metrics.items() if (settings or {}).get("metric", name) in wanted]


def _tables(run: Run, metric: str) -> list[pd.DataFrame]:
    tables = [run.table(name) for name in dict.fromkeys((*attack_names(run, metric), metric))]
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
        found[int(str(seed))] = _course(curve, fits.get(int(str(seed)), math.inf), detectors)
    return found


def _course(curve: pd.DataFrame, fit: float, detectors: DetectorSettings) -> Course:
    later = curve[curve["step"] >= fit]["value"]
    lowest = float(later.min()) if len(later) else math.nan
    limits = detectors.model_dump(include={"smoothing_decades", "final_decades"})
    found = late_rise(curve["step"], curve["value"], fit, **limits) if math.isfinite(fit) else None
    if found is None:
        return Course(float(curve["value"].iloc[-1]), lowest, math.nan)
    return Course(found.final, lowest, found.before)


def outcomes_csv(found: Iterable[Outcome]) -> str:
    """Every number, one row for each network, size, attack and seed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in found:
        for attack, courses in ((PUBLISHED, one.published), (WORST, one.worst)):
            for seed, course in courses.items():
                numbers = (course.end, course.lowest, course.after_fit, course.rise)
                shown = ("" if math.isnan(value) else value for value in numbers)
                writer.writerow((one.run.id, one.epsilon, attack, seed, *shown))
    return text.getvalue()
