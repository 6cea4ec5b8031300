"""Which convolutional networks begin with the authors' local complexity."""

from __future__ import annotations

import numpy as np
import pytest

from grokscope.figures.always_grok.conv_starts import PANELS, Candidate, candidates, published_starts
from grokscope.figures.write import figure_facts
from synthetic_figures import drawn, figure_inputs

FIGURE = "always_grok_conv_starts"
CNN, CNN_AT_A_SMALLER_RADIUS, RESNET = PANELS


def test_a_factor_is_the_same_above_and_below() -> None:
    found = {"train": np.array([10.0, 30.0]), "random": np.array([5.0, 5.0])}
    one = Candidate(CNN, "", found)
    assert one.factor({"train": 20.0, "random": 5.0}) == pytest.approx(1)
    assert one.factor({"train": 40.0, "random": 2.5}) == pytest.approx(2)
    assert one.factor({"train": 80.0}) == pytest.approx(4)
    assert np.isnan(one.factor({}))
    assert np.isnan(Candidate(CNN, "", {"train": np.array([]), "random": np.array([1.0])}).factor({"train": 1.0}))
    assert np.isnan(Candidate(CNN, "", {"train": np.zeros(2)}).factor({"train": 1.0}))


def test_the_candidate_that_begins_as_the_authors_do_is_named_first() -> None:
    inputs = figure_inputs(FIGURE, "paper", seeds=2)
    starts = published_starts(inputs, RESNET)
    assert starts == pytest.approx({"train": 53.24, "random": 27.28})
    assert published_starts(inputs, CNN)["train"] == pytest.approx((11.5 + 10.5) / 2)
    assert set(published_starts(inputs, CNN_AT_A_SMALLER_RADIUS)) == {"train"}
    run = "cifar10-resnet-w32-normalize_True-untrained"
    table = inputs.runs[run].tables["local_complexity"]
    for split, value in starts.items():
        table.loc[(table["split"] == split) & np.isclose(table["radius"], 0.0010045), "value"] = value
    measured = figure_facts(inputs)["measured"]
    assert "ResNet18: width 32, radius 0.005 begins nearest, with 53.2 neurons at training points" in measured
    assert "a factor of 1.00 off" in measured


def test_every_candidate_has_a_row_in_the_panel_of_its_network_and_radius() -> None:
    inputs = figure_inputs(FIGURE, "paper", seeds=2)
    every = candidates(inputs)
    assert len({one.words for one in every if one.panel == CNN}) == 8
    assert len({one.words for one in every if one.panel == CNN_AT_A_SMALLER_RADIUS}) == 6
    assert len({one.words for one in every if one.panel == RESNET}) == 5
    assert [len(axes.get_yticks()) for axes in drawn(inputs).axes] == [8, 6, 5]


def test_zeros_and_missing_values_are_drawn_and_said() -> None:
    inputs = figure_inputs(FIGURE, "smoke", seeds=2)
    for tables in inputs.runs.values():
        tables.tables["local_complexity"]["value"] = 0.0
    assert figure_facts(inputs)["measured"].count("nothing to compare") == 3
    drawn(inputs)
    for tables in inputs.runs.values():
        tables.tables["local_complexity"]["value"] = np.nan
    assert "nothing to compare" in figure_facts(inputs)["measured"]
    drawn(inputs)
