"""Figures of Always Grok that sweep one setting of an MLP: each draws at every scale, from the table that it names."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes

from grokscope.figures.write import figure_facts
from synthetic_figures import drawn, figure_inputs

FIGURES = (
    *(f"always_grok_fig{number}" for number in (13, 14, 16, 27, 28, 29, 30, 31, 32, 33, 34, 36)),
    "always_grok_batch_norm",
    "always_grok_batch_norm_scaled",
    *(f"always_grok_table_1_{axis}" for axis in ("batch_norm", "depth", "weight_decay", "width")),
)
STEPS = 8


def curves(axes: Axes) -> list[np.ndarray]:
    """Values of the mean curves in a panel; the thin ones are single seeds."""
    lines = (line for line in axes.lines if len(line.get_xdata()) > 2 and line.get_linewidth() > 1)
    return [np.asarray(line.get_ydata(), dtype=float) for line in lines]


@pytest.mark.parametrize("name", FIGURES)
def test_every_run_is_in_every_panel_of_ours(name: str) -> None:
    inputs = figure_inputs(name, "smoke", seeds=2, steps=STEPS)
    figure = drawn(inputs)
    grid = inputs.item["settings"]["draw"]["curve_grid"]
    ours = figure.axes[::2] if grid.get("authors") == "beside" else figure.axes
    assert len(ours) == len(grid["rows"]) * (len(inputs.members) if "columns" in grid else 1)
    runs = 1 if "columns" in grid else len(inputs.members)
    rows = grid["rows"] if runs > 1 else [row for row in grid["rows"] for _ in inputs.members]
    for axes, row in zip(ours, rows, strict=True):
        assert len(curves(axes)) == runs * len(row["curves"])
    assert "not measured" not in figure_facts(inputs)["measured"]


def test_a_panel_shows_the_table_that_its_curve_names() -> None:
    inputs = figure_inputs("always_grok_fig32", "smoke", seeds=2, steps=STEPS)
    for place, member in enumerate(inputs.members):
        table = inputs.runs[member["run"]].tables["local_complexity_radii"]
        table["value"] = table["radius"] * 100 + place
        inputs.runs[member["run"]].tables["local_complexity"]["value"] = -1.0
    figure = drawn(inputs)
    for number, axes in enumerate(figure.axes):
        radius = (0.01, 0.05, 0.1, 0.5)[number // 3]
        assert f"radius {radius:g} pixels" in axes.get_ylabel()
        for place, line in enumerate(curves(axes)):
            np.testing.assert_allclose(line, radius * 100 + place)


def test_rows_side_by_side_share_an_axis_and_the_lowest_ones_have_labels() -> None:
    figure = drawn(figure_inputs("always_grok_fig32", "smoke", seeds=2, steps=STEPS))
    assert [axes.get_subplotspec().colspan.start for axes in figure.axes] == [0, 1, 2] * 4
    assert [axes.get_xlabel() != "" for axes in figure.axes] == [False] * 9 + [True] * 3
    tops = [axes.get_ylim()[1] for axes in figure.axes]
    assert tops[0::3] == tops[1::3] == tops[2::3]


def test_the_authors_curves_lie_in_the_column_of_their_depth() -> None:
    inputs = figure_inputs("always_grok_fig27", "paper", seeds=2, steps=STEPS)
    assert figure_facts(inputs)["comparable"]["overlaid"]
    figure, file = drawn(inputs), "always_grok_fig27_local_complexity.csv"
    for depth, axes in zip((2, 3, 4, 5, 6), figure.axes[5:], strict=True):
        dashed = [line for line in axes.lines if line.get_linestyle() == "--"]
        theirs = inputs.reference[file]
        for split, line in zip(("train", "test", "random"), dashed, strict=True):
            wanted = theirs[(theirs["depth"] == depth) & (theirs["split"] == split)].sort_values("step")["value"]
            np.testing.assert_allclose(np.asarray(line.get_ydata(), dtype=float), wanted)
    assert not figure_facts(figure_inputs("always_grok_fig27", "smoke", seeds=2, steps=STEPS))["comparable"]["beside"]


def test_a_panel_without_published_values_is_left_out() -> None:
    figure = drawn(figure_inputs("always_grok_fig28", "smoke", seeds=2, steps=STEPS))
    theirs = figure.axes[1::2]
    assert [axes.get_visible() for axes in theirs] == [False, True, False]
