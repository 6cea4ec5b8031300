"""P1 Figs 5, 6 and 7: what their panels show, in numbers; and that no label of P1's figures hides another."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from scipy import stats

from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.parts.events import event_name
from grokscope.figures.write import figure_facts
from synthetic_figures import blank_seed, drawn, figure_inputs

DEEP_GROKKING = tuple(f"deep_grokking_fig{number}" for number in range(1, 8))


def bold(axes: Axes, dashed: bool = False) -> list[Line2D]:
    """The means of a panel, in the order of drawing."""
    return [
        line
        for line in axes.lines
        if len(line.get_xdata()) > 2 and line.get_linewidth() > 1 and (line.get_linestyle() == "--") == dashed
    ]


def upright(axes: Axes) -> list[Line2D]:
    return [line for line in axes.lines if len(line.get_xdata()) == 2]


def values(inputs: ItemInputs, axis: str) -> list:
    """Values on an axis, ascending; they differ by scale and are the experiments' business."""
    return sorted({member["axes"][axis] for member in inputs.members})


def median_step(inputs: ItemInputs, run: str, event: str) -> float:
    events = inputs.runs[run].events()
    return float(np.nanmedian(events.loc[events["event"] == event, "step"]))


def test_fig5_shows_the_total_norm_and_the_second_last_layer() -> None:
    inputs = figure_inputs("deep_grokking_fig5", "quick", seeds=3)
    figure = drawn(inputs)
    for column, depth in enumerate(values(inputs, "depth")):
        runs = [member["run"] for member in inputs.members if member["axes"]["depth"] == depth]
        accuracy, norm, rank = (figure.axes[3 * row + column] for row in range(3))
        assert accuracy.get_title() == f"depth {depth}"
        for place, run in enumerate(runs):
            tables = inputs.runs[run]
            table = tables.table("weight_norm")
            norms = table[table["layer"] == 0].groupby("step")["norm"].apply(stats.gmean)  # the axis is logarithmic
            np.testing.assert_allclose(bold(norm)[place].get_ydata(), norms)
            ranks = (
                tables.table("rank")
                .query("layer == @depth - 1 and definition == 'relative_1e-3'")
                .groupby("step")["rank"]
                .mean()
            )
            np.testing.assert_allclose(bold(rank)[place].get_ydata(), ranks)
            table = tables.table("accuracy")
            for split, dashed in (("train", True), ("test", False)):
                means = 100 * table[table["split"] == split].groupby("step")["accuracy"].mean()
                np.testing.assert_allclose(bold(accuracy, dashed)[place].get_ydata(), means)
        assert norm.get_yscale() == "log"


def test_fig5_has_one_colour_a_size_for_curves_and_events() -> None:
    inputs = figure_inputs("deep_grokking_fig5", "quick", seeds=3, steps=60)
    figure = drawn(inputs)
    deepest = [member for member in inputs.members if member["axes"]["depth"] == values(inputs, "depth")[-1]]
    sizes = values(inputs, "train_size")
    assert [member["axes"]["train_size"] for member in deepest] == sizes
    for axes in (figure.axes[2], figure.axes[5], figure.axes[8]):
        colours = [to_rgb(line.get_color()) for line in bold(axes)]
        assert len(set(colours)) == 2
        dates = {to_rgb(line.get_color()): line.get_xdata()[0] for line in upright(axes)}
        for colour, member in zip(colours, deepest, strict=True):
            assert dates[colour] == median_step(inputs, member["run"], "generalisation") + 1
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert {*(f"N = {size} training images" for size in sizes), "train accuracy", "test accuracy"} <= set(labels)


def test_fig5_notes_failed_seeds_by_size() -> None:
    inputs = blank_seed(figure_inputs("deep_grokking_fig5", "smoke", seeds=2, steps=6), 1)
    remarks = [text.get_text() for text in drawn(inputs).axes[0].texts]
    assert remarks == ["\n".join(f"N = {size}: 1 of 2 seeds diverged" for size in values(inputs, "train_size"))]


