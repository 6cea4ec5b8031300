"""The test of censored dates against scipy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis_tables import effects_of
from grokscope.analysis.hypothesis_tests import survival
from grokscope.analysis.hypothesis_tests.result import restricted


def test_log_rank_scores_give_the_log_rank_statistic_of_scipy() -> None:
    first, second = [3.0, 3.2, 3.4, 3.5, 4.0], [3.3, 3.9, 4.2, None, None]
    effects = effects_of([first, second], 4.5)  # type: ignore[list-item]
    times = effects["value"].fillna(effects["censored_at"]).to_numpy()
    scores = survival.log_rank_scores(times, effects["value"].notna().to_numpy())
    assert scores.sum() == pytest.approx(0, abs=1e-12)
    late = stats.CensoredData(uncensored=[value for value in second if value is not None], right=[4.5, 4.5])
    expected = stats.logrank(stats.CensoredData(uncensored=first), late)
    observed_minus_expected = scores[:5].sum()
    assert np.sign(observed_minus_expected) == np.sign(expected.statistic)
    found = survival.run_test(effects, "greater", 0.1)
    assert found.p_value == pytest.approx(
        stats.logrank(stats.CensoredData(uncensored=first), late, alternative="greater").pvalue, abs=0.03
    )


def test_the_effect_on_survival_is_a_difference_of_restricted_means() -> None:
    found = survival.run_test(effects_of([[3.0, 3.2, 3.4], [4.0, None, None]], 4.5), "greater", 0.1)
    assert found.effect == pytest.approx((4.0 + 4.5 + 4.5) / 3 - 3.2)
    assert found.censoring_hides
    late = effects_of([[3.0, 4.9, 3.4]])
    np.testing.assert_allclose(restricted(pd.concat([late, effects_of([[None]], 4.0)])), [3.0, 4.0, 3.4, 4.0])


def test_restricted_mean_is_the_area_under_the_survival_curve() -> None:
    values: list[float | None] = [1.0, 2.5, 3.0, None]
    data = stats.CensoredData(uncensored=[1.0, 2.5, 3.0], right=[4.0])
    survivors = stats.ecdf(data).sf
    times = np.concatenate([[0.0], survivors.quantiles[survivors.quantiles < 4.0], [4.0]])
    area = float(np.sum(np.diff(times) * survivors.evaluate(times[:-1])))
    assert restricted(effects_of([values], 4.0)).mean() == pytest.approx(area)
