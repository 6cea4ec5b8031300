"""The AUROC of an indicator over runs that show an event and runs that do not, and the warning that it gives."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from error_rate_support import TIME, accuracy, inputs_on, ranks, rise
from grokscope.analysis.early_warning import RunAtRisk, auroc, best_threshold
from grokscope.analysis.estimands.warning_skill import estimate

CLAIM = "extensions_rank_warns_of_generalisation"


def run(score: float, comes: bool) -> RunAtRisk:
    return RunAtRisk(0, "r", score, np.array([1.0, 2.0]), np.array([0.0, score]), 3.0 if comes else np.nan)


def test_auroc_is_the_u_statistic_over_all_pairs() -> None:
    generator = np.random.default_rng(0)
    for _ in range(50):
        scores = generator.integers(0, 6, 12).astype(float)  # with ties
        comes = generator.random(12) < 0.4
        if not 0 < comes.sum() < 12:
            continue
        u = stats.mannwhitneyu(scores[~comes], scores[comes]).statistic
        assert auroc(scores, comes) == pytest.approx(u / (comes.sum() * (~comes).sum()))
    assert auroc([1.0, 2.0], [True, True]) is None
    assert auroc([], []) is None


def test_the_threshold_has_the_largest_difference_of_rates() -> None:
    generator = np.random.default_rng(1)
    for _ in range(50):
        runs = [run(float(generator.normal()), bool(generator.random() < 0.5)) for _ in range(9)]
        threshold = best_threshold(runs)
        if threshold is None:
            assert len({one.comes for one in runs}) == 1
            continue

        def gain(level: float, runs: list[RunAtRisk] = runs) -> float:
            below = {kind: [one.score <= level for one in runs if one.comes == kind] for kind in (True, False)}
            return float(np.mean(below[True]) - np.mean(below[False]))

        assert gain(threshold) == pytest.approx(max(gain(level) for level in np.linspace(-4, 4, 4001)), abs=1e-9)


def test_an_alarm_is_the_first_score_at_or_below_the_threshold() -> None:
    assert run(-0.5, True).alarm(-0.5) == 2.0
    assert run(-0.5, True).alarm(0.0) == 1.0
    assert run(-0.5, True).alarm(-0.6) == np.inf


def grid(falls: list[float], dates: list[float | None], seeds: int = 3) -> list:
    """One run for each fall of the rank before the fit and each date of generalisation, in decades."""
    generator = np.random.default_rng(2)
    runs = []
    for place, (fall, date) in enumerate(zip(falls, dates, strict=True)):
        curve = np.zeros((seeds, len(TIME))) if date is None else rise(np.full(seeds, date), 0.2)
        values = 80 * (1 - fall * rise(np.full(seeds, 0.8), 0.2))
        tables = {"accuracy": accuracy(generator, 0.1 + 0.8 * curve), "rank": ranks(values)}
        runs.append((tables, {"weight_decay": place % 3, "depth": place // 3}))
    return runs


def test_a_run_that_generalises_at_once_warns_of_nothing() -> None:
    """Of four runs two generalise late, one never, and one with the fit, which is left out."""
    found = estimate(inputs_on(CLAIM, grid([0.5, 0.4, 0.1, 0.9], [3.0, 3.2, None, 1.4])), indicator="rank")
    assert found["value"].tolist() == [0.5] * 3
    assert found["note"].str.startswith("comes in 2 of 3 runs; warned of in time in 2 of them").all()
    assert found["note"].str.endswith("in vain in 0 of the others").all()


def test_one_pair_of_two_in_the_wrong_order_is_chance() -> None:
    found = estimate(inputs_on(CLAIM, grid([0.5, 0.1, 0.3], [3.0, 3.2, None])), indicator="rank")
    assert found["value"].tolist() == [0.0] * 3


def test_a_seed_whose_runs_are_all_of_one_kind_says_nothing() -> None:
    found = estimate(inputs_on(CLAIM, grid([0.5, 0.1], [3.0, 3.2])), indicator="rank")
    assert found["status"].tolist() == ["not_applicable"] * 3