def two_stages(inputs: ItemInputs, run: str, seeds: tuple[int, ...]) -> None:
    """Give these seeds a plateau of test accuracy at 50 %, and ranks that fall, rise and fall again."""
    last = inputs.runs[run].tables["accuracy"]["step"].max()

    def rise(step: np.ndarray, share: float) -> np.ndarray:
        return 1 / (1 + np.exp(-10 * (np.log10(step + 1) - np.log10(share * last + 1))))

    accuracy, spectra = inputs.runs[run].tables["accuracy"], inputs.runs[run].tables["spectra"]
    chosen = accuracy["seed"].isin(seeds) & (accuracy["split"] == "test")
    steps = accuracy.loc[chosen, "step"].to_numpy()
    accuracy.loc[chosen, "accuracy"] = 0.1 + 0.4 * rise(steps, 0.01) + 0.4 * rise(steps, 0.3)
    decays = 0.1 * (
        1
        + 12 * rise(spectra["step"].to_numpy(), 0.01)
        - 11 * rise(spectra["step"].to_numpy(), 0.06)
        + 20 * rise(spectra["step"].to_numpy(), 0.3)
    )
    rows = zip(spectra["eigenvalues"], decays, spectra["seed"], strict=True)
    spectra["eigenvalues"] = [
        np.exp(-decay * np.arange(len(values))) if seed in seeds else values for values, decay, seed in rows
    ]


@pytest.mark.parametrize("name", ["deep_grokking_fig6", "deep_grokking_fig7"])
def test_stages_are_marked_at_their_medians_and_counted(name: str) -> None:
    inputs = figure_inputs(name, "quick", seeds=3, steps=80)
    run = inputs.members[2]["run"]
    two_stages(inputs, run, (0, 1))
    figure = drawn(inputs)
    accuracy, rank = figure.axes[2], figure.axes[5]
    assert accuracy.get_title() == f"weight decay {values(inputs, 'weight_decay')[2]:g}"
    for axes, events in ((accuracy, ("surge_1", "surge_2")), (rank, ("rank_collapse", "rank_second_descent"))):
        found = upright(axes)
        expected = [median_step(inputs, run, event) + 1 for event in ("generalisation", *events)]
        assert [line.get_xdata()[0] for line in found] == expected
        assert len({str(line._unscaled_dash_pattern) for line in found}) == 3  # told apart without colours
    assert [text.get_text() for text in accuracy.texts] == ["I", "II (2/3)"]
    assert [text.get_text() for text in rank.texts] == ["I", "II (2/3)"]
    assert "second surge of test accuracy at step" in figure_facts(inputs)["measured"]
    assert "second descent of rank at step" in figure_facts(inputs)["measured"]
    assert "(k/n): in k of n seeds" in [text.get_text() for text in figure.legends[0].get_texts()]


def test_the_second_last_layer_is_the_boldest() -> None:
    inputs = figure_inputs("deep_grokking_fig6", "quick", seeds=2)
    figure = drawn(inputs)
    for column, member in enumerate(inputs.members):
        depth = inputs.settings[member["run"]]["model"]["depth"]
        lines = bold(figure.axes[3 + column])
        widths = [line.get_linewidth() for line in lines]
        assert widths.index(max(widths)) == depth - 2
        assert sorted(widths)[-2] < max(widths)
        table = inputs.runs[member["run"]].table("rank").query("layer == @depth - 1 and definition == 'relative_1e-3'")
        np.testing.assert_allclose(lines[depth - 2].get_ydata(), table.groupby("step")["rank"].mean())


def test_the_definition_that_the_detectors_read_is_named_where_another_is_drawn() -> None:
    double, single = (figure_inputs("deep_grokking_fig6", scale, 1, 4) for scale in ("paper", "quick"))
    assert event_name(double, "rank_collapse") == "rank collapse (above 1/1000 of the largest)"
    assert event_name(single, "rank_collapse") == "rank collapse"


@pytest.mark.parametrize("scale", ["smoke", "paper"])
@pytest.mark.parametrize("name", DEEP_GROKKING)
def test_no_label_is_cut_off_or_lies_over_another(name: str, scale: str) -> None:
    figure = drawn(figure_inputs(name, scale, seeds=2, steps=6))
    figure.draw_without_rendering()
    page = figure.bbox
    axes = [one for one in figure.axes if one.get_label() != "<colorbar>"]
    labels = [one.yaxis.label.get_window_extent() for one in axes if one.get_ylabel()] + [
        one.title.get_window_extent() for one in axes if one.get_title()
    ]
    labels += [one.xaxis.label.get_window_extent() for one in axes if one.get_xlabel()] + [
        figure.legends[0].get_window_extent()
    ]
    for place, box in enumerate(labels):
        assert page.x0 <= box.x0
        assert box.x1 <= page.x1
        assert page.y0 <= box.y0
        assert box.y1 <= page.y1
        assert not any(box.overlaps(other) for other in labels[place + 1 :])
