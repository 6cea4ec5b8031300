"""The figures of our own experiments: they draw whatever is missing, and their numbers are those of the tables."""

from __future__ import annotations

import numpy as np
import pytest

from extensions_made_up import Fate, bold_curves, drawn, events, panels, set_fates, set_ranks, written
from grokscope.config.rank_words import RANK_WORDS
from grokscope.errors import UserError
from grokscope.figures.extensions.interventions import BLACK, member_colours
from grokscope.figures.extensions.rank_definitions import GROUPS
from grokscope.figures.write import figure_facts
from grokscope.metrics.rank import DEFINITIONS
from synthetic_figures import blank_seed, figure_inputs

CURVES = (
    "both_measures",
    "rank_definitions",
    "interventions",
    "other_data",
    "init_scales",
    "arithmetic",
    "weight_decay_depths",
    "candidate_sizes",
)
OF_CURVES = tuple(f"extensions_{name}" for name in CURVES)
OF_GRIDS = ("extensions_collapse", "extensions_phase_map")
FIGURES = (*OF_CURVES, *OF_GRIDS)
STEPS = 8


@pytest.mark.parametrize("name", OF_CURVES)
@pytest.mark.parametrize("scale", ["smoke", "quick"])
def test_curves_have_log_axes_and_units(name: str, scale: str) -> None:
    figure = drawn(figure_inputs(name, scale, seeds=2, steps=STEPS))
    for axes in panels(figure):
        assert axes.get_xscale() == "log"
        assert axes.get_xlim()[0] > 0
        assert bold_curves(axes)
    assert "optimiser steps + 1" in written(figure)
    assert ("no scientific meaning" in figure.get_suptitle()) == (scale == "smoke")


@pytest.mark.parametrize("name", OF_GRIDS)
def test_grids_draw_at_quick_scale(name: str) -> None:
    inputs = figure_inputs(name, "quick", seeds=2, steps=STEPS)
    figure = drawn(inputs)
    assert "2 seeds" in figure.get_suptitle()
    expected = 8 if name == "extensions_collapse" else 3 * 6
    assert len(panels(figure)) == expected


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("case", ["one_seed", "nan_seed", "only_nan", "no_rows", "no_table"])
def test_incomplete_inputs_do_not_stop_a_figure(name: str, case: str) -> None:
    inputs = figure_inputs(name, "smoke", seeds=1 if case in ("one_seed", "only_nan") else 2, steps=STEPS)
    if case.endswith("nan") or case == "nan_seed":
        inputs = blank_seed(inputs, 0)
    for tables in inputs.runs.values() if case.startswith("no_") else ():
        for metric in list(tables.tables):
            tables.tables[metric] = tables.tables[metric].iloc[:0]
            if case == "no_table":
                del tables.tables[metric]
        inputs.settings.clear()
    figure, facts = drawn(inputs), figure_facts(inputs)
    assert facts["measured"]
    assert "nan" not in facts["measured"].lower()
    assert (
        facts["comparable"]["overlaid"]
        is facts["comparable"]["beside"]
        is facts["comparable"]["same_settings"]
        is False
    )
    assert facts["comparable"]["reason"] == "an experiment of our own"
    assert facts["distances"] == []
    if case.startswith("no_"):
        assert "not measured" in written(figure)
    if case.endswith("nan") and name in OF_CURVES:
        assert "diverged" in written(figure)


def test_events_of_both_measures_are_told_apart_without_colour() -> None:
    inputs = figure_inputs("extensions_both_measures", "quick", seeds=3, steps=24)
    figure = drawn(inputs)
    run = inputs.members[0]["run"]
    dated = events(inputs, run)
    column = panels(figure)[0:9:3]
    upright = [line for line in column[0].lines if len(line.get_xdata()) == 2]
    expected = {event: dated[event].median() + 1 for event in ("generalisation", "rank_collapse", "migration")}
    assert [line.get_xdata()[0] for line in upright] == pytest.approx(list(expected.values()))
    assert len({str(line._unscaled_dash_pattern) for line in upright}) == 3
    names = [[text.get_text() for text in axes.texts] for axes in column]
    assert names == [["generalisation"], ["rank collapse"], ["migration"]]
    complexity = inputs.runs[run].table("local_complexity")
    means = complexity[(complexity["split"] == "train") & (complexity["layer"] == 0)].groupby("step")["value"].mean()
    np.testing.assert_allclose(bold_curves(column[2])[0].get_ydata(), means)


def test_each_definition_of_rank_has_its_line() -> None:
    inputs = figure_inputs("extensions_rank_definitions", "smoke", seeds=2, steps=STEPS)
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(DEFINITIONS)
    rows = panels(drawn(inputs))[3:12:3]
    run = inputs.members[0]["run"]
    rank, layer = inputs.runs[run].table("rank"), inputs.settings[run]["model"]["depth"] - 1
    for axes, names in zip(rows, GROUPS.values(), strict=True):
        for line, name in zip(bold_curves(axes), names, strict=True):
            chosen = rank[(rank["layer"] == layer) & (rank["definition"] == name)]
            np.testing.assert_allclose(line.get_ydata(), chosen.groupby("step")["rank"].mean())
        assert len({str(line._unscaled_dash_pattern) for line in bold_curves(axes)}) == len(names)


