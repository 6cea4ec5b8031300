"""Every figure draws from synthetic tables of the documented columns: axes, units, lines, and inputs that lack
something.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from grokscope.figures.parts.panels import draw_curves
from grokscope.figures.parts.rank_curves import most_rank
from grokscope.figures.parts.wording import fewer_seeds
from grokscope.figures.write import figure_facts
from synthetic_figures import OF_PAPERS, blank_seed, drawn, figure_inputs

TUNNELS = ("deep_grokking_fig3", "deep_grokking_fig4")
"""Their first two rows, of three panels each, are over layers and over thresholds; accuracy is not drawn."""
STEPS = 8


def panels(figure: Figure) -> list[Axes]:
    """Axes with curves or a remark, colour bars left out."""
    return [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]


def curves(axes: Axes) -> list:
    """Lines of curves; an event's upright line has but two points."""
    return [line for line in axes.lines if len(line.get_xdata()) > 2]


def texts(figure: Figure) -> str:
    found = [figure.get_suptitle()]
    for axes in figure.axes:
        found += [axes.get_title(), axes.get_ylabel(), axes.get_xlabel(), *(text.get_text() for text in axes.texts)]
    return "\n".join(found)


@pytest.mark.parametrize("name", OF_PAPERS)
def test_axes_are_logarithmic_and_have_units(name: str) -> None:
    figure = drawn(figure_inputs(name, "smoke", seeds=2, steps=STEPS))
    of_steps = panels(figure)
    if name in TUNNELS:
        others, of_steps = of_steps[:6], of_steps[6:]
        assert [axes.get_xscale() for axes in others] == ["linear"] * 6
        assert [axes.get_xlabel() for axes in others] == ["layer (the last is the output)"] * 3 + [
            "threshold (share of the width)"
        ] * 3
        assert len(of_steps) == 3
    for axes in of_steps:
        assert axes.get_xscale() == "log"
        assert axes.get_xlim()[0] > 0
    labels = texts(figure)
    assert "optimiser steps + 1" in labels
    assert ("accuracy (%)" in labels) == (name not in TUNNELS)
    assert ("length of the tunnel (layers)" in labels) == (name in TUNNELS)
    assert ("neurons cut" in labels) == name.startswith("always_grok")
    assert "smoke scale: no scientific meaning" in figure.get_suptitle()


@pytest.mark.parametrize("name", OF_PAPERS)
@pytest.mark.parametrize("case", ["one_seed", "nan_seed", "only_nan", "no_metric"])
def test_incomplete_inputs_do_not_stop_a_figure(name: str, case: str) -> None:
    inputs = figure_inputs(name, "smoke", seeds=1 if case in ("one_seed", "only_nan") else 3, steps=STEPS)
    if case == "nan_seed":
        inputs = blank_seed(inputs, 1)
    if case == "only_nan":
        inputs = blank_seed(inputs, 0)
    if case == "no_metric":
        for tables in inputs.runs.values():
            for metric in list(tables.tables):
                tables.tables[metric] = tables.tables[metric].iloc[:0]
        inputs.reference.clear()
        inputs.settings.clear()
    figure = drawn(inputs)
    facts = figure_facts(inputs)
    assert facts["measured"]
    assert "nan" not in facts["alt"].lower().replace("nanometre", "")
    shaded = sum(len(axes.collections) for axes in panels(figure))
    assert (shaded > 0) == (case == "nan_seed")
    if case == "no_metric":
        assert "not measured" in texts(figure)
        assert facts["comparable"]["overlaid"] is False


@pytest.mark.parametrize("name", OF_PAPERS)
@pytest.mark.parametrize("left", [0, 1])
def test_a_run_may_have_fewer_seeds_or_none(name: str, left: int) -> None:
    inputs = figure_inputs(name, "smoke", seeds=3, steps=STEPS)
    run = list(inputs.runs)[-1]
    if len(inputs.runs) == 1:
        pytest.skip("it shows one run alone")
    assert fewer_seeds(figure_inputs(name, "smoke", seeds=3, steps=STEPS)) == ""
    for metric, table in inputs.runs[run].tables.items():
        inputs.runs[run].tables[metric] = table[table["seed"] < left]
    drawn(inputs)
    facts = figure_facts(inputs)
    words = f"fewer seeds: {left or 'none'} with "
    assert fewer_seeds(inputs).startswith(words)
    assert f"3 seeds, {words}" in facts["alt"]
    assert facts["seed_list"] == [0, 1, 2]
    assert "nan" not in facts["alt"].lower()


