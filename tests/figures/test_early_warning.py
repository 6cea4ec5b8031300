"""Which measure tells first: networks of a grid whose rank falls only where they will generalise."""

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


def grid(failing: int = 0) -> ItemInputs:
    """Two seeds of every run: where the first axis is at its highest value, ranks fall at step 300 and networks
    generalise at 3000; elsewhere nothing happens. The last `failing` runs that generalise collapse before.
    """
    inputs = figure_inputs(NAME, "quick", seeds=2, steps=8)
    shows = [member["run"] for member in inputs.members if member["positions"]["depth"] == 2]
    for member in inputs.members:
        run = member["run"]
        late = Fate(rises=(3000,), collapse=1000 if run in shows[len(shows) - failing :] else None)
        set_fates(inputs, run, [late, late] if run in shows else [NEVER, NEVER])
        set_ranks(inputs, run, [((300, 0.2),)] * 2 if run in shows else [(), ()])
    return inputs


def test_networks_and_their_dates_are_those_of_the_tables() -> None:
    found = networks(grid(failing=4))
    assert len(found) == 2 * 54
    assert sum(one.will_show for one in found) == 2 * (18 - 4)
    assert sum(np.isfinite(one.failed) for one in found) == 2 * 4
    assert {one.stratum for one in found} == {200, 800, 3200}
    dates = [one.shown for one in found if one.will_show]
    assert 2000 < min(dates) <= max(dates) < 4500


def test_a_rank_that_falls_first_is_seen_first() -> None:
    inputs = grid()
    found = {one.curve: course for one, course in courses(networks(inputs), True).items()}
    by_step = {landmark.step: landmark.auroc for landmark in found["rank"] if np.isfinite(landmark.auroc)}
    assert [value for step, value in by_step.items() if step < 150] == pytest.approx(
        [0.5] * sum(s < 150 for s in by_step)
    )
    assert {value for step, value in by_step.items() if step > 600} == {1.0}
    text = figure_facts(inputs)["measured"]
    assert "36 of 108 networks generalise" in text
    assert "decades before the median network generalises" in text


def test_the_picture_has_a_curve_for_each_measure_and_counts_below() -> None:
    inputs = grid()
    figure = drawn(inputs)
    upper, other, lower, _ = panels(figure)
    assert len(bold_curves(upper)) == len(bold_curves(other)) == len(MEASURES)
    assert upper.get_xscale() == "log"
    assert [line.get_ydata()[0] for line in lower.lines] == [36, 72]
    assert "chance to tell two networks" in written(figure)


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
    figure = drawn(inputs)
    assert ("too few networks of either kind" if case == "one kind" else "not measured") in written(figure)
    assert "nan" not in figure_facts(inputs)["measured"].lower()
