"""Curve grids: figures that need no Python but an entry of YAML."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from scipy import stats

from grokscope.analysis.inputs import ItemInputs
from grokscope.config.drawing import Drawing
from grokscope.figures.parts.letters import letter_panels
from grokscope.figures.parts.panels import draw_curves
from grokscope.figures.parts.style import SPLIT_COLOURS
from grokscope.figures.write import figure_facts
from synthetic_figures import drawn, figure_inputs


def gridded(figure: str, grid: dict[str, Any], scale: str = "quick", seeds: int = 2, steps: int = 12) -> ItemInputs:
    """Inputs of a figure that is drawn by another curve grid than its own."""
    inputs = figure_inputs(figure, scale, seeds=seeds, steps=steps)
    inputs.item["settings"]["draw"] = Drawing.model_validate({"curve_grid": grid}).model_dump(
        mode="json", exclude_defaults=True
    )
    return inputs


def bold(axes: Axes) -> list[Any]:
    return [line for line in axes.lines if len(line.get_xdata()) > 2 and line.get_linewidth() > 1]


def complexity(inputs: ItemInputs, run: str, split: str) -> np.ndarray:
    table = inputs.runs[run].table("local_complexity")
    return table[(table["split"] == split) & (table["layer"] == 0)].groupby("step")["value"].mean().to_numpy()


def test_rows_of_points_and_colours_along_an_axis() -> None:
    """The grid of P2's sweeps of width, data and decay: rows for train, test and random points, a colour a value."""
    rows = [{"curves": [{"curve": "complexity", "split": split}]} for split in ("train", "test", "random")]
    inputs = gridded("always_grok_fig10", {"colours": "depth", "rows": rows, "events": ["migration"]})
    figure = drawn(inputs)
    assert len(figure.axes) == 3
    for axes, split in zip(figure.axes, ("train", "test", "random"), strict=True):
        assert f"local complexity, {split} points" in axes.get_ylabel()
        lines = bold(axes)
        assert len({to_rgb(line.get_color()) for line in lines}) == len(inputs.members) == 5
        for line, member in zip(lines, inputs.members, strict=True):
            np.testing.assert_allclose(line.get_ydata(), complexity(inputs, member["run"], split))
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert [label for label in labels if label.startswith("depth")] == [f"depth {depth}" for depth in (2, 3, 4, 5, 6)]
    assert "local complexity at random points" in figure_facts(inputs)["measured"]


def test_several_kinds_of_points_share_a_panel() -> None:
    row = {"curves": [{"curve": "complexity", "split": split} for split in ("train", "random")]}
    figure = drawn(gridded("always_grok_fig10", {"columns": "depth", "rows": [row]}))
    assert [[to_rgb(line.get_color()) for line in bold(axes)] for axes in figure.axes] == [
        [SPLIT_COLOURS["train"], SPLIT_COLOURS["random"]]
    ] * 5


def test_steps_may_be_linear() -> None:
    grid = {"columns": "depth", "rows": [{"curves": ["test_accuracy"]}], "steps": "linear"}
    inputs = gridded("deep_grokking_fig2", grid | {"down": "train_size"}, seeds=3, steps=40)
    run = inputs.members[0]["run"]
    axes = drawn(inputs).axes[0]
    assert axes.get_xscale() == "linear"
    assert bold(axes)[0].get_xdata()[0] == 0
    assert axes.get_ylabel() == "test accuracy (%)"
    dates = inputs.runs[run].events().query("event == 'generalisation'")["step"]
    assert [line.get_xdata()[0] for line in axes.lines if len(line.get_xdata()) == 2] == [dates.median()]


def test_every_size_of_the_attack_has_a_colour_and_words() -> None:
    inputs = gridded(
        "always_grok_fig2",
        {"rows": [{"curves": ["robust_accuracy"]}, {"curves": ["zero_gradient"]}], "events": ["robustness_onset"]},
    )
    epsilons = sorted(inputs.runs[inputs.members[0]["run"]].table("adversarial")["epsilon"].unique())
    accuracy, gradient = drawn(inputs).axes
    assert len(bold(accuracy)) == len(bold(gradient)) == len(epsilons)
    assert len({to_rgb(line.get_color()) for line in bold(accuracy)}) == len(epsilons)
    assert accuracy.get_ylabel() == "accuracy (%)"
    assert all(f"epsilon {epsilon:g}" in figure_facts(inputs)["measured"] for epsilon in epsilons)


def test_the_authors_curves_lie_over_ours_where_the_settings_agree_else_beside() -> None:
    grid = {
        "rows": [{"curves": ["train_accuracy", "test_accuracy"]}, {"curves": [{"curve": "complexity"}]}],
        "authors": "over",
    }
    over = gridded("always_grok_fig2", grid, "paper")
    figure = drawn(over)
    assert len(figure.axes) == 2
    reference = over.reference["always_grok_fig02_local_complexity.csv"]
    theirs = reference[reference["split"] == "train"].sort_values("step")
    dashed = [line for line in figure.axes[1].lines if line.get_linestyle() == "--"]
    assert len(dashed) == 1
    np.testing.assert_allclose(dashed[0].get_ydata(), theirs["value"])
    np.testing.assert_allclose(dashed[0].get_xdata(), theirs["step"] + 1)
    assert figure_facts(over)["comparable"]["overlaid"]
    shorter = gridded("always_grok_fig2", grid, "quick")  # the paper's settings for fewer steps
    assert figure_facts(shorter)["comparable"]["overlaid"]
    assert any("training.steps" in remark for remark in figure_facts(shorter)["comparable"]["remarks"])
    beside = gridded("always_grok_fig2", grid, "smoke")
    figure = drawn(beside)
    assert [axes.get_title() for axes in figure.axes[:2]] == ["Ours", "Authors' values (paper's settings)"]
    np.testing.assert_allclose(figure.axes[3].lines[0].get_ydata(), theirs["value"])
    assert figure_facts(beside)["comparable"]["beside"]


