"""Which measure tells first: networks of a grid whose rank falls only where test accuracy will rise."""

from __future__ import annotations

import numpy as np
import pytest

from extensions_made_up import Fate, bold_curves, drawn, panels, set_fates, set_ranks, written
from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.extensions.early_warning import MEASURES, courses, networks
from grokscope.figures.write import figure_facts
from synthetic_figures import figure_inputs

NAME = "extensions_early_warning"
NEVER = Fate(rises=())
LATE = Fate(rises=(3000,))
FATES = {
    "rise": LATE,
    "collapse before": Fate(rises=(3000,), collapse=1000),
    "collapse after": Fate(rises=(3000,), collapse=9000),
    "still rising": Fate(rises=(25_000,)),
}


def grid(fate: str = "rise", axis: str = "depth") -> ItemInputs:
    """Two seeds of every run: at the last position on an axis ranks fall at step 300 and networks meet a fate;
    elsewhere nothing happens.
    """
    inputs = figure_inputs(NAME, "quick", seeds=2, steps=8)
    for member in inputs.members:
        run, moves = member["run"], member["positions"][axis] == 2
        set_fates(inputs, run, [FATES[fate] if moves else NEVER] * 2)
        set_ranks(inputs, run, [((300, 0.2),) if moves else ()] * 2)
    return inputs


@pytest.mark.parametrize(
    ("fate", "rising"), [("rise", 36), ("collapse after", 36), ("still rising", 36), ("collapse before", 0)]
)
def test_whether_networks_rise_before_they_fail(fate: str, rising: int) -> None:
    found = networks(grid(fate))
    assert len(found) == 2 * 54
    assert sum(one.will_show for one in found) == rising
    assert sum(np.isfinite(one.failed) for one in found) == (36 if "collapse" in fate else 0)
    dates = [one.shown for one in found if one.will_show]
    assert all(2000 < date < 4500 or (fate == "still rising" and date == 20_001) for date in dates)
    assert {one.stratum for one in found} == {(n, d, i) for n in (200, 800, 3200) for d in (4, 6, 8) for i in (3, 5)}


def test_a_rank_that_falls_first_is_seen_first() -> None:
    """Networks differ in weight decay where they rise, so that those that began alike can be compared."""
    inputs = grid(axis="weight_decay")
    for within in (False, True):
        found = {one.curve: course for one, course in courses(networks(inputs), within).items()}
        before = [one.auroc for one in found["rank"] if one.step < 150]
        after = [one.auroc for one in found["rank"] if 600 < one.step < 2000]
        assert (len(before) > 3, len(after) > 3) == (True, True)
        assert (set(before), set(after)) == ({0.5}, {1.0})
        assert {(one.positive, one.negative) for one in found["rank"] if one.step < 2000} == {(36, 72)}
    text = figure_facts(inputs)["measured"]
    assert "Test accuracy rises in 36 of 108 networks" in text
    assert "Low rank of the second-last layer, networks that began alike: 0.50 [0.50, 0.50] at step 0" in text
    assert "decades before the median rise" in text


def test_the_picture_has_a_curve_for_each_measure_and_counts_below() -> None:
    upper, other, lower, beside = panels(drawn(grid(axis="weight_decay")))
    assert len(bold_curves(upper)) == len(bold_curves(other)) == len(MEASURES)
    assert upper.get_xscale() == "log"
    assert [[line.get_ydata()[0] for line in axes.lines] for axes in (lower, beside)] == [[36, 72]] * 2
    assert not bold_curves(panels(drawn(grid(axis="depth")))[1])  # those that began alike have one depth


@pytest.mark.parametrize("case", ["one kind", "no rows", "no table"])
def test_what_cannot_be_said_is_not_drawn(case: str) -> None:
    inputs = grid()
    for tables in inputs.runs.values():
        for metric in list(tables.tables) if case != "one kind" else []:
            tables.tables[metric] = tables.tables[metric].iloc[:0]
            if case == "no table":
                del tables.tables[metric]
    if case == "one kind":
        for run in inputs.runs:
            set_fates(inputs, run, [NEVER, NEVER])
    expected = "too few networks of either kind" if case == "one kind" else "not measured"
    assert expected in written(drawn(inputs))
    assert expected in figure_facts(inputs)["measured"].lower()
    assert "nan" not in figure_facts(inputs)["measured"].lower()


@pytest.mark.parametrize("scale", ["smoke", "quick"])
def test_a_diverged_seed_or_few_runs_do_not_stop_it(scale: str) -> None:
    inputs = figure_inputs(NAME, scale, seeds=2, steps=8)
    set_fates(inputs, inputs.members[0]["run"], [Fate(diverges=True), LATE])
    assert "1 collapse or diverge" in figure_facts(inputs)["measured"]
    drawn(inputs)
