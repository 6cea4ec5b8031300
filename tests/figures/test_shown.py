"""Figures show what was measured, and no more: panels, ends of axes, keys of legends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.parts.constants import constant_share
from grokscope.figures.parts.legends import _balanced
from grokscope.figures.parts.panels import draw_curves
from grokscope.figures.parts.style import INTERVAL_OPACITY
from synthetic_figures import drawn, figure_inputs

STEPS = 6


def without(inputs: ItemInputs, table: str, runs: list[str]) -> ItemInputs:
    """The same inputs, in which these runs have no such table."""
    found = {
        run: replace(tables, tables={name: one for name, one in tables.tables.items() if name != table})
        if run in runs
        else tables
        for run, tables in inputs.runs.items()
    }
    return replace(inputs, runs=found)


def labels(figure: Figure) -> list[str]:
    return [axes.get_ylabel() for axes in figure.axes if axes.get_ylabel() and axes.get_label() != "<colorbar>"]


def keys(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_a_row_without_any_data_is_left_out_and_named() -> None:
    inputs = figure_inputs("deep_grokking_fig5", "smoke", seeds=2, steps=STEPS)
    figure = drawn(without(inputs, "spectra", list(inputs.runs)))
    assert not [label for label in labels(figure) if label.startswith("rank")]
    assert "not measured: rank of the second-last layer" in figure.get_suptitle().replace("\n", " ")


def test_a_column_without_any_data_is_left_out() -> None:
    inputs = figure_inputs("deep_grokking_fig5", "smoke", seeds=2, steps=STEPS)
    first = inputs.members[0]["axes"]["depth"]
    gone = [member["run"] for member in inputs.members if member["axes"]["depth"] == first]
    fewer = inputs
    for table in ("accuracy", "spectra", "weight_norm"):
        fewer = without(fewer, table, gone)
    titles = [axes.get_title() for axes in drawn(fewer).axes]
    assert f"depth {first}" in [axes.get_title() for axes in drawn(inputs).axes]
    assert f"depth {first}" not in titles


def test_ours_and_theirs_end_with_their_own_data() -> None:
    inputs = figure_inputs("always_grok_fig10", "smoke", seeds=2, steps=STEPS)
    ours, theirs = drawn(inputs).axes[:2]

    def last(axes: Axes) -> float:
        return max(float(np.max(np.asarray(line.get_xdata(), dtype=float))) for line in axes.lines)

    for axes in (ours, theirs):
        assert axes.get_xlim()[1] == pytest.approx(1.1 * last(axes), rel=0.01)
    assert last(theirs) > 10 * last(ours)


def test_events_without_a_date_have_no_key() -> None:
    inputs = figure_inputs("always_grok_interventions", "smoke", seeds=1, steps=3)
    dated = any(
        bool(tables.events().query("event == 'migration'")["step"].notna().any()) for tables in inputs.runs.values()
    )
    assert any("start of the fall" in key for key in keys(drawn(inputs))) == dated


@pytest.mark.parametrize(
    ("values", "said"),
    [([0.0, 0.0], "0 %"), ([0.0, 0.4], "at most 0.4 %"), ([12.5, 12.5], "12.5 %"), ([0.0, 30.0], ""), ([np.nan], "")],
)
def test_a_share_that_is_the_same_throughout_is_said(values: list[float], said: str) -> None:
    assert constant_share([pd.DataFrame({0: values})]) == said


def test_no_word_of_a_title_stands_alone() -> None:
    parts = _balanced("Local complexity of each block around three training sequences, at its peak", 70)
    assert len(parts) == 2
    assert min(map(len, parts)) > 25


def test_means_lie_over_the_seeds_of_all_curves() -> None:
    axes = Figure().add_subplot()
    for start in (0.0, 1.0):
        draw_curves(axes, pd.DataFrame({seed: [start, start + seed] for seed in range(7)}), (0.0, 0.0, 0.0))
    thin = [line for line in axes.lines if line.get_linewidth() < 1]
    bold = [line for line in axes.lines if line.get_linewidth() > 1]
    assert len(bold) == 2
    assert min(line.get_zorder() for line in bold) > max(line.get_zorder() for line in thin)
    assert all((line.get_alpha() or 1) < 0.3 for line in thin)
    assert all(line.get_path_effects() for line in bold)
    assert all(band.get_alpha() == INTERVAL_OPACITY for band in axes.collections)
