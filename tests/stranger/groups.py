"""Effects of several groups: `ordered`, `page`, `survival` and `equivalence`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from stranger import location
from stranger.found import Found, falls_short, nothing
from stranger.permutations import SEED, Reals, between_groups, within_seeds

LEVEL = 0.05
DRAWS = 1999


def taking_part(rows: pd.DataFrame) -> pd.DataFrame:
    """Without the seeds in which an event never comes: these have no date."""
    return rows[~((rows["status"] == "absent") & rows["value"].isna())].sort_values(["group", "seed"])


def cut_off(rows: pd.DataFrame) -> pd.DataFrame:
    """Dates cut off at the earliest censoring of all groups, in the column `cut`."""
    censored = rows["value"].isna()
    end = rows.loc[censored, "censored_at"].min() if censored.any() else math.inf
    return rows.assign(cut=np.minimum(rows["value"].fillna(math.inf), end))


def too_few(rows: pd.DataFrame, part: pd.DataFrame) -> int | None:
    """The number of seeds of the smallest group if that is below two."""
    fewest = int(part.groupby("group").size().reindex(rows["group"].unique(), fill_value=0).min())
    return fewest if fewest < 2 else None


def hidden(part: pd.DataFrame, sign: int) -> bool:
    """Whether half of a group's seeds are censored, in another group than the first in the claim's direction."""
    share = (part["status"] == "not_yet").groupby(part["group"]).mean().sort_index(ascending=sign > 0)
    return bool((share.iloc[1:] >= 0.5).any())


def ordered(rows: pd.DataFrame, sign: int, smallest: float) -> Found:
    """Jonckheere and Terpstra's test with the slope of Theil and Sen."""
    part = cut_off(taking_part(rows))
    if (fewest := too_few(rows, part)) is not None:
        return nothing(fewest)
    places, groups = _by_group(part, part["cut"])
    slope = _theil_sen(places, groups)
    low, high = _bootstrap(places, groups, _theil_sen)
    rules_out = falls_short(low, high, sign, smallest) and not hidden(part, sign)
    p_value = between_groups(groups, _ascending_pairs, sign, 1.0)
    return Found(slope, low, high, p_value, min(map(len, groups)), rules_out)


def survival(rows: pd.DataFrame, sign: int, smallest: float) -> Found:
    """Tarone's log-rank test for trend with the slope of restricted means."""
    part = cut_off(taking_part(rows))
    if (fewest := too_few(rows, part)) is not None:
        return nothing(fewest)
    places, groups = _by_group(part, part["cut"])
    scores = _by_group(part, log_rank_scores(part["value"].fillna(part["censored_at"]), part["value"].notna()))[1]
    scale = sum(abs(place) * float(np.abs(own).sum()) for place, own in zip(places, scores, strict=True)) or 1.0

    def trend(*own: Reals, axis: int = -1) -> Any:
        return sum(place * one.sum(axis=axis) for place, one in zip(places, own, strict=True))

    p_value = between_groups(scores, trend, -sign, scale) if len(places) > 1 else 1.0  # high scores are early events
    used = min(map(len, groups))
    if part["cut"].nunique() == 1:
        return Found(math.nan, math.nan, math.nan, p_value, used, comparable=False)
    low, high = _bootstrap(places, groups, _slope_of_means)
    rules_out = falls_short(low, high, sign, smallest) and not hidden(part, sign)
    return Found(_slope_of_means(places, groups), low, high, p_value, used, rules_out)


def page(rows: pd.DataFrame, sign: int, smallest: float) -> Found:
    """Page's test with the mean of the slopes of seeds."""
    part = cut_off(taking_part(rows))
    table = part.groupby(["seed", "group"])["cut"].mean().unstack().reindex(columns=np.unique(rows["group"])).dropna()
    values, places = table.to_numpy(), table.columns.to_numpy(dtype=np.float64)
    if len(values) < 2 or len(places) < 2:
        return nothing(len(values))
    slopes = _of_seeds(places, values)
    slope, low, high = location.mean_and_interval(slopes)
    line = sign * smallest
    rules_out = falls_short(low, high, sign, smallest) and not hidden(part, sign)
    if rules_out and location.takes_few_values(slopes, line):
        straightened = np.round(values - line * places, 9)
        rules_out = within_seeds(stats.rankdata(straightened, axis=1), -sign) <= LEVEL
    return Found(slope, low, high, within_seeds(stats.rankdata(values, axis=1), sign), len(values), rules_out)


def log_rank_scores(times: pd.Series, seen: pd.Series) -> pd.Series:
    """1 for an event, 0 for a censored seed, minus the cumulative hazard of all seeds together at that time."""
    events = np.unique(times[seen])
    hazards = np.array([np.sum(seen & (times == time)) / np.sum(times >= time) for time in events])
    return seen.astype(float) - [hazards[events <= time].sum() for time in times]


def _by_group(part: pd.DataFrame, values: pd.Series) -> tuple[list[float], list[Reals]]:
    places = np.unique(part["group"])
    return [float(place) for place in places], [values[part["group"] == place].to_numpy() for place in places]


def _ascending_pairs(*groups: Reals, axis: int = -1) -> Any:
    total: Any = 0.0
    for number, earlier in enumerate(groups):
        for later in groups[number + 1 :]:
            first, second = earlier[..., :, None], later[..., None, :]
            total = total + (second > first).sum(axis=(-2, -1)) + (second == first).sum(axis=(-2, -1)) / 2
    return total


def _theil_sen(places: list[float], groups: list[Reals]) -> float:
    spread = np.concatenate([np.full(len(own), place) for place, own in zip(places, groups, strict=True)])
    with np.errstate(invalid="ignore"):  # the interval that scipy gives as well has no width here
        return float(stats.theilslopes(np.concatenate(groups), spread)[0])


def equivalence(rows: pd.DataFrame, _: int, margin: float) -> Found:
    """Whether the slopes of seeds lie within a margin; a seed without a value in some group has none."""
    table = rows.groupby(["seed", "group"])["value"].mean().unstack().dropna()
    if len(table) < 2:
        return nothing(len(table))
    return location.equivalence(_of_seeds(table.columns.to_numpy(dtype=np.float64), table.to_numpy()), margin)


def _of_seeds(places: Reals, values: Reals) -> Reals:
    """Slopes (seeds,) of values (seeds, groups)."""
    return np.array([np.polyfit(places - places.mean(), own, 1)[0] for own in values])


def _slope_of_means(places: list[float], groups: list[Reals]) -> float:
    return float(stats.linregress(places, [own.mean() for own in groups]).slope)


def _bootstrap(
    places: list[float], groups: list[Reals], effect: Callable[[list[float], list[Reals]], float]
) -> tuple[float, float]:
    """Percentiles widened as in Hesterberg (2015), of seeds that are drawn anew within every group."""
    generator = np.random.default_rng(SEED)
    drawn = [own[generator.integers(0, len(own), size=(DRAWS, len(own)))] for own in groups]
    effects = [effect(places, [own[number] for own in drawn]) for number in range(DRAWS)]
    fewest = min(map(len, groups))
    tail = stats.norm.cdf(math.sqrt(fewest / (fewest - 1)) * stats.t.ppf(0.025, fewest - 1))
    low, high = np.quantile(effects, [tail, 1 - tail])
    return float(low), float(high)
