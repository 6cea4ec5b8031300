"""The AUROC at landmarks against counting of pairs, and what may and may not be seen at a landmark."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from grokscope.analysis.landmark import Landmark, Network, landmarks, lead

NEVER = float("inf")


def network(setting: int, seed: int, value: float, shown: float, failed: float = NEVER, **more: object) -> Network:
    indicators = {"rank": (np.array([0.0]), np.array([value]))}
    return Network(f"s{setting}", seed, shown, failed, **({"indicators": indicators} | more))  # type: ignore[arg-type]


def drawn(effect: float, settings: int = 20, seeds: int = 3, draw: int = 0) -> list[Network]:
    """Every second setting shows the event at step 100; its indicator is higher by `effect` standard deviations."""
    generator = np.random.default_rng(draw)
    return [
        network(setting, seed, generator.normal() + effect * (setting % 2), 100 if setting % 2 else NEVER)
        for setting in range(settings)
        for seed in range(seeds)
    ]


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_the_value_is_the_mean_over_seeds_of_the_mann_whitney_statistic(sign: float) -> None:
    networks = drawn(0.8)
    (found,) = landmarks(networks, "rank", [10], sign)
    expected = []
    for seed in range(3):
        kinds = [
            [sign * one.value("rank", 10) for one in networks if one.seed == seed and one.will_show is shows]
            for shows in (True, False)
        ]
        expected.append(stats.mannwhitneyu(*kinds).statistic / (len(kinds[0]) * len(kinds[1])))
    assert found.auroc == pytest.approx(np.mean(expected))
    assert (found.positive, found.negative) == (30, 30)
    assert found.low < found.auroc < found.high


def test_ties_count_one_half() -> None:
    networks = [network(setting, 0, 5.0, 100 if setting < 4 else NEVER) for setting in range(8)]
    (found,) = landmarks(networks, "rank", [10], 1.0)
    assert (found.auroc, found.low, found.high) == (0.5, 0.5, 0.5)


def test_nothing_later_than_the_landmark_is_seen() -> None:
    steps, late = np.array([0.0, 50.0]), NEVER
    networks = [
        network(
            setting, 0, 0, 100 if setting < 4 else late, indicators={"rank": (steps, np.array([0.0, float(setting)]))}
        )
        for setting in range(8)
    ]
    before, after = landmarks(networks, "rank", [49, 50], -1.0)
    assert (before.auroc, after.auroc) == (0.5, 1.0)


def test_networks_that_have_shown_the_event_or_failed_are_compared_no_more() -> None:
    networks = [network(setting, 0, setting, 100 * (setting + 1)) for setting in range(5)]
    networks += [network(setting, 0, 0, NEVER, failed=150 if setting < 7 else NEVER) for setting in range(5, 10)]
    networks += [network(10, 0, 0, 500, failed=400)]  # a rise after the failure is none
    counts = [(one.positive, one.negative) for one in landmarks(networks, "rank", [0, 100, 160, 450], 1.0)]
    assert counts == [(5, 6), (4, 6), (4, 4), (1, 3)]
    assert np.isnan(landmarks(networks, "rank", [450], 1.0)[0].auroc)  # too few settings


def test_within_strata_what_is_known_of_settings_tells_nothing() -> None:
    """The indicator is the stratum, and so is the event but for one setting in four."""
    networks = [
        network(setting, 0, setting % 2, 100 if (setting % 2) ^ (setting % 8 < 2) else NEVER, stratum=setting % 2)
        for setting in range(40)
    ]
    (every,) = landmarks(networks, "rank", [10], 1.0)
    (within,) = landmarks(networks, "rank", [10], 1.0, within_strata=True)
    assert every.auroc == pytest.approx(0.75)
    assert within.auroc == 0.5


def test_the_interval_covers_what_new_settings_would_give() -> None:
    """Where settings share a value over their seeds, as trained networks nearly do; the true AUROC is that of normal
    values one standard deviation apart."""
    truth, covered = stats.norm.cdf(1 / np.sqrt(2)), 0
    for draw in range(100):
        generator = np.random.default_rng([7, draw])
        of_setting = generator.normal(size=30) + np.arange(30) % 2
        networks = [
            network(setting, seed, of_setting[setting] + 0.01 * generator.normal(), 100 if setting % 2 else NEVER)
            for setting in range(30)
            for seed in range(3)
        ]
        (found,) = landmarks(networks, "rank", [10], 1.0)
        covered += found.low <= truth <= found.high
    assert covered >= stats.binom.ppf(0.001, 100, 0.9)  # percentiles of 30 settings cover somewhat less than 95 %


def test_the_lead_is_the_first_step_from_which_on_it_is_known_well() -> None:
    nan = float("nan")
    values = [0.9, 0.7, 0.85, 0.8, nan, 0.9, nan]
    found = [Landmark(10.0 * place, value, nan, nan, 5, 5) for place, value in enumerate(values)]
    assert lead(found, 0.8) == 20
    assert lead(found, 0.95) is None
    assert lead([], 0.8) is None