def test_the_run_without_intervention_is_black_in_every_column() -> None:
    inputs = figure_inputs("extensions_interventions", "smoke", seeds=2, steps=STEPS)
    shared = {member["run"] for member in inputs.members if member["axes"].get("strength") == 0}
    assert len(shared) == 1
    for sweep in ("rank_penalties", "nuclear_norms", "bottlenecks"):
        black = [member["run"] for member, colour in member_colours(inputs, sweep) if colour == BLACK]
        assert set(black) == shared
        assert len(black) == 1
    (run,) = shared
    norm = inputs.runs[run].table("weight_norm")
    means = norm[norm["layer"] == 0].groupby("step")["norm"].mean()
    for axes in panels(drawn(inputs))[6:9]:
        (line,) = (line for line in bold_curves(axes) if line.get_color() == BLACK)
        np.testing.assert_allclose(line.get_ydata(), means)


def test_both_arithmetics_are_shown_by_both_definitions() -> None:
    inputs = figure_inputs("extensions_arithmetic", "quick", seeds=2, steps=STEPS)
    members = [member for member in inputs.members if member["sweep"] == "arithmetic"]
    figure = drawn(inputs)
    for axes, definition in zip(panels(figure)[1:3], ("p1_code", "relative_1e-3"), strict=True):
        assert axes.get_title() == f"rank: {RANK_WORDS[definition]}"
        for line, member in zip(bold_curves(axes), members, strict=True):
            rank = inputs.runs[member["run"]].table("rank")
            chosen = rank[
                (rank["layer"] == inputs.settings[member["run"]]["model"]["depth"] - 1)
                & (rank["definition"] == definition)
            ]
            np.testing.assert_allclose(line.get_ydata(), chosen.groupby("step")["rank"].mean())
    assert [axes.get_title() for axes in panels(figure)[3:]] == ["depth 4", "depth 6", "depth 8"]


def test_seeds_that_do_as_published_are_counted_at_every_depth() -> None:
    inputs = figure_inputs("extensions_weight_decay_depths", "smoke", seeds=3, steps=STEPS)
    never, with_fit, late, twice, dead = (
        Fate(rises=()),
        Fate(fit=1500, rises=(1500,)),
        Fate(),
        Fate(rises=(600, 8000)),
        Fate(collapse=15_000),
    )
    for member in inputs.members:
        fates = [late, late, late]
        if member["positions"]["depth"] == 1:
            wanted = ((never, late, twice), (with_fit, late, twice))[member["positions"]["train_size"]][
                member["positions"]["weight_decay"]
            ]
            fates = [wanted, wanted, dead]
        set_fates(inputs, member["run"], fates)
    depths = [
        member["axes"]["depth"]
        for member in inputs.members
        if member["positions"]["train_size"] == member["positions"]["weight_decay"] == 0
    ]
    told = ", ".join(f"{share} % at depth {depth}" for share, depth in zip((33, 67, 33), depths, strict=True))
    assert figure_facts(inputs)["measured"].startswith(f"Seeds that do what the paper reports: {told}.")
    cell, dead_ones = panels(drawn(inputs))[1], "2/3 (1 of 3 seeds collapsed)"
    note = f"as published\nno generalisation: {dead_ones}\ndelayed generalisation: {dead_ones}\ntwo stages: {dead_ones}"
    assert note in [text.get_text() for text in cell.texts]


def test_another_grid_of_weight_decays_is_a_users_error() -> None:
    inputs = figure_inputs("extensions_weight_decay_depths", "smoke", seeds=2, steps=STEPS)
    inputs.members[0]["positions"]["weight_decay"] = 3
    with pytest.raises(UserError, match="three weight decays"):
        figure_facts(inputs)


def test_seeds_that_do_as_the_first_figure_are_counted() -> None:
    """Rank falls with generalisation in one seed and a decade later in another; two stages count with a double descent
    of rank alone.
    """
    inputs = figure_inputs("extensions_candidate_sizes", "smoke", seeds=3, steps=STEPS)
    runs = list(inputs.runs)
    set_fates(inputs, runs[0], [Fate(), Fate(), Fate(rises=(100,))])
    set_ranks(inputs, runs[0], [((2000, 0.2),), ((15_000, 0.2),), ((2000, 0.2),)])
    set_fates(
        inputs, runs[1], [Fate(rises=(600, 8000)), Fate(rises=(600, 8000)), Fate(rises=(600, 8000), collapse=15_000)]
    )
    twice = ((300, 0.3), (1200, 0.8), (8000, 0.2))
    set_ranks(inputs, runs[1], [twice, ((8000, 0.2),), twice])
    sizes = [member["axes"]["train_size"] for member in inputs.members]
    told = figure_facts(inputs)["measured"]
    small, large = (
        f"{reported}): "
        for reported in ("delayed generalisation as rank falls", "two stages with double descent of rank")
    )
    assert f"{small}33 % at N = {sizes[0]}" in told
    assert f"{large}0 % at N = {sizes[0]}, 33 % at N = {sizes[1]}" in told
    notes = [text.get_text() for axes in panels(drawn(inputs)) for text in axes.texts]
    assert "as the paper's columns a and b: 1/3\nas the paper's column c: 0/3" in notes
