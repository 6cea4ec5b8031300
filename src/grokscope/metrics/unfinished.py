"""What a metric has measured so far, kept beside its table, so that a job that is killed goes on where it was."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from grokscope.errors import DamagedFile, UserError
from grokscope.metrics.tables import read_table, write_table
from grokscope.results.sealed_tables import read_identity

SECONDS = 30.0
WRITING_SHARE = 0.02
"""At most about this share of the time goes into keeping what is measured."""
CONDITIONS = ("torch", "device", "threads", "device_name")
"""Facts that decide the bits of a measurement: what was measured under others is measured again."""

log = logging.getLogger(__name__)


class UnfinishedTable:
    """The rows of the checkpoints that are measured; `identity` is that of the finished table, `facts` are the
    provenance of this process. A file of another identity or of other CONDITIONS, or a damaged one, counts as none.
    """

    def __init__(
        self, table: str | os.PathLike[str], name: str, identity: Mapping[str, Any], facts: Mapping[str, Any]
    ) -> None:
        self.path = Path(table).with_suffix(".unfinished")
        self.name = name
        self.identity = {"of": dict(identity), "under": {key: facts[key] for key in CONDITIONS}}
        self.next_time = time.monotonic() + SECONDS

    def read(self) -> pd.DataFrame | None:
        """The rows that an earlier job has left."""
        try:
            if read_identity(self.path, "it is measured again") == self.identity:
                return read_table(self.path, self.name)
        except FileNotFoundError:
            return None
        except (DamagedFile, UserError) as error:
            log.warning("%s", error)
        return None

    def keep(self, tables: list[pd.DataFrame], run: str) -> None:
        """Write the rows of the checkpoints measured so far, if it is time to."""
        began = time.monotonic()
        if began < self.next_time:
            return
        write_table(self.path, self.name, joined(tables, run), self.identity)
        taken = time.monotonic() - began
        self.next_time = began + taken + max(SECONDS, taken / WRITING_SHARE)

    def remove(self) -> None:
        """Remove them, after the finished table was written."""
        self.path.unlink(missing_ok=True)


def joined(tables: list[pd.DataFrame], run: str) -> pd.DataFrame:
    """The rows of all checkpoints as a table of this run."""
    table = pd.concat([table.drop(columns="run", errors="ignore") for table in tables], ignore_index=True)
    table.insert(0, "run", pd.Series([run] * len(table), dtype="str"))
    return table
