"""Progress: a bar that stays on one line of a terminal, and a line now and then in a log."""

from __future__ import annotations

import fcntl
import io
import os
import select
import struct
import termios
from collections.abc import Iterator
from typing import TextIO

import pytest

from grokscope import progress
from grokscope.progress import Progress


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(progress, "time", made)
    return made


@pytest.fixture
def terminal() -> Iterator[tuple[TextIO, int]]:
    """A pseudo-terminal of 60 columns: the stream to write to and what reads from it."""
    reader, writer = os.openpty()
    fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
    with os.fdopen(writer, "w") as stream:
        yield stream, reader
    os.close(reader)


def test_a_line_every_thirty_seconds_in_a_log(clock: Clock) -> None:
    log = io.StringIO()
    described: list[int] = []

    def describe() -> str:
        described.append(1)
        return "batch loss 0.5"

    with Progress("training", 600, stream=log) as shown:
        for done in range(1, 121):
            clock.seconds += 1
            shown.update(done, describe)
    assert log.getvalue().splitlines() == [
        "training: 30/600 (5%), 9:30 left, batch loss 0.5",
        "training: 60/600 (10%), 9:00 left, batch loss 0.5",
        "training: 90/600 (15%), 8:30 left, batch loss 0.5",
        "training: 120/600 (20%), 8:00 left, batch loss 0.5",
        "training: 120/600 (20%), 2:00 taken, finished",
    ]
    assert len(described) == 4


def read_all(reader: int) -> str:
    """What was written to the terminal; it may come in pieces."""
    written = b""
    while select.select([reader], [], [], 0.5)[0]:
        written += os.read(reader, 10_000)
    return written.decode()


def test_a_bar_stays_on_one_line_of_a_terminal(clock: Clock, terminal: tuple[TextIO, int]) -> None:
    stream, reader = terminal
    with Progress("training mnist mlp depth 12, seeds 0 1 2 3 4", 100, stream=stream) as shown:
        for done in (50, 75):
            clock.seconds += 1
            shown.update(done, lambda: "batch loss 0.5 0.5 0.5 0.5 0.5, batch accuracy 0.91 0.92 0.93 0.94 0.95")
    written = read_all(reader)
    lines = written.replace("\r\n", "\n").split("\r\x1b[K")[1:]
    assert len(lines) == 3
    assert all(len(line.rstrip("\n")) < 60 for line in lines)
    assert [line.endswith("\n") for line in lines] == [False, False, True]
    assert "50/100 (50%)" in lines[0]
    assert "0:01 left" in lines[0]
    assert "0.5" in lines[0]


def test_a_wide_terminal_shows_all(clock: Clock, terminal: tuple[TextIO, int]) -> None:
    stream, reader = terminal
    fcntl.ioctl(stream.fileno(), termios.TIOCSWINSZ, struct.pack("HHHH", 24, 200, 0, 0))
    with Progress("training", 100, stream=stream) as shown:
        clock.seconds += 1
        shown.update(50, lambda: "batch loss 0.5, batch accuracy 0.91")
    written = read_all(reader)
    assert f"[{'#' * 12}{' ' * 12}] training: 50/100 (50%), 0:01 left, batch loss 0.5, batch accuracy 0.91" in written


def test_what_stopped_says_so(clock: Clock) -> None:
    log = io.StringIO()

    def work() -> None:
        with Progress("training", 10, start=4, stream=log) as shown:
            shown.update(6)
            clock.seconds += 3700
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert log.getvalue() == "training: 6/10 (60%), 1:01:40 taken, stopped\n"


def test_time_left_counts_from_where_it_started(clock: Clock) -> None:
    log = io.StringIO()
    with Progress("training", 100, start=90, stream=log) as shown:
        clock.seconds += 60
        shown.update(95)
    assert log.getvalue().splitlines()[0] == "training: 95/100 (95%), 1:00 left"
