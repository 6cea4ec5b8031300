"""Figures of maps of local complexity from made-up arrays: what each panel shows, and the words beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from pydantic import ValidationError

from grokscope.analysis.inputs import ItemInputs
from grokscope.config.drawing import Drawing
from grokscope.figures.kinds.complexity_maps.figure import relative_norm, relative_ticks
from grokscope.figures.write import figure_facts
from synthetic_embeddings import HALF_WIDTH, SAMPLES, keep_maps, made_up_maps
from synthetic_figures import drawn, figure_inputs

NOTHING = np.zeros((0, 0, 0), dtype=np.int32)


def kept(figure: str, folder: Path, blocks: int = 2, scale: str = "quick") -> ItemInputs:
    inputs = figure_inputs(figure, scale, seeds=2, steps=6, metrics=("accuracy", "embedding_map"))
    maps = {0: NOTHING, 249: made_up_maps(blocks, late=False), 4000: made_up_maps(blocks, late=True)}
    return keep_maps(inputs, folder, maps)


def panels(figure: Figure) -> list[Axes]:
    return [axes for axes in figure.axes if axes.get_label() != "<colorbar>" and axes.get_visible()]


def bars(figure: Figure) -> list[Axes]:
    return [axes for axes in figure.axes if axes.get_label() == "<colorbar>"]


def shown(axes: Axes) -> np.ndarray:
    return np.asarray(axes.images[0].get_array())


def test_the_last_block_at_both_steps_as_published_and_in_relation_to_its_mean(tmp_path: Path) -> None:
    figure = drawn(kept("always_grok_fig11", tmp_path))
    found = panels(figure)
    names = ["block 2, step 249", "block 2, step 4 000"]
    assert [axes.get_title() for axes in found] == [*names, *names]
    for axes, late in zip(found, (False, True, False, True), strict=True):
        cuts = made_up_maps(2, late)[-1]
        relative = axes in found[2:]
        norm = axes.images[0].norm
        wanted = np.maximum(cuts / cuts.mean(), norm.vmin) if relative else cuts
        np.testing.assert_allclose(shown(axes), wanted)
        assert axes.images[0].get_extent() == [-HALF_WIDTH, HALF_WIDTH, -HALF_WIDTH, HALF_WIDTH]
        assert axes.images[0].origin == "lower"
        places = [(line.get_xdata()[0], line.get_ydata()[0]) for line in axes.lines]
        np.testing.assert_allclose(places, SAMPLES)
        assert [text.get_text() for text in axes.texts] == ["1", "2", "3"]
        assert isinstance(norm, LogNorm) == relative
    assert (found[0].images[0].norm.vmin, found[0].images[0].norm.vmax) == (0, 100)
    assert [axes.get_ylabel().split("\n")[0] for axes in bars(figure)] == [
        "neurons cut around a point",
        "neurons cut, as multiples",
    ]
    assert "(seed 0)" in figure.get_suptitle()


def test_a_panel_for_each_block_in_rows_of_six(tmp_path: Path) -> None:
    figure = drawn(kept("always_grok_fig20", tmp_path, blocks=12))
    found = panels(figure)
    assert [axes.get_title() for axes in found] == [f"block {block}" for block in range(1, 13)] * 2
    np.testing.assert_array_equal(shown(found[4]), made_up_maps(12, late=True)[4])
    left = {round(axes.get_position().x0, 2) for axes in found[:12]}
    assert len(left) == 6


def test_words_say_how_many_neurons_are_cut_near_the_sequences(tmp_path: Path) -> None:
    inputs = kept("always_grok_fig11", tmp_path)
    text = str(figure_facts(inputs))
    late = made_up_maps(2, late=True)[-1].astype(float)
    line = np.linspace(-HALF_WIDTH, HALF_WIDTH, len(late))
    x, y = np.meshgrid(line, line)
    near = np.minimum.reduce([np.hypot(x - one, y - two) for one, two in SAMPLES]) <= 0.15 * HALF_WIDTH
    assert f"{late[near].mean():.1f} near the sequences ({late[near].mean() / late.mean():.2f} times the mean)" in text
    assert f"{late.mean():.1f} neurons cut on average, {late.max():.0f} at most" in text
    assert f"{100 * (late >= 100).mean():.0f} % of the points at the clamp or above" in text


def test_maps_without_values_or_cuts_are_named(tmp_path: Path) -> None:
    inputs = figure_inputs("always_grok_fig19", "quick", seeds=2, steps=6, metrics=("accuracy", "embedding_map"))
    maps = np.stack([np.zeros((5, 5), dtype=np.int32), np.full((5, 5), -1, dtype=np.int32)])
    figure = drawn(keep_maps(inputs, tmp_path, {250: maps}))
    texts = [[text.get_text() for text in axes.texts] for axes in panels(figure)]
    assert texts == [["1", "2", "3"], ["no finite value"], ["no neuron is cut"], ["no finite value"]]


def test_a_run_without_maps_says_so(tmp_path: Path) -> None:
    inputs = figure_inputs("always_grok_fig19", "quick", seeds=2, steps=6, metrics=("accuracy", "embedding_map"))
    for kept_inputs in (inputs, keep_maps(inputs, tmp_path, {0: NOTHING})):
        assert [text.get_text() for text in drawn(kept_inputs).axes[0].texts] == ["not measured"]


def test_the_scale_of_relative_maps_reaches_as_far_below_the_mean_as_above() -> None:
    norm = relative_norm([np.array([0.0, 0.25, 1.0, 2.0, np.nan])])
    assert norm.vmin * norm.vmax == pytest.approx(1)  # type: ignore[operator]
    assert 2 < norm.vmax <= 4  # type: ignore[operator]
    assert relative_norm([]).vmax == pytest.approx(1.1)


def test_drawings_of_maps_are_checked() -> None:
    with pytest.raises(ValidationError, match="clamped_at"):
        Drawing.model_validate({"complexity_maps": {"steps": {"smoke": [1], "quick": [1], "paper": [1]}}})


@pytest.mark.parametrize("reach", [1.1, 1.3, 2.0, 3.2, 8.0, 60.0])
def test_named_multiples_lie_apart_and_on_both_sides_of_the_mean(reach: float) -> None:
    ticks = np.array(relative_ticks(reach))
    assert len(ticks) >= 3
    assert 1.0 in ticks
    assert ticks.max() <= reach
    np.testing.assert_allclose(ticks * ticks[::-1], 1)
    assert np.diff(np.log(ticks)).min() >= 0.09 * 2 * np.log(reach)
