"""P1 Figs 3 and 4: drawn lengths of tunnels against counts by hand, and the authors' lengths."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from grokscope.analysis.estimands import tunnel_length_by_axis
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.tunnel import rank_limit
from grokscope.figures.kinds.tunnels.words import length_words
from grokscope.figures.write import figure_facts, figure_module
from synthetic_figures import blank_seed, drawn, figure_inputs

WIDTH = 60
EARLY = {4: (60, 60, 60, 10), 8: (60, 60, 60, 60, 60, 60, 45, 10)}
LATE = {4: (60, 45, 44, 10), 8: (60, 59, 46, 45, 44, 30, 12, 3)}
"""Rank by layer and depth, until the fourth checkpoint from the end and after; a threshold of 3/4 of the width is 45.
"""


def ranked(seeds: int = 2, scale: str = "paper", figure: str = "deep_grokking_fig3") -> ItemInputs:
    """Inputs whose ranks at depths 4 and 8 are those above by every definition; seed 1 has one layer less below the
    threshold at depth 8.
    """
    inputs = figure_inputs(figure, scale, seeds=seeds, steps=8)
    for member in inputs.members:
        depth, table = member["axes"]["depth"], inputs.runs[member["run"]].tables["spectra"]
        steps = sorted(table["step"].unique())
        rows = zip(table["eigenvalues"], table["step"], table["layer"], table["seed"], strict=True)
        table["eigenvalues"] = [
            _spectrum(values, depth, step >= steps[-3], layer, seed) for values, step, layer, seed in rows
        ]
    return inputs


def _spectrum(values: np.ndarray, depth: int, late: bool, layer: int, seed: int) -> np.ndarray:
    if depth not in LATE:
        return values
    rank = (LATE if late else EARLY)[depth][layer - 1]
    rank = 47 if rank == 44 and depth == 8 and seed == 1 else rank
    return np.where(np.arange(WIDTH if layer < depth else 10) < rank, 1.0, 0.0)


def rows(figure: Figure, column: int) -> list[Axes]:
    return [figure.axes[3 * row + column] for row in range(3)]


def solid(axes: Axes) -> list[tuple[np.ndarray, np.ndarray, float]]:
    """Points and width of every solid curve, each seed first and then the mean."""
    lines = [line for line in axes.lines if line.get_linestyle() == "-" and len(line.get_xdata()) > 1]
    return [(np.asarray(line.get_xdata()), np.asarray(line.get_ydata()), line.get_linewidth()) for line in lines]


def test_lengths_by_threshold_are_those_counted_by_hand() -> None:
    figure = drawn(ranked())
    shares = np.array([0.1, 0.2, 0.73, 0.74, 0.75, 0.76, 1.0])  # of 60: 6, 12, 43.8, 44.4, 45, 45.6, 60
    shallow, deep = ([np.interp(shares, x, y) for x, y, _ in solid(rows(figure, column)[1])] for column in (0, 1))
    np.testing.assert_allclose(shallow, [[0, 1, 1, 2, 2, 3, 3]] * 3)
    np.testing.assert_allclose(deep, [[1, 1, 3, 4, 4, 5, 7], [1, 1, 3, 3, 3, 4, 7], [1, 1, 3, 3.5, 3.5, 4.5, 7]])


def test_lengths_by_step_change_at_the_step_where_ranks_do() -> None:
    inputs = ranked()
    steps = sorted(inputs.runs[inputs.members[0]["run"]].tables["spectra"]["step"].unique())
    figure = drawn(inputs)
    for column, before, after in ((0, [1, 1, 1], [2, 2, 2]), (1, [1, 1, 1], [4, 3, 3.5])):
        for (x, y, _), early, late in zip(solid(rows(figure, column)[2]), before, after, strict=True):
            np.testing.assert_array_equal(x, np.array(steps) + 1)
            np.testing.assert_allclose(y, [early] * (len(steps) - 3) + [late] * 3)


def test_ranks_by_layer_at_the_end_and_before() -> None:
    figure = drawn(ranked())
    axes = rows(figure, 1)[0]
    curves = solid(axes)
    early = [y for _, y, width in curves if width == 1.2]
    assert len(early) >= 3
    for y in early[:2]:
        np.testing.assert_array_equal(y, EARLY[8])
    bold = max(curves, key=lambda curve: curve[2])
    np.testing.assert_array_equal(bold[0], range(1, 9))
    np.testing.assert_allclose(bold[1], (60, 59, 46, 45, 45.5, 30, 12, 3))
    assert [line.get_ydata()[0] for line in axes.lines if len(line.get_xdata()) == 2] == [45]
    shaded = [(patch.get_x(), patch.get_width()) for patch in axes.patches]
    assert shaded == [(5.5, 1.0), (6.5, 1.0), (7.5, 1.0)]  # the median rank of layer 5 is 45.5
    assert axes.get_title() == "depth 8, tunnel length 3.5 (3 to 4)"
    bar = next(one for one in figure.axes if one.get_label() == "<colorbar>")
    assert [text.get_text() for text in bar.get_yticklabels()][-1] == "end"
    assert bar.get_ylabel() == "optimiser step"


def test_the_figure_counts_as_the_claim_does() -> None:
    inputs = figure_inputs("deep_grokking_fig4", "quick", seeds=3)
    claimed = tunnel_length_by_axis.estimate(inputs, axis="depth")
    figure = drawn(inputs)
    for column, (_, rows_of_depth) in enumerate(claimed.groupby("group")):
        ours = [float(np.interp(0.75, x, y)) for x, y, _ in solid(rows(figure, column)[1])][:3]
        assert ours == rows_of_depth["value"].tolist()


def test_a_second_definition_is_drawn_where_claims_read_another() -> None:
    figure = drawn(figure_inputs("deep_grokking_fig3", "paper", seeds=2, steps=6))
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert {"length by rank: released code", "length by rank: above 1/1000 of the largest"} <= set(labels)
    assert "released code" in figure.axes[0].get_ylabel()
    figure = drawn(figure_inputs("deep_grokking_fig3", "quick", seeds=2, steps=6))
    assert not any("length by" in text.get_text() for text in figure.legends[0].get_texts())


def marks(axes: Axes) -> list[tuple[float, float]]:
    return [(line.get_xdata()[0], line.get_ydata()[0]) for line in axes.lines if line.get_marker() == "D"]


@pytest.mark.parametrize(("name", "lengths"), [("deep_grokking_fig3", (1, 3, 6)), ("deep_grokking_fig4", (1, 5, 6))])
def test_the_authors_lengths_are_marked_where_the_settings_agree(name: str, lengths: tuple[int, ...]) -> None:
    inputs = figure_inputs(name, "paper", seeds=1, steps=4)
    assert figure_module(inputs.item).comparable(inputs)["overlaid"]
    figure = drawn(inputs)
    for column, length in enumerate(lengths):
        assert marks(rows(figure, column)[1]) == [(0.75, length)]
        level = [line.get_ydata()[0] for line in rows(figure, column)[2].lines if list(line.get_xdata()) == [0, 1]]
        assert level == [length]
    assert "the authors' value is 6" in figure_facts(inputs)["measured"]


@pytest.mark.parametrize("case", ["quick", "as_text", "float32"])
def test_the_authors_lengths_are_not_drawn_over_other_settings(case: str) -> None:
    inputs = figure_inputs(
        "deep_grokking_fig3",
        "quick" if case == "quick" else "paper",
        1,
        4,
        "as_text" if case == "as_text" else "as_code",
    )
    if case == "float32":
        for settings in inputs.settings.values():
            settings["training"]["dtype"] = "float32"
    comparison = figure_module(inputs.item).comparable(inputs)
    assert not comparison["overlaid"]
    assert comparison["differences"]
    figure = drawn(inputs)
    assert not any(marks(axes) for axes in figure.axes)
    assert not any("authors" in text.get_text() for text in figure.legends[0].get_texts())
    assert "authors" not in figure_facts(inputs)["measured"]


def test_a_diverged_seed_has_no_length_rather_than_none() -> None:
    inputs = blank_seed(ranked(seeds=2), 1)
    figure = drawn(inputs)
    for row in rows(figure, 1)[1:]:
        assert len(solid(row)) == 1
    assert rows(figure, 1)[0].get_title() == "depth 8, tunnel length 4 in 1 of 2 seeds"
    measured = figure_facts(inputs)["measured"]
    length = "length of the tunnel (rank below 45 of 60, released code) 4 in 1 of 2 seeds of 8 layers at the end"
    assert length in measured
    blank = blank_seed(blank_seed(ranked(seeds=2), 1), 0)
    assert "released code) no value of 4 layers at the end" in figure_facts(blank)["measured"]
    assert [text.get_text() for text in drawn(blank).axes[6].texts] == ["no finite value"]


def test_described_lengths_are_those_counted_by_hand() -> None:
    measured = figure_facts(ranked())["measured"]
    assert "length of the tunnel (rank below 45 of 60, released code) 2 of 4 layers at the end" in measured
    assert (
        "length 1 at step 0; with the threshold at another share of the width 1 at 0.25, 1 at 0.5, 3 at 0.9" in measured
    )
    assert "3.5 (3 to 4) of 8 layers" in measured


def test_a_rank_that_equals_the_threshold_is_not_below_it() -> None:
    assert 0.55 * 100 > 55
    assert rank_limit(0.55, 100) == 55
    assert length_words([2, 3]) == "2.5 (2 to 3)"
    assert length_words([2, 2]) == "2"
    assert length_words([np.nan]) == "no value"
