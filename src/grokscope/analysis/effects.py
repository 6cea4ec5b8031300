"""What an estimand returns: one effect for each seed and group, and the reason if there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from grokscope.analysis.detectors.curve import log_time
from grokscope.analysis.run_tables import RunTables

Status = Literal["observed", "not_yet", "absent", "not_applicable", "not_sharp", "collapsed", "diverged"]
COLUMNS = [
    "seed",
    "run",
    "group",
    "group_label",
    "value",
    "partner",
    "low",
    "high",
    "censored_at",
    "status",
    "collapsed",
    "saturated",
    "note",
]
NUMBERS = frozenset({"value", "partner", "low", "high", "censored_at", "group"})
USABLE: tuple[Status, ...] = ("observed", "not_yet", "absent")


@dataclass(frozen=True)
class SeedEffect:
    """The effect of one seed in one group.

    status: observed (value is a number); not_yet (the run ended first: censored at `censored_at`, in the unit of the
    value, a lower bound); absent (the run shows that what the claim says does not happen; value may still be a number);
    not_applicable (the claim's premise is missing, the seed says nothing); not_sharp (a date that the value rests on
    moves too far when its curve is read otherwise, `grokscope.analysis.events.uncertainty`); collapsed or diverged (a
    failed seed). The last four are counted and shown but not used. `partner` is the second quantity of a correlation
    over seeds; `low` and `high` are an interval of the value within this one run, where there is one. `saturated` marks
    a value at the end of the range of its measure, such as a tunnel that covers every layer.
    """

    seed: int
    run: str
    status: Status
    value: float | None = None
    censored_at: float | None = None
    note: str = ""
    group: float = 0.0
    group_label: str = ""
    partner: float | None = None
    low: float | None = None
    high: float | None = None
    saturated: bool = False


def make_effects(rows: Iterable[SeedEffect]) -> pd.DataFrame:
    """Effects as a frame with the columns COLUMNS; numbers are NaN where None."""
    given = list(rows)
    if not given:
        return pd.DataFrame(columns=COLUMNS)
    columns: dict[str, Any] = {"collapsed": [row.status == "collapsed" for row in given]}
    for name in set(COLUMNS) - set(columns):
        values = [getattr(row, name) for row in given]
        columns[name] = np.array(values, dtype=np.float64) if name in NUMBERS else values
    return pd.DataFrame({name: columns[name] for name in COLUMNS})


@dataclass(frozen=True)
class SeedEvents:
    """Events of accuracy of one seed of one run, failures among them."""

    seed: int
    steps: dict[str, float]  # NaN where absent
    last_steps: dict[str, int]
    states: dict[str, str] = field(default_factory=dict)

    def step(self, event: str) -> float | None:
        """Step of an event, None when it is absent or cannot be detected from the run's tables."""
        step = self.steps.get(event, np.nan)
        return None if np.isnan(step) else float(step)

    def failure(self) -> Status | None:
        """`diverged` or `collapsed` for a failed seed."""
        if self.step("nonfinite") is not None:
            return "diverged"
        return "collapsed" if self.step("collapsed") is not None else None

    def failure_note(self) -> str:
        """When the seed failed, in words."""
        step = self.step("nonfinite")
        return (
            f"loss not finite from step {step:.0f}"
            if step is not None
            else f"collapsed from step {self.step('collapsed') or 0:.0f}"
        )


def seed_events(tables: RunTables) -> list[SeedEvents]:
    """The events of accuracy of every seed of a run, by seed; without accuracy, whether each seed diverged."""
    columns = ("event", "step", "last_step", "state")
    events = tables.accuracy_events()
    seeds = tables.seeds() if events.empty else sorted(events["seed"].unique().tolist())
    found: dict[int, list[tuple[Any, ...]]] = {seed: [] for seed in seeds}
    for seed, *values in zip(events["seed"], *(events[column] for column in columns), strict=True):
        found[int(seed)].append(tuple(values))
    return [
        SeedEvents(
            seed,
            {event: step for event, step, _, _ in rows},
            {event: last_step for event, _, last_step, _ in rows},
            {event: state for event, _, _, state in rows},
        )
        for seed, rows in found.items()
    ]


def decades_between(first: float, second: float) -> float:
    """log10((second + 1) / (first + 1)): how much later `second` is, in decades."""
    return float(log_time(second) - log_time(first))
