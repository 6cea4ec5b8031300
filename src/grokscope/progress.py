"""Progress of long work: a live bar on a terminal, a line every 30 seconds elsewhere."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import TextIO

LINE_SECONDS = 30.0
BAR_SECONDS = 0.5
BAR_WIDTH = 24


class Progress:
    """Reports how far a piece of work is; cheap enough to be called at every step.

    `describe` is only called when something is shown, so it may compute a loss. Use as a context manager.
    """

    def __init__(self, what: str, total: int, *, start: int = 0, stream: TextIO | None = None) -> None:
        self.what, self.total, self.start = what, total, start
        self.stream = stream if stream is not None else sys.stderr
        self.live = self.stream.isatty()
        self.began = self.shown = time.monotonic()
        self.done = start

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._show("finished" if kind is None else "stopped", end=True)

    def due(self) -> bool:
        """Whether enough time has passed for `update` to show something."""
        return time.monotonic() - self.shown >= (BAR_SECONDS if self.live else LINE_SECONDS)

    def update(self, done: int, describe: Callable[[], str] = lambda: "") -> None:
        """Say that `done` of `total` is finished; `describe` adds a few words such as the loss."""
        self.done = done
        if self.due():
            self.shown = time.monotonic()
            self._show(describe())

    def _show(self, words: str, end: bool = False) -> None:
        elapsed = time.monotonic() - self.began
        rate = (self.done - self.start) / elapsed if elapsed > 0 else 0.0
        left = f"{_clock((self.total - self.done) / rate)} left" if rate > 0 and not end else f"{_clock(elapsed)} taken"
        share = self.done / self.total if self.total else 1.0
        count = f"{self.done}/{self.total} ({share:.0%}), {left}" + (f", {words}" if words else "")
        if self.live:
            bar = f"[{'#' * round(share * BAR_WIDTH):<{BAR_WIDTH}}] {self.what}: {count}"
            columns = _columns(self.stream)
            # a line that the terminal wraps could not be written over; the numbers are what has to be seen
            line = bar if len(bar) < columns else f"{count}, {self.what}"[: columns - 1]
            self.stream.write(f"\r\x1b[K{line}" + ("\n" if end else ""))
        else:
            self.stream.write(f"{self.what}: {count}\n")
        self.stream.flush()


def _columns(stream: TextIO) -> int:
    """Width of the terminal behind `stream`; 80 where it does not tell."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