def test_intervals_end_where_values_do() -> None:
    inputs = figure_inputs("deep_grokking_fig2", "smoke", seeds=2, steps=8)
    for tables in inputs.runs.values():
        table = tables.tables["accuracy"]
        table.loc[table["seed"] == 1, "accuracy"] *= 0.7
    shaded = [
        path.vertices[:, 1] for axes in drawn(inputs).axes for part in axes.collections for path in part.get_paths()
    ]
    assert max(values.max() for values in shaded) == 100
    assert min(values.min() for values in shaded) == 0
    axes = Figure().add_subplot()
    train = inputs.runs[inputs.members[0]["run"]].tables["accuracy"].query("split == 'train'")
    draw_curves(axes, train.pivot(index="step", columns="seed", values="accuracy"), (0, 0, 0))
    assert (
        axes.collections[0].get_paths()[0].vertices[:, 1].max() > 1
    )  # without a bound above, it goes as far as Student's t says


def test_intervals_of_curves_below_zero_are_not_cut_at_zero() -> None:
    axes = Figure().add_subplot()
    draw_curves(axes, pd.DataFrame({0: [-3.0, -9.0], 1: [-5.0, -7.0]}, index=[1, 2]), (0, 0, 0), shift=0)
    half = float(stats.t.ppf(0.975, 1))
    shaded = axes.collections[0].get_paths()[0].vertices[:, 1]
    assert (shaded.min(), shaded.max()) == pytest.approx((-8 - half, -4 + half))


def test_means_on_logarithmic_axes_are_geometric_and_only_where_all_seeds_are_above_zero() -> None:
    axes = Figure().add_subplot()
    curves = pd.DataFrame({0: [1.0, 1e-8, 0.0], 1: [100.0, 1e-2, 1.0]}, index=[1, 2, 3])
    draw_curves(axes, curves, (0, 0, 0), shift=0, logarithmic=True)
    assert axes.lines[-1].get_ydata() == pytest.approx([10.0, 1e-5, np.nan], nan_ok=True)
    # the interval of Student's t over the logarithms 0 and 2, and -8 and -2
    low = axes.collections[0].get_paths()[0].vertices[:, 1]
    quantile = float(stats.t.ppf(0.975, 1))
    assert np.log10(low.max()) == pytest.approx(-5 + 3 * quantile)
    assert np.log10(low.min()) == pytest.approx(-5 - 3 * quantile)


def test_fit_and_generalisation_are_marked_where_delay_is_the_point() -> None:
    for name in ("deep_grokking_fig1", "deep_grokking_fig2"):
        inputs = figure_inputs(name, "quick", seeds=3, steps=40)
        events = inputs.runs[inputs.members[0]["run"]].events()
        upright = [line.get_xdata()[0] - 1 for line in drawn(inputs).axes[0].lines if len(line.get_xdata()) == 2]
        assert upright == [events.loc[events["event"] == event, "step"].median() for event in ("fit", "generalisation")]


def test_panels_have_letters_row_by_row() -> None:
    figure = drawn(figure_inputs("deep_grokking_fig1", "smoke", seeds=1, steps=6))
    letter_panels(figure)
    panels = [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]
    found = [
        (
            axes.get_title()[:12]
            if axes.get_title()
            else next(text.get_text() for text in axes.texts if "mathbf" in text.get_text())
        )
        for axes in panels
    ]
    assert found == [rf"$\mathbf{{{letter}}}$" for letter in "abcdefghi"]
    assert not any(
        "mathbf" in axes.get_title() + "".join(text.get_text() for text in axes.texts)
        for axes in figure.axes
        if axes not in panels
    )


def test_an_axis_of_epochs_has_every_run_at_its_own_pace() -> None:
    """Ten batches of 10 of 100 images are an epoch, and two and a half of 40, of which the last is a smaller one."""
    grid = {"colours": "depth", "steps": "epochs", "rows": [{"curves": ["train_accuracy"]}], "events": ["fit"]}
    inputs = gridded("always_grok_fig10", grid)
    paces = {}
    for member, batch in zip(inputs.members, (10, 40, 100, 100, 100), strict=True):
        settings = inputs.settings[member["run"]]
        settings = settings.get("settings", settings)
        settings["data"]["train_size"], settings["training"]["batch_size"] = 100, batch
        paces[member["run"]] = {10: 0.1, 40: 1 / 3, 100: 1.0}[batch]
    (axes,) = drawn(inputs).axes
    assert axes.get_xlabel() == "epochs"
    for line, member in zip(bold(axes), inputs.members, strict=True):
        steps = np.unique(inputs.runs[member["run"]].table("accuracy")["step"])
        np.testing.assert_allclose(line.get_xdata(), (steps + 1) * paces[member["run"]])
    last = max(inputs.runs[member["run"]].table("accuracy")["step"].max() for member in inputs.members)
    assert axes.get_xlim() == (pytest.approx(0.09), pytest.approx(1.1 * (last + 1)))
