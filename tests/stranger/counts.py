"""Seeds that show something or do not, and quantities over seeds: `share`, `fisher` and `spearman`."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from stranger.found import Found, falls_short, nothing
from stranger.location import LEVEL, mean_and_interval, p_of_mean, takes_few_values
from stranger.permutations import SEED, Reals, pairings

DRAWS = 1999


def share(rows: pd.DataFrame, sign: int, smallest: float) -> Found:
    """Exact binomial test against one half, with the outcome that is worst for the claim."""
    fewest, most = _extremes(rows)
    count = len(rows)
    worst = fewest if sign > 0 else most
    p_value = stats.binom.sf(worst - 1, count, 0.5) if sign > 0 else stats.binom.cdf(worst, count, 0.5)
    low = proportion_confint(fewest, count, 0.05, method="beta")[0] - 0.5
    high = proportion_confint(most, count, 0.05, method="beta")[1] - 0.5
    rules_out = falls_short(low, high, sign, smallest)
    return Found(worst / count - 0.5, float(low), float(high), float(p_value), count, rules_out)


def fisher(rows: pd.DataFrame, sign: int, smallest: float) -> Found:
    """Fisher's exact test of the last group against the first, with the outcome that is worst for the claim."""
    groups = np.unique(rows["group"])
    (first, sizes_first), (last, sizes_last) = (
        (_extremes(part), len(part)) for part in (rows[rows["group"] == groups[place]] for place in (0, -1))
    )
    if len(groups) < 2:
        return nothing(sizes_first)
    ends = rows[rows["group"].isin(groups[[0, -1]])]
    if ends.duplicated(["seed", "group"]).any():
        return _within_seeds(ends, groups[-1], sign, smallest)
    smaller, larger = (first[1], last[0]), (first[0], last[1])
    before, after = smaller if sign > 0 else larger
    drawn = stats.hypergeom(sizes_first + sizes_last, before + after, sizes_last)
    p_value = float(drawn.sf(after - 1) if sign > 0 else drawn.cdf(after))
    low = _newcombe(smaller, sizes_first, sizes_last)[0]
    high = _newcombe(larger, sizes_first, sizes_last)[1]
    rules_out = falls_short(low, high, sign, smallest)
    effect = after / sizes_last - before / sizes_first
    return Found(effect, low, high, p_value, min(sizes_first, sizes_last), rules_out)


def _within_seeds(rows: pd.DataFrame, last: float, sign: int, smallest: float) -> Found:
    """Each seed's share of runs in the last group minus that in the first: the mean over seeds that are in both."""
    least, greatest = [], []
    for _, of_seed in rows.groupby("seed"):
        late, early = of_seed[of_seed["group"] == last], of_seed[of_seed["group"] != last]
        if len(late) and len(early):
            (fewest, most), (fewest_early, most_early) = _extremes(late), _extremes(early)
            least.append(fewest / len(late) - most_early / len(early))
            greatest.append(most / len(late) - fewest_early / len(early))
    if len(least) < 2:
        return nothing(rows["seed"].nunique())
    worst = np.array(least if sign > 0 else greatest)
    low, high = mean_and_interval(np.array(least))[1], mean_and_interval(np.array(greatest))[2]
    line = sign * smallest
    few = takes_few_values(worst, line)
    rules_out = falls_short(low, high, sign, smallest) and not (few and p_of_mean(worst, line, -sign) > LEVEL)
    return Found(float(worst.mean()), low, high, p_of_mean(worst, 0.0, sign), len(worst), rules_out)


def _extremes(rows: pd.DataFrame) -> tuple[int, int]:
    """How many seeds show it, and how many at most if all that may still do so will."""
    shown = rows["value"] == 1
    return int(shown.sum()), int((shown | (rows["status"] == "not_yet")).sum())


def _newcombe(shown: tuple[int, int], first: int, last: int) -> tuple[float, float]:
    """The hybrid score interval of the second share minus the first, without correction for continuity."""
    before, after = shown[0] / first, shown[1] / last
    (low, high), (low_after, high_after) = (
        proportion_confint(number, count, 0.05, method="wilson")
        for number, count in ((shown[0], first), (shown[1], last))
    )
    difference = after - before
    return (
        difference - math.hypot(after - low_after, high - before),
        difference + math.hypot(high_after - after, before - low),
    )


def spearman(rows: pd.DataFrame, sign: int, smallest: float) -> Found:
    """Spearman's correlation of `value` and `partner` over seeds that have both."""
    pairs = rows[["value", "partner"]].dropna().to_numpy()
    if len(pairs) < 4 or (np.ptp(pairs, axis=0) == 0).any():
        return nothing(len(pairs))
    first, second = pairs.T
    correlation = float(stats.spearmanr(first, second).statistic)
    low, high = _interval(first, second, correlation)
    rules_out = falls_short(low, high, sign, smallest)
    return Found(correlation, low, high, pairings(first, second, sign), len(pairs), rules_out)


def _interval(first: Reals, second: Reals, correlation: float) -> tuple[float, float]:
    if abs(correlation) < 1 - 1e-9:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = stats.bootstrap(
                (first, second),
                _correlation,
                paired=True,
                vectorized=True,
                n_resamples=DRAWS,
                confidence_level=0.95,
                method="BCa",
                rng=np.random.default_rng(SEED),
            ).confidence_interval
        if math.isfinite(found.low) and math.isfinite(found.high):
            return float(found.low), float(found.high)
    count = len(first)
    next_lower = 1 - 12 / (count**3 - count)
    middle = math.atanh(math.copysign(min(abs(correlation), next_lower), correlation))
    half = 1.959963984540054 * 1.06 / math.sqrt(count - 3)
    return min(correlation, math.tanh(middle - half)), max(correlation, math.tanh(middle + half))


def _correlation(first: Reals, second: Reals, axis: int = -1) -> Reals:
    """Spearman's correlation along an axis, to ten digits; 0 where there is no spread."""
    one, other = (stats.zscore(stats.rankdata(values, axis=axis), axis=axis) for values in (first, second))
    return np.round(np.nan_to_num((one * other).mean(axis=axis)), 10)
