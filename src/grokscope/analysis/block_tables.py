"""The table of one block, measured here or kept in an archive."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from grokscope.archive.format import RANKS, RECORD, ranks_name
from grokscope.errors import UserError
from grokscope.metrics.rank import rank_table
from grokscope.metrics.tables import read_table


def read_block_table(
    path: str | os.PathLike[str], metric: str, run: str, steps: Iterable[int] | None = None
) -> pd.DataFrame:
    """The table at `path` as one of the run `run`; with `steps` only its rows at these.

    An archive finds runs by their settings, so its tables may know the run by another name. Raises UserError when a
    table of the results folder is of another run.
    """
    return _of_run(read_table(path, metric), path, run, steps)


def read_block_ranks(path: str | os.PathLike[str], run: str, steps: Iterable[int] | None = None) -> pd.DataFrame:
    """The ranks of the spectra at `path`: derived from them, or read where they lie beside rounded spectra."""
    source = Path(path)
    kept = source.with_name(ranks_name(source.stem))
    if kept.is_file():
        return _of_run(read_table(kept, RANKS), kept, run, steps)
    return rank_table(read_block_table(path, "spectra", run, steps))


def _of_run(table: pd.DataFrame, path: str | os.PathLike[str], run: str, steps: Iterable[int] | None) -> pd.DataFrame:
    if steps is not None:
        table = table[table["step"].isin(list(steps))].reset_index(drop=True)
    others = set(table["run"].unique()) - {run}
    if not others:
        return table
    if not (Path(path).parent / RECORD).is_file():
        raise UserError(f"{path}: holds run {min(others)}, not {run}")
    return table.assign(run=pd.Series([run] * len(table), index=table.index, dtype=table["run"].dtype))
