"""What is done, what is being done and how long the rest will take, said every minute while jobs run."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TextIO

from grokscope.cost.beforehand import Job, core_seconds

EVERY_SECONDS = 60.0
SHARE_TO_TRUST = 0.05
"""Share of the expected work that has to be done before its pace says how long the rest takes."""
MOST_NAMED = 3
"""Jobs under way that are named; more are counted."""


def told(
    done: Sequence[Job], running: Sequence[Job], waiting: Sequence[Job], seconds: float, name: Callable[[Job], str]
) -> str:
    """One line on jobs `seconds` after the first of them started; `name` says in words what a job does.

    The time that is left is that of the pace so far. It is left out until enough of the work is done, and where some of
    the work has no known time.
    """
    count = len(done) + len(running) + len(waiting)
    line = f"{len(done)} of {count} jobs done{_left(done, [*running, *waiting], seconds)}."
    named = list(dict.fromkeys(map(name, running)))
    if not named:
        return line
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return f"{line} Now: {'; '.join(named[:MOST_NAMED])}{more}."


def _left(done: Iterable[Job], rest: Iterable[Job], seconds: float) -> str:
    finished, _ = core_seconds(done)
    left, unknown = core_seconds(rest)
    if unknown or finished <= 0 or finished < SHARE_TO_TRUST * (finished + left):
        return ""
    minutes = left / finished * seconds / 60
    return f", about {_minutes(minutes)} left" if minutes >= 1 else ", less than a minute left"


def _minutes(minutes: float) -> str:
    if minutes < 10:
        return f"{round(minutes)} minute{'' if round(minutes) == 1 else 's'}"
    return f"{5 * round(minutes / 5)} minutes" if minutes < 120 else f"{round(minutes / 60)} hours"


class Announcer(threading.Thread):
    """Prints such a line every `every` seconds until all jobs are done or the process ends.

    `jobs` names each of the scheduler's jobs in our words; `is_done` and `is_running` are asked about the scheduler's.
    """

    def __init__(
        self,
        jobs: Mapping[Hashable, Job],
        is_done: Callable[[Hashable], bool],
        is_running: Callable[[Hashable], bool],
        name: Callable[[Job], str],
        stream: TextIO | None = None,
        every: float = EVERY_SECONDS,
    ) -> None:
        super().__init__(name="announcer", daemon=True)
        self.jobs, self.is_done, self.is_running, self.words = jobs, is_done, is_running, name
        self.stream, self.every = stream if stream is not None else sys.stderr, every

    def run(self) -> None:
        """Look at the jobs, print, wait."""
        began = time.monotonic()
        while True:
            time.sleep(self.every)
            try:
                line, left = self.look(time.monotonic() - began)
            except RuntimeError:  # the scheduler changed its lists while they were read; the next look will do
                continue
            if not left:
                return
            print(line, file=self.stream, flush=True)

    def look(self, seconds: float) -> tuple[str, int]:
        """The line, and how many jobs are not done."""
        done = [ours for theirs, ours in self.jobs.items() if self.is_done(theirs)]
        rest = {theirs: ours for theirs, ours in self.jobs.items() if not self.is_done(theirs)}
        running = [ours for theirs, ours in rest.items() if self.is_running(theirs)]
        waiting = [ours for theirs, ours in rest.items() if not self.is_running(theirs)]
        return told(done, running, waiting, seconds, self.words), len(rest)
