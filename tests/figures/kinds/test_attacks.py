"""Accuracy under several attacks: which curves are in which panel, and what the words say of them."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes

from grokscope.figures.kinds.attacks.panels import LOOKS, WORST
from grokscope.figures.write import figure_facts, figure_module
from grokscope.metrics.attack_suite.declaration import ATTACKS
from synthetic_figures import blank_seed, drawn, figure_inputs

STEPS = 8


def mean_line(axes: Axes, attack: str) -> np.ndarray | None:
    """The line of an attack, by colour and width."""
    _, colour, look = LOOKS[attack]
    for line in axes.lines:
        same = line.get_color() == colour and line.get_linewidth() == look["linewidth"]
        if same and len(line.get_xdata()) > 2:
            return np.asarray(line.get_ydata(), dtype=float)
    return None


def test_every_attack_has_a_look() -> None:
    assert set(LOOKS) == set(ATTACKS)


@pytest.mark.parametrize("name", ["always_grok_attacks", "always_grok_attacks_linear_model"])
@pytest.mark.parametrize("seeds", [1, 3])
def test_a_panel_shows_means_over_seeds_of_its_network_and_size(name: str, seeds: int) -> None:
    inputs = figure_inputs(name, "quick", seeds=seeds, steps=STEPS)
    axes = iter(drawn(inputs).axes)
    for member in inputs.members:
        table = inputs.runs[member["run"]].table("attack_suite")
        for epsilon in (0.06, 0.13, 0.2):
            panel = next(axes)
            assert f"ε = {epsilon:g} pixels" in panel.get_title()
            assert "depth" not in member["axes"] or f"depth {member['axes']['depth']}" in panel.get_title()
            for attack in ("published", "margin", WORST):
                rows = table[(table.attack == attack) & (table.epsilon == epsilon)]
                expected = 100 * rows.groupby("step").accuracy.mean()
                np.testing.assert_allclose(mean_line(panel, attack), expected)
            assert mean_line(panel, "square") is None
    assert not list(axes)


def test_words_give_the_ends_and_the_lowest_values_after_the_fit() -> None:
    inputs = figure_inputs("always_grok_attacks_large_init", "quick", seeds=3, steps=STEPS)
    run = inputs.members[0]["run"]
    table = inputs.runs[run].table("attack_suite")
    table.loc[table.attack == WORST, "accuracy"] = 0.125
    words = figure_module(inputs.item).describe(inputs)
    assert "Epsilon 0.06: " in words
    assert "12.5 % at the end in the worst case, lowest 12.5 % after the fit" in words
    assert "the single attack that leaves least at the end is margin" in words


@pytest.mark.parametrize("blank", [[0], [0, 1]])
def test_diverged_seeds_are_left_out_and_the_text_says_so(blank: list[int]) -> None:
    inputs = figure_inputs("always_grok_attacks", "smoke", seeds=2, steps=STEPS)
    for seed in blank:
        blank_seed(inputs, seed)
    figure = drawn(inputs)
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert ("no finite value" in texts) == (len(blank) == 2)
    assert figure_facts(inputs)["measured"]


def test_without_the_metric_all_panels_say_so() -> None:
    figure = drawn(figure_inputs("always_grok_attacks", "smoke", seeds=2, steps=STEPS, metrics=("accuracy",)))
    assert {text.get_text() for axes in figure.axes for text in axes.texts} == {"not measured"}
