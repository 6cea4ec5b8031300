"""The phase map and the shares of collapsed networks: their numbers against hand counts over seeds with known fates."""

from __future__ import annotations

import math

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

from extensions_made_up import LAST, Fate, drawn, events, panels, set_fates, written
from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.extensions.collapse import collapse_panels
from grokscope.figures.kinds.heat_map import delay_tile
from grokscope.figures.parts.collapse_shares import Share
from grokscope.figures.parts.contrast import luminance
from grokscope.figures.parts.grid_cells import MARKS, Cell, grid_cells
from grokscope.figures.parts.heat_maps import Scale, Tile, draw_heat_map, ink_on
from grokscope.figures.parts.wording import event_phrase
from grokscope.figures.write import figure_facts
from synthetic_figures import figure_inputs

AXES = ("train_size", "init_scale", "depth", "weight_decay")
DELAYED, EARLY = Fate(fit=100, rises=(2000,)), Fate(fit=100, rises=(400,))
STAGED, NEVER, UNFITTED = Fate(fit=100, rises=(300, 4000)), Fate(fit=100, rises=()), Fate(fit=None)
DEAD_EARLY, DEAD_AFTER = Fate(rises=(), collapse=3000), Fate(rises=(300,), collapse=5000)


@pytest.fixture
def grid() -> ItemInputs:
    """Eight cells at smoke scale, each with fates of its own; by position of size, depth and decay."""
    inputs = figure_inputs("extensions_phase_map", "smoke", seeds=3, steps=3)
    fates = {
        (0, 0, 0): [DELAYED, DELAYED, EARLY],
        (0, 0, 1): [EARLY, EARLY, DELAYED],
        (0, 1, 0): [DELAYED, NEVER, EARLY],  # the seed that never generalises is the latest: the median is DELAYED
        (0, 1, 1): [NEVER, NEVER, EARLY],
        (1, 0, 0): [UNFITTED, UNFITTED, EARLY],
        (1, 0, 1): [DEAD_EARLY, DEAD_AFTER, DEAD_AFTER],
        (1, 1, 0): [STAGED, STAGED, DEAD_AFTER],
        (1, 1, 1): [Fate(diverges=True), STAGED, EARLY],
    }
    for member in inputs.members:
        places = member["positions"]
        set_fates(inputs, member["run"], fates[places["train_size"], places["depth"], places["weight_decay"]])
    return inputs


def cells_by_position(inputs: ItemInputs) -> dict[tuple[int, int, int], Cell]:
    found = grid_cells(inputs, AXES)
    order = ("train_size", "depth", "weight_decay")
    return {
        tuple(m["positions"][axis] for axis in order): found[tuple(m["axes"][axis] for axis in AXES)]
        for m in inputs.members
    }


def test_the_cells_of_the_phase_map_have_the_known_values(grid: ItemInputs) -> None:
    cells = cells_by_position(grid)
    late, soon = math.log10(2001 / 101), math.log10(401 / 101)
    expected = {(0, 0, 0): late, (0, 0, 1): soon, (0, 1, 0): late}
    for place, delay in expected.items():
        assert cells[place].delay == pytest.approx(delay, abs=0.1)
    assert [cells[place].mark for place in ((0, 1, 1), (1, 0, 0), (1, 0, 1))] == ["G", "F", "C"]
    assert {place: cell.stages for place, cell in cells.items()} == {
        (0, 0, 0): 1,
        (0, 0, 1): 1,
        (0, 1, 0): 1,
        (0, 1, 1): 0,
        (1, 0, 0): 1,
        (1, 0, 1): None,
        (1, 1, 0): 2,
        (1, 1, 1): 1.5,
    }
    assert [cells[place].share for place in ((1, 0, 1), (1, 1, 0), (1, 1, 1))] == [
        Share(3, 3, 2),
        Share(3, 1, 1),
        Share(3, 0, 0, 1),
    ]
    assert all(cells[0, depth, decay].share == Share(3) for depth in (0, 1) for decay in (0, 1))


