"""Where what is missing is left out, a claim needs the runs that its effect is measured on, and no others."""

from __future__ import annotations

from grokscope.config.plan import PlannedItem
from grokscope.config.start import load_plan
from grokscope.results.wanted import measured_on
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
