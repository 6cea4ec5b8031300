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
def test_the_value_is_the_share_of_pairs_of_one_seed(sign: float) -> None:
    """As many pairs in every seed, so that it is the mean of the seeds' Mann-Whitney statistics."""
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
    assert (found.positive, found.negative, found.median) == (30, 30, 100)
    assert found.low < found.auroc < found.high


def test_ties_count_one_half() -> None:
    networks = [network(setting, 0, 5.0, 100 if setting < 6 else NEVER) for setting in range(12)]
    (found,) = landmarks(networks, "rank", [10], 1.0)
    assert (found.auroc, found.low, found.high) == (0.5, 0.5, 0.5)


def test_nothing_later_than_the_landmark_is_seen() -> None:
    steps = np.array([0.0, 50.0])
    networks = [
        network(
            setting, 0, 0, 100 if setting < 6 else NEVER, indicators={"rank": (steps, np.array([0.0, float(setting)]))}
        )
        for setting in range(12)
    ]
    before, after = landmarks(networks, "rank", [49, 50], -1.0)
    assert (before.auroc, after.auroc) == (0.5, 1.0)


def test_networks_that_have_shown_the_event_or_failed_are_compared_no_more() -> None:
    networks = [network(setting, 0, setting, 100 * (setting + 1)) for setting in range(9)]
    networks += [network(setting, 0, 0, NEVER, failed=150 if setting < 12 else NEVER) for setting in range(9, 18)]
    networks += [network(18, 0, 0, np.float64(500), failed=400)]  # a rise after the failure is none
    networks += [network(19, 0, 0, 300, failed=900)]  # one before it is
    found = landmarks(networks, "rank", [0, 100, 160, 450], 1.0)
    assert [(one.positive, one.negative) for one in found] == [(10, 10), (9, 10), (9, 7), (5, 6)]
    assert [one.median for one in found] == [450, 500, 500, 700]
    assert not np.isnan(found[-1].auroc)
    assert np.isnan(landmarks(networks, "rank", [501], 1.0)[0].auroc)  # too few settings


def test_within_strata_what_all_networks_of_one_have_tells_nothing() -> None:
    """The indicator is the stratum, and so is the event but for one setting in four."""
    networks = [
        network(setting, 0, setting % 2, 100 if (setting % 2) ^ (setting % 8 < 2) else NEVER, stratum=setting % 2)
        for setting in range(40)
    ]
    (every,) = landmarks(networks, "rank", [10], 1.0)
    (within,) = landmarks(networks, "rank", [10], 1.0, within_strata=True)
    assert every.auroc == pytest.approx(0.75)
    assert within.auroc == 0.5


def test_networks_without_a_counterpart_do_not_count() -> None:
    """Strata of one kind, and seeds of one kind, hold nobody to be compared with."""
    alone = [network(setting, 0, 0, 100, stratum="risers") for setting in range(6)]
    alone += [network(setting, 0, 0, NEVER, stratum="others") for setting in range(6, 12)]
    alone += [network(setting, 1, 0, 100, stratum="mixed") for setting in range(12, 18)]
    mixed = [network(setting, 2, setting, 100 if setting < 24 else NEVER, stratum="mixed") for setting in range(18, 30)]
    (found,) = landmarks([*alone, *mixed], "rank", [10], -1.0, within_strata=True)
    assert (found.auroc, found.positive, found.negative) == (1.0, 6, 6)
    (few,) = landmarks([*alone, *mixed[2:]], "rank", [10], -1.0, within_strata=True)
    assert (np.isnan(few.auroc), few.positive, few.negative) == (True, 4, 6)


def test_without_networks_or_values_there_is_nothing() -> None:
    assert landmarks([], "rank", [0, 10], 1.0) == []
    networks = [network(setting, 0, np.nan, 100 if setting < 6 else NEVER) for setting in range(12)]
    for indicator in ("rank", "norm"):
        (found,) = landmarks(networks, indicator, [10], 1.0)
        assert (np.isnan(found.auroc), found.positive, found.negative) == (True, 0, 0)


@pytest.mark.parametrize(("positive", "negative"), [(5, 5), (5, 22), (15, 15)])
@pytest.mark.parametrize("effect", [0.0, 1.0])
def test_the_interval_covers_what_new_settings_would_give(positive: int, negative: int, effect: float) -> None:
    """Where settings share a value over their seeds, as trained networks nearly do; the true AUROC is that of normal
    values so many standard deviations apart.
    """
    own, count, covered = 0.3, positive + negative, 0
    truth = stats.norm.cdf(effect / np.sqrt(2 * (1 + own**2)))
    for draw in range(150):
        generator = np.random.default_rng([3, draw, positive, negative])
        of_setting = generator.normal(size=count) + effect * (np.arange(count) < positive)
        networks = [
            network(setting, seed, of_setting[setting] + own * generator.normal(), 100 if setting < positive else NEVER)
            for setting in range(count)
            for seed in range(3)
        ]
        (found,) = landmarks(networks, "rank", [10], 1.0)
        covered += found.low <= truth <= found.high
    assert covered >= stats.binom.ppf(0.01, 150, 0.95)


def test_the_lead_is_the_first_landmark_from_which_on_it_is_known_well() -> None:
    nan = float("nan")
    values = [0.9, 0.7, 0.85, 0.8, nan, 0.9, nan]
    found = [Landmark(10.0 * place, value, nan, nan, 5, 5, 99) for place, value in enumerate(values)]
    assert lead(found, 0.8) is found[2]
    assert lead(found, 0.95) is None
    assert lead([], 0.8) is None