def test_seeds_that_are_still_rising_at_the_end_are_told_from_seeds_that_never_rise(grid: ItemInputs) -> None:
    run = next(member["run"] for member in grid.members if set(member["positions"].values()) == {0})
    rising = Fate(fit=100, rises=(LAST,))
    set_fates(grid, run, [rising, rising, DELAYED])
    assert cells_by_position(grid)[0, 0, 0].mark == "R"
    said = event_phrase(grid, run, "generalisation", "generalisation")
    assert said.endswith(" in 1 of 3 seeds, still rising at the end in 2")
    set_fates(grid, run, [rising, NEVER, NEVER])
    assert cells_by_position(grid)[0, 0, 0].mark == "G"
    said = event_phrase(grid, run, "generalisation", "generalisation")
    assert said == "generalisation still rising at the end in 1 of 3 seeds"


def test_the_delay_is_the_median_over_the_seeds_of_the_events_table(grid: ItemInputs) -> None:
    run = next(member["run"] for member in grid.members if set(member["positions"].values()) == {0})
    dated = events(grid, run)
    lags = np.log10(dated["generalisation"] + 1) - np.log10(dated["fit"] + 1)
    assert cells_by_position(grid)[0, 0, 0].delay == pytest.approx(lags.median())


def test_the_phase_map_writes_every_cell(grid: ItemInputs) -> None:
    figure = drawn(grid)
    maps = panels(figure)
    assert [len(axes.patches) for axes in maps] == [4] * 6  # two sizes in three blocks, four cells each
    texts = [[text.get_text() for text in axes.texts] for axes in maps]
    assert all(part for panel in texts for part in panel)
    assert [text for panel in texts[:2] for text in panel if text in MARKS] == ["G", "F", "C"]
    assert sorted(texts[4] + texts[5]) == sorted(["0/3"] * 6 + ["1/3", "3/3"])
    assert texts[1].count("2/3") == 2  # one seed collapsed, one diverged
    hatched = [patch for axes in maps for patch in axes.patches if patch.get_hatch()]
    assert len(hatched) == 3 + 1  # a cell in which all seeds failed has no surges either
    assert len([axes for axes in figure.axes if axes.get_label() == "<colorbar>"]) == 3
    for mark, meaning in MARKS.items():
        assert f"{mark}: {meaning}" in written(figure)


def test_cells_stand_at_their_depth_and_weight_decay(grid: ItemInputs) -> None:
    cells = cells_by_position(grid)
    for size, axes in enumerate(panels(drawn(grid))[:2]):
        placed = {text.get_position(): text.get_text() for text in axes.texts if "/" not in text.get_text()}
        for (column, row), text in ((place, text) for place, text in placed.items() if text not in MARKS):
            assert text == delay_tile(cells[size, round(row), round(column)]).text
        assert [axes.get_xticks().tolist(), axes.get_yticks().tolist()] == [[0, 1], [0, 1]]
    assert placed[0, 0] == "F"
    assert placed[1, 0] == "C"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0.05", "0.1"]


def test_colours_lie_under_their_numbers() -> None:
    axes = Figure().add_subplot()
    scale = Scale("viridis", 0, 5, "")
    tiles = {(row, column): Tile(3 * row + column, str(3 * row + column)) for row in range(2) for column in range(3)}
    draw_heat_map(axes, tiles, (2, 3), scale)
    assert axes.get_xlim() == (-0.5, 2.5)
    assert axes.get_ylim() == (-0.5, 1.5)
    for patch, text in zip(axes.patches, axes.texts, strict=True):
        x, y = patch.get_xy()
        assert text.get_position() == (x + 0.5, y + 0.5)
        assert int(text.get_text()) == 3 * (y + 0.5) + x + 0.5
        np.testing.assert_allclose(patch.get_facecolor(), matplotlib.colormaps["viridis"](int(text.get_text()) / 5))