@pytest.mark.parametrize("seeds", [1, 2, 4])
def test_lines_are_the_seeds_and_their_mean(seeds: int) -> None:
    figure = drawn(figure_inputs("deep_grokking_fig2", "smoke", seeds=seeds, steps=STEPS))
    expected = 2 * (1 if seeds == 1 else seeds + 1)  # train and test
    assert [len(curves(axes)) for axes in panels(figure)] == [expected] * 6


def test_a_seed_of_nan_is_not_drawn_but_counted() -> None:
    inputs = blank_seed(figure_inputs("deep_grokking_fig2", "smoke", seeds=3, steps=STEPS), 1)
    figure = drawn(inputs)
    assert [len(curves(axes)) for axes in panels(figure)] == [2 * 3] * 6
    assert "1 of 3 seeds diverged" in texts(figure)
    facts = figure_facts(inputs)
    assert set(facts["diverged_seeds"]) == set(facts["runs"])
    assert "in 2 of 3 seeds" in facts["measured"]


def test_the_mean_line_is_the_mean() -> None:
    inputs = figure_inputs("deep_grokking_fig2", "smoke", seeds=3, steps=STEPS)
    axes = panels(drawn(inputs))[0]
    table = inputs.runs[inputs.members[0]["run"]].table("accuracy")
    means = 100 * table[table["split"] == "test"].groupby("step")["accuracy"].mean()
    bold = curves(axes)[-1]
    assert bold.get_linewidth() > curves(axes)[-2].get_linewidth()
    np.testing.assert_allclose(bold.get_ydata(), means.to_numpy())
    np.testing.assert_array_equal(bold.get_xdata(), means.index.to_numpy() + 1)


def test_collapsed_seeds_are_noted_in_their_panel() -> None:
    inputs = figure_inputs("deep_grokking_fig2", "quick", seeds=3, steps=20)
    run = inputs.members[-1]["run"]
    table = inputs.runs[run].tables["accuracy"]
    dead = (table["seed"] == 2) & (table["step"] > 0.5 * table["step"].max())
    table.loc[dead, "accuracy"] = 0.1
    figure = drawn(inputs)
    remarks = [[text.get_text() for text in axes.texts] for axes in panels(figure)]
    assert remarks == [[]] * 5 + [["1 of 3 seeds collapsed"]]
    assert figure_facts(inputs)["collapsed_seeds"] == {run: [2]}


def test_rank_definition_follows_the_arithmetic() -> None:
    double = figure_inputs("deep_grokking_fig1", "paper", seeds=2, steps=4)
    single = figure_inputs("deep_grokking_fig1", "smoke", seeds=2, steps=4)
    assert "released code" in panels(drawn(double))[0].get_ylabel()
    assert "above 1/1000" in panels(drawn(single))[0].get_ylabel()
    assert "(released code)" in figure_facts(double)["measured"]
    assert "(above 1/1000 of the largest)" in figure_facts(single)["measured"]


def test_every_layer_has_its_curves() -> None:
    inputs = figure_inputs("deep_grokking_fig1", "smoke", seeds=2, steps=STEPS)
    depth = inputs.settings[inputs.members[0]["run"]]["model"]["depth"]
    figure = drawn(inputs)
    top, middle, bottom = (panels(figure)[index] for index in (0, 3, 6))
    assert [len(curves(axes)) for axes in (top, middle, bottom)] == [3 * depth, 3 * 2, 3 * depth]


def test_wide_intervals_do_not_set_the_range_of_an_axis() -> None:
    axes = Figure().add_subplot()
    draw_curves(axes, pd.DataFrame({0: [1.0, 2.0], 1: [2.0, 4.0]}), (0.0, 0.0, 0.0))
    highest = 4.0
    band = max(path.vertices[:, 1].max() for collection in axes.collections for path in collection.get_paths())
    assert band > 1.3 * highest
    assert axes.get_ylim()[1] < 1.2 * highest


def test_intervals_of_ranks_end_at_the_width() -> None:
    inputs = figure_inputs("deep_grokking_fig1", "smoke", seeds=2, steps=STEPS)
    run = inputs.members[0]["run"]
    width = most_rank(inputs, run, 1)
    assert width == len(inputs.runs[run].table("spectra")["eigenvalues"].iloc[0])
    assert most_rank(inputs, run, 99) == math.inf
    bands = [band for axes in panels(drawn(inputs))[:3] for band in axes.collections]
    assert bands
    assert max(path.vertices[:, 1].max() for band in bands for path in band.get_paths()) <= width


@pytest.mark.parametrize("name", OF_PAPERS)
def test_failed_seeds_are_noted_in_every_figure(name: str) -> None:
    inputs = blank_seed(figure_inputs(name, "smoke", seeds=2, steps=STEPS), 0)
    assert "1 of 2 seeds diverged" in texts(drawn(inputs))
