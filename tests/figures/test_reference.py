"""The authors' values in the figures: laid over ours where the settings agree, beside ours where they do not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from grokscope.analysis.comparison import setting
from grokscope.figures.parts.reference_curves import published_curve, published_table
from grokscope.figures.write import figure_module
from synthetic_figures import figure_inputs

STEPS = 6


def dashed(axes: Axes) -> int:
    return sum(line.get_linestyle() == "--" for line in axes.lines)


@pytest.mark.parametrize(("name", "scale"), [("always_grok_fig2", "paper"), ("always_grok_fig6_left", "paper")])
def test_overlaid_where_settings_agree(name: str, scale: str) -> None:
    inputs = figure_inputs(name, scale, seeds=2, steps=STEPS)
    module = figure_module(inputs.item)
    comparison = module.comparable(inputs)
    assert comparison["same_settings"]
    assert comparison["overlaid"]
    assert not comparison["beside"]
    figure = module.draw(inputs)
    titles = [axes.get_title() for axes in figure.axes]
    assert not any("authors" in title for title in titles)
    complexity = next(axes for axes in figure.axes if axes.get_title().startswith("Local complexity"))
    assert dashed(complexity) == 3
    epsilons = inputs.runs[inputs.members[0]["run"]].table("adversarial")["epsilon"].unique()
    theirs = (
        published_table(inputs, inputs.item["settings"]["draw"]["robustness"]["accuracy"], accuracy=True)["epsilon"]
        .dropna()
        .unique()
    )
    common = np.isclose(epsilons[:, None], theirs).any(axis=1).sum()
    assert common >= 3
    clean = 2 if name == "always_grok_fig2" else 1  # Fig 6 gives no train accuracy
    accuracy = next(axes for axes in figure.axes if axes.get_title().startswith("Accuracy"))
    assert dashed(accuracy) == clean + common


def test_what_differs_but_does_not_decide_is_remarked() -> None:
    inputs = figure_inputs("always_grok_fig2", "paper", seeds=2, steps=STEPS)
    settings = inputs.settings[inputs.members[0]["run"]]
    settings["training"]["steps"] = 30000
    settings["metrics"]["adversarial"]["steps"] = 20
    comparison = figure_module(inputs.item).comparable(inputs)
    assert "training.steps 30000 instead of 100000" in comparison["remarks"]
    assert "metrics.adversarial.steps 20 instead of 100" in comparison["remarks"]


@pytest.mark.parametrize("name", ["always_grok_fig2", "always_grok_fig6_left"])
def test_beside_where_settings_differ(name: str) -> None:
    inputs = figure_inputs(name, "smoke", seeds=2, steps=STEPS)
    module = figure_module(inputs.item)
    comparison = module.comparable(inputs)
    assert not comparison["overlaid"]
    assert comparison["beside"]
    assert any(text.startswith("model.width") for text in comparison["differences"])
    figure = module.draw(inputs)
    theirs = [axes for axes in figure.axes if "authors' values (paper's settings)" in axes.get_title()]
    assert len(theirs) == 2
    assert all(axes.lines for axes in theirs)
    ours = [axes for axes in figure.axes if axes not in theirs]
    assert not any(dashed(axes) for axes in ours)


def test_every_size_of_the_attack_is_named_once_and_zero_never() -> None:
    inputs = figure_inputs("always_grok_fig6_left", "smoke", seeds=1, steps=3)
    labels = [text.get_text() for text in figure_module(inputs.item).draw(inputs).legends[0].get_texts()]
    sizes = [label for label in labels if label.startswith("ε")]
    assert len(sizes) == len(set(sizes)) == 5
    assert "ε = 0" not in sizes


def test_another_radius_is_not_comparable() -> None:
    inputs = figure_inputs("always_grok_fig2", "paper", seeds=2, steps=STEPS)
    run = inputs.members[0]["run"]
    inputs.runs[run].tables["local_complexity"]["radius"] = 0.005
    comparison = figure_module(inputs.item).comparable(inputs)
    assert comparison["differences"] == ["radius of local complexity 0.005 instead of 0.05 pixels"]


def test_values_on_a_swept_axis_decide_where_nothing_else_differs() -> None:
    inputs = figure_inputs("always_grok_fig10", "paper", seeds=1, steps=3)
    inputs.settings[inputs.members[0]["run"]]["model"]["depth"] = 7
    assert figure_module(inputs.item).comparable(inputs)["differences"] == ["model.depth differs from the paper"]


def test_settings_that_papers_do_not_have_are_not_compared() -> None:
    inputs = figure_inputs("always_grok_fig2", "paper", seeds=1, steps=3)
    for key, value, same in (
        ("flush_denormal", False, True),
        ("betas", [0.9, 0.98], False),
        ("rank_penalty", {"kind": "log_det"}, False),
    ):
        settings = inputs.settings[inputs.members[0]["run"]]
        before = dict(settings["training"])
        settings["training"][key] = value
        assert figure_module(inputs.item).comparable(inputs)["same_settings"] is same
        settings["training"] = before


def test_without_the_papers_settings_nothing_is_comparable() -> None:
    inputs = figure_inputs("always_grok_fig2", "paper", seeds=1, steps=3)
    inputs.published.clear()
    assert figure_module(inputs.item).comparable(inputs)["differences"] == ["the published settings are not recorded"]


def test_variant_as_text_is_not_comparable() -> None:
    inputs = figure_inputs("always_grok_fig10", "paper", seeds=1, steps=3, variant="as_text")
    comparison = figure_module(inputs.item).comparable(inputs)
    assert "training.optimizer adam instead of adamw" in comparison["differences"]


def test_fig10_has_the_authors_column_at_every_scale() -> None:
    for scale, words in (("smoke", "paper's settings"), ("paper", "same settings")):
        inputs = figure_inputs("always_grok_fig10", scale, seeds=1, steps=3)
        module = figure_module(inputs.item)
        assert module.comparable(inputs)["beside"]
        figure = module.draw(inputs)
        titles = [axes.get_title() for axes in figure.axes]
        assert titles[:2] == ["Ours", f"Authors' values ({words})"]
        assert [len(axes.lines) for axes in figure.axes[1::2]] == [10, 5, 5, 5]
        highest = max(line.get_ydata().max() for line in figure.axes[3].lines)
        assert figure.axes[3].get_ylim()[1] > highest


def test_deep_grokking_has_no_values_to_compare_with() -> None:
    for name in (f"deep_grokking_fig{number}" for number in (1, 2, 5, 6, 7)):
        inputs = figure_inputs(name, "paper", seeds=1, steps=3)
        comparison = figure_module(inputs.item).comparable(inputs)
        assert comparison["same_settings"]
        assert not comparison["overlaid"]
        assert comparison["reason"] == "there are no published values"


def test_accuracies_are_in_percent_whatever_the_file_says() -> None:
    percent = published_table(
        figure_inputs("always_grok_fig2", "smoke", 1, 3), "always_grok_fig02_accuracy.csv", accuracy=True
    )
    fraction = published_table(
        figure_inputs("always_grok_fig10", "smoke", 1, 3), "always_grok_fig10_accuracy.csv", accuracy=True
    )
    for table in (percent, fraction):
        assert table is not None
        assert 80 < published_curve(table, split="train")["value"].max() <= 100.01


def test_published_curve_of_what_is_not_there_is_empty() -> None:
    table = pd.DataFrame({"split": ["test"], "step": [1], "value": [2.0]})
    assert published_curve(table, epsilon=0.1).empty
    assert published_curve(None, split="test").empty
    assert np.array_equal(published_curve(table, split="test")["step"], [1])


def test_settings_are_found_flat_or_nested() -> None:
    inputs = figure_inputs("always_grok_fig2", "smoke", 1, 3)
    run = inputs.members[0]["run"]
    flat = inputs.settings[run]
    assert setting(inputs, run, "model.width") == flat["model"]["width"]
    inputs.settings[run] = {"id": run, "settings": flat}
    assert setting(inputs, run, "model.width") == flat["model"]["width"]
    assert setting(inputs, run, "model.no_such_key") is None