def test_marks_of_cells_without_a_date() -> None:
    four = Share(4)
    assert Cell(Share()).mark == "-"
    assert Cell(Share(4, 4)).mark == "C"
    assert Cell(four, (), (0, 1, 0, 0)).mark == "F"
    assert Cell(four, (0.5,), (1, 1, 1, 1)).mark == "F"
    assert (
        Cell(four, (0.5, 0.7, math.inf, math.inf), (1, 1, 0, 0)).mark == "G"
    )  # half of them are no majority with a date
    assert Cell(four, (0.5, math.inf, 0.7), (1, 0, 1, 1)).delay == 0.7
    assert delay_tile(Cell(four, (0.5, 0.7, 0.9, math.inf), (1, 1, 1, 1))).remark == "3/4"
    assert delay_tile(Cell(four, (-0.25,) * 4, (1, 1, 1, 1))).text == "\N{MINUS SIGN}0.25"


def test_numbers_can_be_read_on_their_colours() -> None:
    for name in ("viridis", "cividis", "magma_r"):
        for colour in matplotlib.colormaps[name](np.linspace(0, 1, 50)):
            light, ink = luminance(colour), 0.0 if ink_on(colour) == "black" else 1.0
            assert (max(light, ink) + 0.05) / (min(light, ink) + 0.05) >= 4.5


def test_collapses_are_counted_by_hand() -> None:
    inputs = figure_inputs("extensions_collapse", "smoke", seeds=2, steps=3)
    dead = {
        (0, 0, 1): [DEAD_EARLY, DEAD_AFTER],
        (1, 1, 1): [DEAD_AFTER, DELAYED],
        (1, 1, 0): [Fate(diverges=True), DELAYED],
    }
    for member in inputs.members:
        if member["sweep"] == "phase_map":
            place = tuple(member["positions"][axis] for axis in ("train_size", "depth", "weight_decay"))
            set_fates(inputs, member["run"], dead.get(place, [DELAYED, DELAYED]))
    found = {(panel.sweep, panel.axis): list(panel.bars.values()) for panel in collapse_panels(inputs)}
    assert found["phase_map", "depth"] == [Share(8, 2, 1), Share(8, 1, 1, 1)]
    assert found["phase_map", "train_size"] == [Share(8, 2, 1), Share(8, 1, 1, 1)]
    assert found["phase_map", "weight_decay"] == [Share(8, 0, 0, 1), Share(8, 3, 2)]
    assert found["phase_map", "init_scale"] == [Share(16, 3, 2, 1)]
    assert found["arithmetic", "dtype"] == [Share(2), Share(2)]
    figure = drawn(inputs)
    by_axis = {(axes.get_title(), axes.get_xlabel()): axes for axes in panels(figure)}
    decay = by_axis["phase map", "weight decay"]
    assert [text.get_text() for text in decay.texts] == ["0/8", "3/8"]
    after, without = decay.patches[-2:]
    assert (after.get_height(), without.get_y(), without.get_height()) == pytest.approx((25, 25, 12.5))
    assert "none of 4 collapsed" in [text.get_text() for text in by_axis["deepest network", "arithmetic"].texts]
    assert "3 collapsed, 2 of these after a first surge" in figure_facts(inputs)["measured"]


def test_the_interval_of_a_share() -> None:
    low, high = Share(10, 0).interval
    assert low == 0
    assert high == pytest.approx(1 - 0.025 ** (1 / 10))
    assert Share(20, 5).interval == pytest.approx((0.0866, 0.4910), abs=1e-4)
    assert all(math.isnan(bound) for bound in Share().interval)


def test_made_up_fates_are_seen_as_such() -> None:
    inputs = figure_inputs("extensions_phase_map", "smoke", seeds=1, steps=3)
    run = inputs.members[0]["run"]
    set_fates(inputs, run, [STAGED, DEAD_AFTER])
    dated = events(inputs, run)
    assert dated.loc[0, ["surge_1", "surge_2"]].to_numpy(dtype=float) == pytest.approx([300, 4000], rel=0.1)
    assert dated.loc[1, "collapsed"] == pytest.approx(5000, rel=0.1)
    assert dated.loc[1, "collapsed"] < LAST
