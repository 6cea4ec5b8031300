"""What the pages and cards of runs show of every metric, as the metrics declare it: one chart after the other with its
rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from grokscope.analysis.chosen_rows import chosen_rows, reduced, resolved
from grokscope.config.detector_settings import DetectorSettings
from grokscope.metrics.declared import MetricDeclaration
from grokscope.metrics.declared_curves import Chart
from grokscope.metrics.registry import METRICS
from grokscope.metrics.tables import SCHEMAS
from grokscope.report.wording import number

SPLITS = ("train", "test", "random")
LARGE_TABLES = tuple(name for name, metric in METRICS.items() if "reals" in metric.columns.values())
"""Tables with lists in their cells, which fill megabytes; what is derived from them is shown in their place."""
SHOWN_TABLES = tuple(name for name in SCHEMAS if name not in LARGE_TABLES)
"""The tables that pages, cards and downloads are made from."""


@dataclass(frozen=True)
class ShownChart:
    """A chart of a run: its rows, what tells it from the metric's other charts, and its words."""

    metric: MetricDeclaration
    chart: Chart
    rows: pd.DataFrame
    values: Mapping[str, Any]
    """The values of columns that are the same in all rows."""
    on_card: bool

    @property
    def name(self) -> str:
        """Its name among all charts of the run."""
        each = self.values.get(self.chart.each)
        if each is None:
            return self.chart.name
        return f"{self.chart.name}_{each:g}" if isinstance(each, float) else f"{self.chart.name}_{each}"

    @property
    def title(self) -> str:
        """Its title on the page of the run."""
        return self.chart.title.format(**self._words())

    @property
    def caption(self) -> str:
        """What stands below it on the card."""
        return self.chart.caption.format(**self._words())

    def lines(self) -> dict[Any, pd.DataFrame]:
        """The rows of every line, in the order of the lines; the only line has the key None."""
        by = self.chart.by
        if not by:
            return {None: self.rows}
        values = self.rows[by].unique().tolist()
        keys = [split for split in SPLITS if split in values] if by == "split" else sorted(values)
        return {key: self.rows[self.rows[by] == key] for key in keys}

    def key_of(self, value: Any) -> str:
        """A line in words."""
        if value is None:
            return self.chart.label
        by = self.chart.by
        if by == "layer":
            return "all layers" if value == 0 else f"layer {value}"
        option = next((curve.options[by] for curve in self.metric.curves if by in curve.options), None)
        if option is not None and option.key:
            return option.key_of(by, value)
        return str(value) if isinstance(value, str) else f"{by.replace('_', ' ')} {number(value)}"

    def _words(self) -> dict[str, str]:
        return {key: self.chart.words.get(str(value), number(value)) for key, value in self.values.items()}


def shown_charts(tables: Mapping[str, pd.DataFrame]) -> Iterator[ShownChart]:
    """The charts of all metrics that are among `tables`, in the order of the registry."""
    for metric in METRICS.values():
        for chart in metric.shown():
            table = tables.get(chart.table or metric.name)
            if table is not None and not table.empty:
                yield from _charts(metric, chart, table)


def _charts(metric: MetricDeclaration, chart: Chart, table: pd.DataFrame) -> Iterator[ShownChart]:
    detectors = DetectorSettings()
    fixed = {column: resolved(choice, table, column, detectors) for column, choice in chart.where.items()}
    rows = chosen_rows(table, fixed)
    measured = sorted(rows[chart.each].unique().tolist()) if chart.each else [None]
    wanted = [value for value in chart.only if value in measured] or (measured[:1] if chart.only else measured)
    for place, value in enumerate(wanted):
        values = {**fixed, chart.each: value} if chart.each else fixed
        found = chosen_rows(rows, {chart.each: value}) if chart.each else rows
        if chart.reduced:
            found = reduced(found, chart.column, chart.reduced, ("seed", "step", *([chart.by] if chart.by else ())))
        yield ShownChart(metric, chart, found, values, on_card=not (chart.only and place))
