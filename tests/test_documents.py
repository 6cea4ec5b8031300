"""Tables of the documents that list what there is name each part once."""

from __future__ import annotations

from pathlib import Path

import pytest

from grokscope.analysis.declarations.estimands import ESTIMANDS
from grokscope.metrics.registry import METRICS

DOCUMENTS = Path(__file__).parents[1] / "docs"


def first_cells(document: str) -> list[str]:
    lines = (DOCUMENTS / document).read_text(encoding="utf-8").splitlines()
    return [line.split("|")[1].strip().strip("`") for line in lines if line.startswith("| ")]


@pytest.mark.parametrize("metric", METRICS)
def test_the_table_of_tables_has_every_metric_once(metric: str) -> None:
    assert first_cells("architecture.md").count(metric) == 1


@pytest.mark.parametrize("estimand", ESTIMANDS)
def test_the_table_of_estimands_has_every_estimand_once(estimand: str) -> None:
    assert first_cells("statistics.md").count(estimand) == 1
