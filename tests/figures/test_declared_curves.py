"""Options of curves that metrics declare, in curve grids: several values in colours, labels of axes, keys and words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from pydantic import ValidationError
from scipy import stats

from grokscope.analysis.inputs import ItemInputs
from grokscope.config.drawing import Drawing, Row
from grokscope.figures.kinds.curve_grid import words
from grokscope.figures.write import figure_facts, figure_module
from grokscope.metrics import registry
from synthetic_figures import figure_inputs


def gridded(figure: str, *rows: dict[str, Any], **grid: Any) -> ItemInputs:
    inputs = figure_inputs(figure, "smoke", seeds=2, steps=12)
    drawing = Drawing.model_validate({"curve_grid": {"rows": list(rows), "events": [], **grid}})
    inputs.item["settings"]["draw"] = drawing.model_dump(mode="json", exclude_defaults=True)
    return inputs


def drawn(inputs: ItemInputs) -> Figure:
    figure: Figure = figure_module(inputs.item).draw(inputs)
    return figure


def bold(axes: Axes) -> list[Any]:
    return [line for line in axes.lines if len(line.get_xdata()) > 2 and line.get_linewidth() > 1]


def means(inputs: ItemInputs, name: str, column: str, **where: Any) -> np.ndarray:
    """Mean over seeds in the first run, by step; the geometric one of norms, whose axis is logarithmic."""
    table = inputs.runs[inputs.members[0]["run"]].table(name)
    for key, value in where.items():
        table = table[table[key] == value]
    mean = stats.gmean if column == "norm" else np.mean
    return table.groupby("step")[column].apply(mean).to_numpy()


def keys(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_a_list_of_values_draws_those_alone_each_in_a_colour() -> None:
    table = figure_inputs("always_grok_fig2", "smoke", seeds=2, steps=12)
    run = table.runs[table.members[0]["run"]]
    epsilons = sorted(epsilon for epsilon in run.table("adversarial")["epsilon"].unique() if epsilon > 0)
    chosen = [epsilons[0], epsilons[-1]]
    inputs = gridded("always_grok_fig2", {"curves": [{"curve": "robust_accuracy", "epsilon": chosen}]})
    figure = drawn(inputs)
    for line, epsilon in zip(bold(figure.axes[0]), chosen, strict=True):
        wanted = 100 * means(inputs, "adversarial", "accuracy", epsilon=epsilon, start="none")
        np.testing.assert_allclose(line.get_ydata(), wanted)
    assert [key for key in keys(figure) if "ε" in key] == [f"ε = {epsilon:.3g}" for epsilon in chosen]
    said = figure_facts(inputs)["measured"]
    assert [f"epsilon {epsilon:g}" in said for epsilon in epsilons] == [epsilon in chosen for epsilon in epsilons]


def test_all_is_the_same_as_every_value_that_was_measured() -> None:
    usual = drawn(gridded("always_grok_fig2", {"curves": ["robust_accuracy"]}))
    every = drawn(gridded("always_grok_fig2", {"curves": [{"curve": "robust_accuracy", "epsilon": "all"}]}))
    assert len(bold(usual.axes[0])) == len(bold(every.axes[0])) > 1
    for one, other in zip(bold(usual.axes[0]), bold(every.axes[0]), strict=True):
        np.testing.assert_array_equal(one.get_ydata(), other.get_ydata())


def test_layers_of_any_metric_have_a_bar_of_colours_and_one_may_be_bold() -> None:
    inputs = gridded(
        "deep_grokking_fig5",
        {"curves": [{"curve": "weight_norm", "layer": "all", "bold": "second_last"}]},
        {"curves": [{"curve": "weight_norm", "layer": 1}]},
        columns="depth",
    )
    inputs.item["members"] = [member for member in inputs.members if member["axes"]["train_size"] == 60]
    figure, columns = drawn(inputs), len(inputs.members)
    every, one = bold(figure.axes[0]), bold(figure.axes[columns])
    layers = sorted(set(inputs.runs[inputs.members[0]["run"]].table("weight_norm")["layer"]) - {0})
    assert len(every) == len(layers) == len({to_rgb(line.get_color()) for line in every})
    widths = [line.get_linewidth() for line in every]
    assert widths.index(max(widths)) == len(layers) - 2
    for line, layer in zip(every, layers, strict=True):
        np.testing.assert_allclose(line.get_ydata(), means(inputs, "weight_norm", "norm", layer=layer))
    np.testing.assert_allclose(one[0].get_ydata(), means(inputs, "weight_norm", "norm", layer=1))
    assert figure.axes[columns].get_ylabel() == "weight norm (L2, layer 1)"
    assert figure.axes[0].get_yscale() == "log"  # as its metric declares
    assert [axes.get_label() for axes in figure.axes].count("<colorbar>") == 1


def test_the_label_of_a_rank_says_the_definition_that_is_drawn() -> None:
    row = {"curves": [{"curve": "rank", "definition": "effective"}]}
    axes = drawn(gridded("deep_grokking_fig5", row, columns="depth")).axes[0]
    assert axes.get_ylabel() == "rank of the second-last layer\n(dimensions)\n(effective rank)"


def test_a_curve_without_words_of_its_own_has_a_label_keys_and_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = replace(registry.CURVES["probe"], axis="", said="", words="accuracy of a probe")
    monkeypatch.setitem(registry.CURVES, "probe", plain)
    monkeypatch.delitem(words._SAID, "probe")
    inputs = gridded("deep_grokking_fig1", {"curves": ["probe"]}, columns="train_size")
    measured = inputs.runs[inputs.members[0]["run"]].table("probes")
    (kind,) = set(measured["probe"])
    assert drawn(inputs).axes[0].get_ylabel() == f"accuracy of a probe (%)\nsecond-last layer, probe {kind}"
    assert "accuracy of a probe" in figure_facts(inputs)["measured"]
    assert "at the start" in figure_facts(inputs)["measured"]


def test_plain_curves_that_share_a_panel_are_told_apart_by_colour_or_dashes(monkeypatch: pytest.MonkeyPatch) -> None:
    probe = replace(registry.CURVES["probe"], quantity="accuracy")
    monkeypatch.setitem(registry.CURVES, "probe", probe)
    monkeypatch.setitem(registry.CURVES, "other", replace(probe, name="other", words="another probe"))
    attack = {"curve": "robust_accuracy", "epsilon": 0.06}
    row = Row.model_validate({"curves": [attack, "probe", "test_accuracy"]})
    assert [curve.in_colours() for curve in row.drawn()] == ["", "", ""]
    inputs = gridded("deep_grokking_fig1", row.model_dump(exclude_defaults=True), columns="train_size")
    figure = drawn(inputs)
    assert len({to_rgb(line.get_color()) for line in bold(figure.axes[0])}) == 2  # the attack is not measured here
    assert {"accuracy under attack", "test accuracy of the probe", "test"} <= set(keys(figure))
    assert figure.axes[0].get_ylabel() == "accuracy (%)"
    coloured = gridded("deep_grokking_fig1", {"curves": ["probe", attack]}, colours="train_size")
    assert {"accuracy under attack", "test accuracy of the probe"} <= set(keys(drawn(coloured)))


@pytest.mark.parametrize(
    ("curve", "message"),
    [
        ({"split": "train"}, "has no curve that is known; known are train_accuracy"),
        ({"curve": "complexity", "split": "both"}, "should be 'train', 'test' or 'random'"),
        ({"curve": "complexity", "radius": 0}, "should be greater than 0"),
        ({"curve": "rank", "layer": []}, "at least 1 item"),
        ({"curve": "complexity", "layer": "all"}, "curve complexity has no option layer; it has radius, split"),
        ({"curve": "train_accuracy", "split": "test"}, "curve train_accuracy has no option split; it has none"),
    ],
)
def test_what_an_option_may_not_be(curve: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Row.model_validate({"curves": [curve]})
    assert message.replace("should be '", "'") in str(caught.value).replace("Input should be '", "'")
