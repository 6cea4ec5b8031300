"""Files of numbers that the report offers beside its pages."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence

import pandas as pd

from grokscope.report.claims import Claim
from grokscope.report.figures import Figure
from grokscope.report.runs import Run
from grokscope.report.seed_words import seed_csv
from grokscope.report.wording import file_name

LARGEST_CSV = 300_000
"""Bytes; a table with more is offered as Parquet, which is a tenth of that."""
LARGEST_TABLE = 1_500_000
TABLE_OF_METRIC = {"spectra": "rank"}
"""Spectra fill megabytes; the ranks derived from them are what figures show."""


def figure_tables(figure: Figure, runs: Sequence[Run]) -> dict[str, bytes]:
    """The tables that a figure is drawn from, all its runs in one: path in the report -> content; what is too large is left out."""
    found = {}
    for metric in figure.settings.get("metrics") or ():
        name = TABLE_OF_METRIC.get(metric, metric)
        tables = [table for run in runs if run.id in figure.runs and (table := run.table(name)) is not None]
        if not tables:
            continue
        kind, content = _packed(pd.concat(tables, ignore_index=True))
        if len(content) <= LARGEST_TABLE:
            found[f"figures/{file_name(figure.name)}.{name}.{kind}"] = content
    return found


def _packed(table: pd.DataFrame) -> tuple[str, bytes]:
    text = table.to_csv(index=False, float_format="%.6g", lineterminator="\n").encode()
    if len(text) <= LARGEST_CSV:
        return "csv", text
    packed = io.BytesIO()
    table.to_parquet(packed, index=False, compression="zstd")
    return "parquet", packed.getvalue()


def claim_files(claim: Claim) -> dict[str, bytes]:
    """A claim's verdict as JSON, corrected for its family, and its seeds as CSV."""
    found = {claim.data: (json.dumps(claim.found, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()}
    if claim.table:
        found[claim.table] = seed_csv(claim).encode()
    return found
