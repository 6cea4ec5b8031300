"""Whether local complexity peaks before the network generalises."""

from __future__ import annotations

from typing import Any

from analysis_support import grokking_table, noisy, omnigrok_grid, one_run_inputs, ramp, run_tables, verdict_on
from analysis_tables import metric_table

STEPS = omnigrok_grid()


def peak_inputs(rise: float, fall: float, seeds: int = 6) -> Any:
    complexity = {
        seed: noisy(2 + 9 * ramp(STEPS, 300, 0.6) - 7 * ramp(STEPS, fall, 0.4), 0.05, seed) for seed in range(seeds)
    }
    accuracy = grokking_table("r", STEPS, [500.0] * seeds, [rise] * seeds)
    tables = run_tables(
        "r", accuracy=accuracy, local_complexity=metric_table("local_complexity", "r", STEPS, complexity)
    )
    return one_run_inputs(tables, estimand="onset_after_complexity_peak", test="one_sample", smallest_effect=0.1)


def test_the_peak_may_be_that_of_another_curve_with_options() -> None:
    """The curve under another name peaks long before the rise, while the usual one of the same run has no peak."""
    inputs = peak_inputs(20000, 6000)
    tables = inputs.runs["r"].tables
    rows = tables["local_complexity"].assign(measured="relative", positions="all")
    tables["relative"] = rows
    tables["embedding_complexity"] = rows.assign(measured="fixed", value=range(len(rows)))
    inputs.runs["r"].kinds["relative"] = "embedding_complexity"
    del tables["local_complexity"]
    curve = {"curve": "embedding_complexity", "measured": "relative", "measured_as": "relative"}
    inputs.item["settings"]["parameters"] = {"curve": curve}
    assert verdict_on(inputs)["verdict"] == "supported"
    inputs.item["settings"]["parameters"] = {"curve": "embedding_complexity"}
    assert verdict_on(inputs)["absent"] == 6


def test_complexity_peaks_before_or_after_generalisation() -> None:
    before = verdict_on(peak_inputs(20000, 6000))
    assert before["verdict"] == "supported"
    assert before["effect"] > 0.5
    assert verdict_on(peak_inputs(2500, 20000))["verdict"] == "contradicted"
    without = verdict_on(peak_inputs(5000, 10.0**8))
    assert (without["verdict"], without["absent"]) == ("contradicted", 6)
    unfinished = verdict_on(peak_inputs(10.0**7, 6000))
    assert (unfinished["verdict"], unfinished["not_yet"]) == ("inconclusive", 6)


def test_a_descent_that_begins_after_the_rise_counts_against_the_claim_though_the_run_ends_within_it() -> None:
    """Else only seeds in which it comes early would be left; where it begins before the rise nothing is known."""
    last = float(STEPS[-1])
    late = verdict_on(peak_inputs(2500, last))
    assert (late["verdict"], late["absent"]) == ("contradicted", 6)
    assert "before complexity left its peak" in late["why"]
    assert verdict_on(peak_inputs(0.9 * last, last))["absent"] == 0
