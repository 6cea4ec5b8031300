"""How many seeds a verdict takes."""

from __future__ import annotations

import numpy as np

from analysis_support import depth_inputs, omnigrok_grid
from grokscope.analysis.claims import judge
from grokscope.analysis.effects import SeedEffect, make_effects
from grokscope.analysis.hypothesis_tests import mean
from grokscope.analysis.power import seeds_needed
from grokscope.analysis.verdict import Rule

STEPS = omnigrok_grid()[::2]


def test_every_verdict_says_how_many_seeds_it_takes() -> None:
    near = judge(depth_inputs({4: [2000.0, 2300, 2600], 8: [6000.0, 6500, 5600]}, steps=STEPS))["seeds_needed"]
    assert (near["seeds"], near["verdict"], near["reason"]) == (3, "supported", "")
    rule = Rule("one_sided", "greater", 0.1, 3)
    needed = {}
    for spread in (0.02, 0.4, 1.0):
        values = 0.3 + spread * np.array([-1.2, -0.5, 0.1, 0.4, 1.2])
        needed[spread] = seeds_needed(
            make_effects(SeedEffect(seed, "r", "observed", value) for seed, value in enumerate(values)), mean, rule
        )
    assert needed[0.02]["seeds"] == 3
    assert needed[0.4]["seeds"] > 8
    assert needed[1.0]["seeds"] is None
    assert "Even 30 seeds" in needed[1.0]["reason"]
    none = seeds_needed(make_effects([SeedEffect(0, "r", "observed", 1.0)]), mean, rule)
    assert none["seeds"] is None
    assert "Fewer than two" in none["reason"]


def test_more_seeds_do_not_help_where_most_runs_ended_before_it_happened() -> None:
    rows = [SeedEffect(seed, "r", "observed", 1.0) for seed in range(2)]
    rows += [SeedEffect(seed, "r", "not_yet", censored_at=1.2) for seed in range(2, 6)]
    found = seeds_needed(make_effects(rows), mean, Rule("one_sided", "greater", 2.0, 2))
    assert (found["seeds"], found["reason"]) == (
        None,
        "Most runs ended before it happened: longer runs help, more seeds do not.",
    )
