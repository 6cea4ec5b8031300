"""The table of one block, measured here or kept in an archive."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from grokscope.archive.format import RANKS, RECORD, ranks_name
from grokscope.errors import UserError
from grokscope.metrics.rank import DEFINITIONS, rank_table
from grokscope.metrics.tables import key_columns_of, read_table


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
    if not kept.is_file():
        return rank_table(read_block_table(path, "spectra", run, steps))
    ranks = _of_run(read_table(kept, RANKS), kept, run, steps)
    if set(DEFINITIONS) <= set(ranks["definition"]):
        return ranks
    # a definition that is younger than the archive
    derived = rank_table(read_block_table(path, "spectra", run, steps))
    both = pd.concat([ranks, derived[~derived["definition"].isin(set(ranks["definition"]))]], ignore_index=True)
    keys = [key for key in key_columns_of(RANKS) if key != "definition"]
    place = both["definition"].map({name: place for place, name in enumerate(DEFINITIONS)})
    return both.assign(place=place).sort_values([*keys, "place"], ignore_index=True).drop(columns="place")


def _of_run(table: pd.DataFrame, path: str | os.PathLike[str], run: str, steps: Iterable[int] | None) -> pd.DataFrame:
    if steps is not None:
        table = table[table["step"].isin(list(steps))].reset_index(drop=True)
    others = set(table["run"].unique()) - {run}
    if not others:
        return table
    if not (Path(path).parent / RECORD).is_file():
        raise UserError(f"{path}: holds run {min(others)}, not {run}")
    return table.assign(run=pd.Series([run] * len(table), index=table.index, dtype=table["run"].dtype))
