"""How many seeds a verdict takes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from analysis_support import depth_inputs, omnigrok_grid
from grokscope.analysis import power
from grokscope.analysis.claims import judge
from grokscope.analysis.effects import SeedEffect, make_effects
from grokscope.analysis.hypothesis_tests import mean
from grokscope.analysis.power import CANDIDATES, DRAWS, FIRST_DRAWS, PLAIN, POWER, seeds_needed
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


def test_no_more_is_drawn_than_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(power, "DRAWS", DRAWS)  # other tests draw less
    rule = Rule("one_sided", "greater", 0.1, 3)

    def found(values: list[float]) -> tuple[dict[str, Any], int]:
        tested = []

        def run_test(*given: Any) -> Any:
            tested.append(given)
            return mean.run_test(*given)

        effects = make_effects(SeedEffect(seed, "r", "observed", value) for seed, value in enumerate(values))
        return seeds_needed(effects, SimpleNamespace(run_test=run_test), rule), len(tested)  # type: ignore[arg-type]

    plain, draws = found([0.30, 0.31, 0.32, 0.29, 0.28])
    assert (plain["power"]["draws"], draws) == (FIRST_DRAWS, FIRST_DRAWS)
    assert plain["power"]["share"] == 1
    close, draws = found([0.3, 0.1, 0.3, 0.5, 0.7])
    assert close["power"]["draws"] == DRAWS
    assert POWER <= close["power"]["share"] < PLAIN / FIRST_DRAWS
    hopeless, draws = found([0.0, 1.0, -1.0, 0.1, -0.1])
    assert hopeless["seeds"] is None
    assert draws < len(CANDIDATES) * 60


def test_more_seeds_do_not_help_where_most_runs_ended_before_it_happened() -> None:
    rows = [SeedEffect(seed, "r", "observed", 1.0) for seed in range(2)]
    rows += [SeedEffect(seed, "r", "not_yet", censored_at=1.2) for seed in range(2, 6)]
    found = seeds_needed(make_effects(rows), mean, Rule("one_sided", "greater", 2.0, 2))
    assert (found["seeds"], found["reason"]) == (
        None,
        "Most runs ended before it happened: longer runs help, more seeds do not.",
    )
