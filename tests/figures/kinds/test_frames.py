"""P2 Figs 5, 21 and 23: which measures of the frame are drawn and told, and how."""

from __future__ import annotations

import numpy as np
import pytest

from grokscope.figures.write import figure_facts
from synthetic_figures import drawn, figure_inputs

SHOWN = {
    "always_grok_fig5": ("eccentricity",),
    "always_grok_fig21": ("eccentricity", "diameter"),
    "always_grok_fig23": ("diameter",),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_panel_by_layer_for_each_measure_and_the_first_at_the_inputs(name: str) -> None:
    inputs = figure_inputs(name, "smoke", seeds=2, steps=5)
    panels = [axes for axes in drawn(inputs).axes if axes.get_label() != "<colorbar>"]
    first = SHOWN[name][0]
    assert [axes.get_title(loc="center") for axes in panels] == [*SHOWN[name], f"{first} at the inputs"]
    table = inputs.runs[inputs.members[0]["run"]].table("frame_rounding")
    last = table[(table["step"] == table["step"].max()) & (table["split"] == "train")]
    for axes, column in zip(panels, SHOWN[name], strict=False):
        lines = iter(axes.lines)
        for _, rows in last.groupby("radius"):
            for expected in (f"exact_{column}", f"rounded_{column}"):
                np.testing.assert_allclose(next(lines).get_ydata(), rows.groupby("layer")[expected].mean())
        assert next(lines, None) is None
    at_inputs = last[last["layer"] == 0].groupby("radius")
    for line, expected in zip(panels[-1].lines, (f"exact_{first}", f"rounded_{first}"), strict=False):
        np.testing.assert_allclose(line.get_ydata(), at_inputs[expected].mean())
    assert len(panels[-1].lines) == 3, "the authors' values are not there"


@pytest.mark.parametrize("name", SHOWN)
def test_the_words_tell_of_the_first_measure(name: str) -> None:
    measured = figure_facts(figure_inputs(name, "smoke", seeds=2, steps=5))["measured"]
    told = [measure for measure in ("eccentricity", "diameter") if f"the exact {measure} goes from" in measured]
    assert told == [SHOWN[name][0]]
    assert "the paper's arithmetic is more than 3 times the exact one" in measured


def test_a_figure_without_the_metric_says_so() -> None:
    inputs = figure_inputs("always_grok_fig21", "smoke", seeds=1, steps=5)
    for tables in inputs.runs.values():
        tables.tables["frame_rounding"] = tables.tables["frame_rounding"].iloc[:0]
    assert figure_facts(inputs)["measured"] == "Not measured."
    assert len(drawn(inputs).axes) == 3
