"""Figures of language models from made-up tables: which curves each row has, and where the authors' stand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from grokscope.figures.parts.reference_curves import published_curve
from synthetic_figures import drawn, figure_inputs


def test_fixed_and_relative_sizes_stand_beside_the_authors() -> None:
    inputs = figure_inputs("always_grok_fig9", "quick", seeds=2, steps=12)
    figure = drawn(inputs)
    ours, theirs = figure.axes[0:10:2], figure.axes[1:10:2]
    for axes, name, split in (
        (theirs[1], "always_grok_fig09_accuracy.csv", "adversarial"),
        (theirs[3], "always_grok_fig09_local_complexity.csv", "train"),
    ):
        published = published_curve(inputs.reference[name], split=split)
        np.testing.assert_allclose(axes.lines[0].get_ydata(), published["value"])
    for place in (2, 4):  # what is relative to the embedding is ours alone
        assert not theirs[place].get_visible()
    assert [axes.get_yscale() for axes in ours] == ["linear", "linear", "linear", "log", "log"]
    for axes in ours[3:]:
        low, high = axes.get_ylim()
        values = np.concatenate([np.asarray(line.get_ydata(), dtype=float) for line in axes.lines[:6]])
        assert 0 < values.min() / 10 < low <= values.min() < values.max() <= high
    (run,) = inputs.runs
    table = inputs.runs[run].table("embedding_complexity_relative")
    random = table.query("split == 'random' and positions == 'all' and layer == 0")
    wanted = random.groupby("step")["value"].apply(stats.gmean)  # the axis is logarithmic
    bold = [line for line in ours[4].lines if line.get_linewidth() > 1]
    assert any(np.allclose(line.get_ydata(), wanted) for line in bold if len(line.get_ydata()) == len(wanted))


@pytest.mark.parametrize("scale", ["smoke", "quick", "paper"])
def test_depths_have_colours(scale: str) -> None:
    figure = drawn(figure_inputs("always_grok_table_1_gpt_depth", scale, seeds=2, steps=12))
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names[:2] == [f"{count} blocks" for count in {"smoke": (1, 2), "quick": (2, 4), "paper": (6, 12)}[scale]]
