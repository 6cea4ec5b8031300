"""Where what is missing is left out, a claim needs the runs that its effect is measured on, and no others; a figure
shows each run with the seeds that this one has.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from grokscope.config.plan import PlannedItem
from grokscope.config.start import load_plan
from grokscope.results.wanted import Wanted, load_wanted, measured_on
from workflow_support import REPOSITORY


def claims(*figures: str) -> dict[str, PlannedItem]:
    return load_plan({"scale": "paper", "figures": list(figures)}, REPOSITORY)[1].claims


def test_a_claim_on_the_smaller_sets_needs_no_larger_one() -> None:
    claim = claims("deep_grokking_fig2")["deep_grokking_deeper_generalises_later"]
    assert len(claim.runs()) == 6
    assert measured_on(claim).runs() == [run for run in claim.runs() if "-n5000-" in run]
    assert measured_on(claim).settings == claim.settings


def test_a_claim_on_all_of_its_networks_needs_all() -> None:
    claim = claims("always_grok_fig10")["always_grok_deeper_generalises_later"]
    assert measured_on(claim) == claim


def test_a_claim_whose_premise_looks_at_other_networks_stays_as_it_is() -> None:
    claim = claims("always_grok_conv_interventions")["always_grok_return_needs_large_logits"]
    assert measured_on(claim) == claim
    # an empty `where` of a premise means all networks of the claim
    claim = claims("deep_grokking_fig6", "deep_grokking_fig7")["deep_grokking_largest_decay_gives_two_stages"]
    assert measured_on(claim) == claim


def test_so_does_one_of_which_another_measure_does() -> None:
    claim = claims("always_grok_what_complexity_counts")["always_grok_hidden_layers_date_migration_as_regions_do"]
    assert measured_on(claim) == claim


FIGURE = "deep_grokking_fig2"
"""Six runs."""


def with_seeds(folder: Path, missing: str, seeds: dict[int, set[int]], rest: set[int]) -> Wanted:
    """What is wanted of FIGURE where the runs at these places have these seeds, and the others `rest`."""
    asked = {"scale": "paper", "figures": [FIGURE], "seeds": 5, "missing": missing, "results_folder": str(folder)}
    wanted = load_wanted(asked, REPOSITORY)
    there = {run: seeds.get(place, rest) for place, run in enumerate(wanted.plan.figures[FIGURE].runs())}
    wanted.seeds_there = lambda run, metric: frozenset(there[run])  # type: ignore[assignment]
    return wanted


@pytest.mark.parametrize("missing", ["train", "leave_out"])
def test_runs_of_a_figure_may_have_other_seeds_only_where_they_are_left_out(tmp_path: Path, missing: str) -> None:
    wanted = with_seeds(tmp_path, missing, {5: {1}, 4: set()}, {0, 1, 2})
    item = wanted.plan.figures[FIGURE]
    tables = wanted.seeds_by_table(item)
    assert [of_run["accuracy"] for of_run in tables.values()] == [[0, 1, 2]] * 4 + [[], [1]]
    assert wanted.seeds_of_item(item) == ([0, 1, 2] if missing == "leave_out" else [])
    facts = wanted.item_facts(item)["seeds"]
    assert facts == (tables if missing == "leave_out" else [])


def test_a_figure_with_half_of_its_runs_is_not_drawn(tmp_path: Path) -> None:
    item = "leave_out", {3: set(), 4: set(), 5: set()}, {0, 1}
    wanted = with_seeds(tmp_path, *item)
    assert wanted.seeds_of_item(wanted.plan.figures[FIGURE]) == []


def test_where_all_runs_have_the_same_seeds_nothing_else_is_said(tmp_path: Path) -> None:
    found = [with_seeds(tmp_path, missing, {}, {0, 2}) for missing in ("train", "leave_out")]
    facts = [one.item_facts(one.plan.figures[FIGURE])["seeds"] for one in found]
    assert facts == [[0, 2], [0, 2]]


def test_a_claim_is_judged_on_seeds_that_all_of_its_runs_have(tmp_path: Path) -> None:
    wanted = with_seeds(tmp_path, "leave_out", {5: {1}}, {0, 1, 2})
    claims = [*wanted.plan.claims.values(), *wanted.plan.untested_claims.values()]
    claim = next(one for one in claims if one.runs() == wanted.plan.figures[FIGURE].runs())
    assert wanted.seeds_of_item(claim) == [1]


def test_a_run_of_which_nothing_is_there_is_not_shown(tmp_path: Path) -> None:
    left, trained = (with_seeds(tmp_path, missing, {4: set()}, {0}) for missing in ("leave_out", "train"))
    runs = left.plan.figures[FIGURE].runs()
    left.plan.selected_figures = [FIGURE]
    assert left.runs_there(runs) == [*runs[:4], runs[5]]
    assert trained.runs_there(runs) == runs
