"""Which convolutional networks begin with the authors' local complexity."""

from __future__ import annotations

import numpy as np
import pytest

from grokscope.figures.always_grok.conv_starts import Candidate, candidates, published_starts
from grokscope.figures.write import figure_facts
from synthetic_figures import drawn, figure_inputs

FIGURE = "always_grok_conv_starts"


def test_a_factor_is_the_same_above_and_below() -> None:
    found = {"train": np.array([10.0, 30.0]), "random": np.array([5.0, 5.0])}
    one = Candidate(("cnn", 0.005), "", found)
    assert one.factor({"train": 20.0, "random": 5.0}) == pytest.approx(1)
    assert one.factor({"train": 40.0, "random": 2.5}) == pytest.approx(2)
    assert one.factor({"train": 80.0}) == pytest.approx(4)


def test_the_candidate_that_begins_as_the_authors_do_is_named_first() -> None:
    inputs = figure_inputs(FIGURE, "paper", seeds=2)
    starts = published_starts(inputs, ("resnet", 0.005))
    assert starts == pytest.approx({"train": 53.24, "random": 27.28})
    assert published_starts(inputs, ("cnn", 0.005))["train"] == pytest.approx((11.5 + 10.5) / 2)
    assert set(published_starts(inputs, ("cnn", 0.001))) == {"train"}
    run = "cifar10-resnet-w32-normalize_True-untrained"
    table = inputs.runs[run].tables["local_complexity"]
    for split, value in starts.items():
        table.loc[(table["split"] == split) & np.isclose(table["radius"], 0.0010045), "value"] = value
    measured = figure_facts(inputs)["measured"]
    assert "ResNet18: nearest is width 32, radius 0.005, which begins with 53.2" in measured
    assert "a factor of 1.00 off" in measured


def test_every_candidate_has_a_row_in_the_panel_of_its_network_and_radius() -> None:
    inputs = figure_inputs(FIGURE, "paper", seeds=2)
    every = candidates(inputs)
    assert len({one.words for one in every if one.panel == ("cnn", 0.005)}) == 8
    assert len({one.words for one in every if one.panel == ("cnn", 0.001)}) == 6
    assert len({one.words for one in every if one.panel[0] == "resnet"}) == 5
    assert [len(axes.get_yticks()) for axes in drawn(inputs).axes] == [8, 6, 5]
