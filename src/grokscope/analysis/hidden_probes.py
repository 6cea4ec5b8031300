"""Mean test accuracy of the linear probes on the hidden layers: a probe on the logits reads the outputs themselves."""

from __future__ import annotations

import pandas as pd

from grokscope.analysis.chosen_rows import chosen_rows, reduced, resolved
from grokscope.analysis.run_tables import RunTables
from grokscope.analysis.tables import hidden_layers
from grokscope.metrics.registry import CURVES


def rows(tables: RunTables, probe: str | None = None) -> tuple[pd.DataFrame, str]:
    """Rows with seed, step and accuracy, and the name of that column. `probe` None is the first of the recipes that was
    measured, in the order of `grokscope.metrics.probes`.
    """
    table = tables.table("probes")
    recipe = resolved(probe or CURVES["hidden_probe"].options["probe"].default, table, "probe", tables.detectors)
    kept = chosen_rows(table[table["layer"].isin(hidden_layers(table))], {"probe": recipe})
    return reduced(kept, "accuracy", {"layer": "mean"}), "accuracy"
