"""Makes the package importable for the scripts beside this file, and gives every job its log and its way to fail."""

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "src"))

from grokscope.errors import UserError  # noqa: E402


@contextmanager
def job(snakemake: Any) -> Iterator[TextIO]:
    """Yield the stream for progress: the terminal if there is one, else the rule's log.

    What the package has to say goes to the log, warnings to the terminal too. A UserError ends the job with its one
    line; anything else with a traceback, in the log and on the terminal.
    """
    path = Path(snakemake.log[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8", buffering=1) as log:
        _say(logging.INFO, log)
        _say(logging.WARNING, sys.stderr)
        try:
            yield sys.stderr if sys.stderr.isatty() else log
        except UserError as error:
            print(f"error: {error}", file=log)
            sys.exit(f"error: {error}")
        except Exception:
            traceback.print_exc(file=log)
            raise


def _say(level: int, stream: TextIO) -> None:
    """Send messages of the package, from `level` on, to `stream`."""
    handler = logging.StreamHandler(stream)
    handler.setLevel(level)
    package = logging.getLogger("grokscope")
    package.setLevel(logging.INFO)
    package.addHandler(handler)
