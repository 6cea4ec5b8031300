"""How near verdicts are to other ones: distances against moving the effects themselves, and how often verdicts flip
with other seeds.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from grokscope.analysis.effects import SeedEffect, make_effects
from grokscope.analysis.hypothesis_tests import apart, equivalence, fisher, mean, ordered, share
from grokscope.analysis.stability import stability
from grokscope.analysis.verdict import Rule, decide


def effects_of(*groups: list[float], status: str = "observed") -> pd.DataFrame:
    return make_effects(
        SeedEffect(seed, "r", status, value, group=float(group), note="it does not happen")  # type: ignore[arg-type]
        for group, values in enumerate(groups)
        for seed, value in enumerate(values)
    )


def judged(test: object, effects: pd.DataFrame, rule: Rule) -> tuple[str, dict[str, object]]:
    result = test.run_test(effects, rule.direction, rule.smallest_effect)  # type: ignore[attr-defined]
    verdict = decide(effects, result, rule)
    return verdict.verdict, stability(effects, result, rule, verdict, test)  # type: ignore[arg-type]


SPREAD = np.array([-0.11, -0.043, 0.012, 0.051, 0.09])
SPREAD -= SPREAD.mean()


@pytest.mark.parametrize("middle", [-0.7, -0.15, 0.02, 0.14, 0.25, 0.5])
@pytest.mark.parametrize(
    ("test", "rule"),
    [
        (mean, Rule("one_sided", "greater", 0.2, 3)),
        (mean, Rule("one_sided", "less", 0.05, 3)),
        (equivalence, Rule("equivalence", "greater", 0.2, 3)),
        (apart, Rule("apart", "greater", 0.2, 3)),
    ],
)
def test_a_verdict_changes_where_the_effects_have_moved_by_the_distance(
    test: object, rule: Rule, middle: float
) -> None:
    effects = effects_of(list(middle + SPREAD))
    verdict, found = judged(test, effects, rule)
    near, beyond = found["distance"] - 0.002, found["distance"] + 0.002  # type: ignore[operator]
    moved = {
        shift: [judged(test, effects.assign(value=effects["value"] + way * shift), rule)[0] for way in (-1, 1)]
        for shift in (near / 2, near, beyond)
    }
    assert all(one == verdict for shift in (near / 2, near) for one in moved[shift] if shift > 0)
    assert any(one != verdict for one in moved[beyond])
    assert found["may_flip"] == (found["distance"] < found["yardstick"])  # type: ignore[operator]
    assert found["yardstick"] == pytest.approx(np.sqrt(2 / 5) * SPREAD.std(ddof=1))


def test_verdicts_of_other_seeds_differ_mostly_where_they_may_flip() -> None:
    """Two experiments with the same true effect, a hundred times at each of several effects: which first verdicts does
    the second repeat?
    """
    rule, generator = Rule("one_sided", "greater", 0.2, 3), np.random.default_rng(3)
    repeated: dict[object, list[bool]] = {True: [], False: []}
    for true_effect in np.repeat(np.linspace(-0.2, 0.6, 9), 25):
        first, second = (
            judged(mean, effects_of(list(true_effect + generator.normal(0, 0.1, 5))), rule) for _ in range(2)
        )
        repeated[first[1]["may_flip"]].append(first[0] == second[0])
    assert np.mean(repeated[False]) > 0.9
    assert np.mean(repeated[True]) < 0.75


def test_counted_seeds_flip_with_one_seed() -> None:
    most = Rule("one_sided", "greater", 0.25, 3)
    assert judged(share, effects_of([1.0] * 6), most)[1]["may_flip"]  # 5 of 6 have p = 0.11
    assert not judged(share, effects_of([1.0] * 10), most)[1]["may_flip"]
    differ = Rule("one_sided", "greater", 0.5, 3)
    verdict, found = judged(fisher, effects_of([0.0] * 10, [1.0] * 10), differ)
    assert (verdict, found["may_flip"], found["distance"]) == ("supported", False, None)
    assert judged(fisher, effects_of([0.0] * 4, [1.0] * 4), differ)[1]["may_flip"]


def test_events_that_are_absent_in_most_seeds_are_counted_too() -> None:
    rule = Rule("one_sided", "greater", 0.2, 3)
    absent = effects_of([0.1, 0.2, 0.3, 0.4, 0.51])
    for count, expected in ((3, True), (5, False)):
        absent["status"] = ["absent"] * count + ["observed"] * (5 - count)
        verdict, found = judged(mean, absent, rule)
        assert (verdict, found["may_flip"], found["distance"]) == ("contradicted", expected, None)


def test_without_an_estimate_nothing_is_said() -> None:
    rule = Rule("one_sided", "greater", 0.2, 3)
    effects = effects_of([0.1, 0.2])
    assert stability(effects, None, rule, decide(effects, None, rule), mean)["may_flip"] is None
    trend = effects_of([1.0, 1.1, 1.2], [2.0, 2.2, 2.1])
    assert judged(ordered, trend, rule)[1]["distance"] > 0  # type: ignore[operator]
