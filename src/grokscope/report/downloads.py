"""Files of numbers that the report offers beside its pages."""

from __future__ import annotations

import io
import json
import zipfile

import pandas as pd

from grokscope.metrics.tables import key_columns_of
from grokscope.report.charts import SHOWN_TABLES
from grokscope.report.claims import Claim
from grokscope.report.run_curves import thinned
from grokscope.report.runs import Run
from grokscope.report.seed_words import seed_csv

MOST_STEPS = 100
"""An archive has at most this many checkpoints, as many as a curve needs, so that long runs do not fill the report."""

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time that every file in an archive has, so that equal tables give equal bytes."""


def run_archive(run: Run) -> bytes:
    """Settings, events and the metric tables of a run but for large ones such as its spectra, as a ZIP of JSON and CSV.

    Measured values have four significant digits, as many as the accuracy on 10,000 samples has, and come from at most
    MOST_STEPS checkpoints, evenly spaced in log(step + 1).
    """
    texts = {
        "settings.json": as_json(
            {"id": run.id, "paper": run.paper, "variant": run.variant, **run.settings, "metrics": run.metrics}
        )
    }
    for name in SHOWN_TABLES:
        if (table := run.table(name)) is not None:
            table = table[table["step"].isin(thinned(table["step"], MOST_STEPS))]
            texts[f"{name}.csv"] = seeds_side_by_side(table, name).to_csv(index=False, lineterminator="\n")
    if (events := run.table("events")) is not None:
        texts["events.csv"] = events.to_csv(index=False, float_format="%.9g", lineterminator="\n")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in texts.items():
            archive.writestr(zipfile.ZipInfo(name, EARLIEST), text, zipfile.ZIP_DEFLATED, compresslevel=9)
    return packed.getvalue()


def seeds_side_by_side(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Metric table `name` with a column for each value and seed, such as `rank_seed_0`.

    Values are text, `nan` where one is not finite, and missing where a seed was not measured.
    """
    keys = [column for column in key_columns_of(name) if column not in ("run", "seed")]
    measured = [column for column in table.columns if column not in {*keys, "run", "seed", "points"}]
    texts = table.assign(**{column: table[column].map("{:.4g}".format) for column in measured})
    wide = texts.pivot(index=keys, columns="seed", values=measured)
    wide.columns = wide.columns.map("{0[0]}_seed_{0[1]}".format)
    return wide.reset_index()


def claim_files(claim: Claim) -> dict[str, bytes]:
    """A claim's verdict as JSON, corrected for its family, and its seeds as CSV."""
    found = {claim.data: as_json(claim.found).encode()}
    if claim.table:
        found[claim.table] = seed_csv(claim).encode()
    return found


def as_json(value: object) -> str:
    """Indented JSON with sorted keys."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
