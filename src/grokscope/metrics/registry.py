"""The metrics; a new one is a folder and a line in METRICS. Imports no torch and no pandas."""

from __future__ import annotations

from collections.abc import Mapping

from grokscope.metrics.accuracy.declaration import ACCURACY
from grokscope.metrics.adversarial.declaration import ADVERSARIAL
from grokscope.metrics.declared import ColumnType, MetricDeclaration
from grokscope.metrics.local_complexity.declaration import LOCAL_COMPLEXITY
from grokscope.metrics.probes.declaration import PROBES
from grokscope.metrics.spectra.declaration import SPECTRA
from grokscope.metrics.weight_norm.declaration import WEIGHT_NORM

METRICS: dict[str, MetricDeclaration] = {
    metric.name: metric
    for metric in (
        ACCURACY,
        WEIGHT_NORM,
        SPECTRA,
        PROBES,
        LOCAL_COMPLEXITY,
        ADVERSARIAL,
    )
}
"""In the order in which tables, cards and pages show them."""

RANK_COLUMNS: Mapping[str, ColumnType] = {"split": "text", "layer": "integer", "definition": "text", "rank": "real"}
"""Columns of the table `rank`, which is derived from spectra, after run, seed and step."""
