"""How well an indicator tells, at a moment of training, which networks will show an event later.

This is landmark analysis (Heagerty and Zheng, Biometrics 61, 2005; van Houwelingen, Scandinavian J. Statistics 34,
2007): at each landmark only networks that have neither shown the event nor failed by then are compared, by what the
indicator has been until then and no later. The area under the ROC curve (AUROC) is the probability that, of two
networks, the one that will show the event is ranked higher.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from grokscope.analysis.hypothesis_tests.result import BOOTSTRAP, RANDOM_SEED, small_sample_interval

Reals = NDArray[np.float64]
FEWEST = 5
"""Settings of either kind that a landmark needs."""


@dataclass(frozen=True)
class Network:
    """One seed of one setting: when it shows the event and when it fails (infinite: never), and its indicators, each as
    steps and values `(points,)` in order of steps. Networks of one `stratum` are alike in what it names.
    """

    setting: str
    seed: int
    shown: float
    failed: float
    indicators: dict[str, tuple[Reals, Reals]]
    stratum: Hashable = None

    def value(self, indicator: str, step: float) -> float:
        """The last value at or before a step; NaN where there is none."""
        steps, values = self.indicators.get(indicator, (np.empty(0), np.empty(0)))
        place = int(np.searchsorted(steps, step, side="right")) - 1
        return float(values[place]) if place >= 0 else float("nan")

    def waits(self, step: float) -> bool:
        """Whether it has neither shown the event nor failed by a step."""
        return self.shown > step and self.failed > step

    @property
    def will_show(self) -> bool:
        """Whether it shows the event before it fails."""
        return bool(self.shown < self.failed)


@dataclass(frozen=True)
class Landmark:
    """The AUROC at a step with its interval, NaN where too few can be compared; how many networks are compared that
    will show the event and how many that will not; and the median date of the event among the former.
    """

    step: float
    auroc: float
    low: float
    high: float
    positive: int
    negative: int
    median: float


def landmarks(
    networks: Sequence[Network], indicator: str, steps: Sequence[float], sign: float, within_strata: bool = False
) -> list[Landmark]:
    """The AUROC of `sign` times an indicator at each of these steps, over all pairs of one seed.

    Ties count one half. With `within_strata` only networks of one stratum are compared with each other. Networks
    without a counterpart are left out. The interval is that of bootstrap over settings, each drawn with all of its
    seeds, and widened for few settings; it has no width where every pair is ranked alike.
    """
    if not networks:
        return []
    settings = sorted({network.setting for network in networks})
    places = {setting: place for place, setting in enumerate(settings)}
    chances = [1 / len(settings)] * len(settings)
    drawn = np.random.default_rng(RANDOM_SEED).multinomial(len(settings), chances, BOOTSTRAP)
    found = []
    for step in steps:
        waiting = [one for one in networks if one.waits(step) and np.isfinite(one.value(indicator, step))]
        positive, negative = ([one for one in waiting if one.will_show == shows] for shows in (True, False))
        pairs = _pairs(positive, negative, within_strata)
        rows, columns = (np.flatnonzero(pairs.any(axis=axis)) for axis in (1, 0))
        positive, negative = [positive[row] for row in rows], [negative[column] for column in columns]
        first, second = (_Kind.of(kind, indicator, sign, step, places) for kind in (positive, negative))
        auroc, low, high = _auroc(first, second, pairs[np.ix_(rows, columns)], drawn)
        median = float(np.median([one.shown for one in positive])) if positive else float("nan")
        found.append(Landmark(step, auroc, low, high, len(positive), len(negative), median))
    return found


class _Kind(NamedTuple):
    """The scores (networks,) of networks that will show the event, or of those that will not, and the places of their
    settings.
    """

    scores: Reals
    places: NDArray[np.int64]

    @classmethod
    def of(
        cls, networks: Sequence[Network], indicator: str, sign: float, step: float, places: Mapping[str, int]
    ) -> _Kind:
        scores = np.array([sign * one.value(indicator, step) for one in networks])
        return cls(scores, np.array([places[one.setting] for one in networks], dtype=np.int64))


def _auroc(
    positive: _Kind, negative: _Kind, pairs: NDArray[np.bool_], drawn: NDArray[np.int64]
) -> tuple[float, float, float]:
    """The share of `pairs` (P, N) in which the positive one is ranked higher, and its interval from how often each draw
    holds a setting, (draws, settings).
    """
    fewest = min(len(np.unique(kind.places)) for kind in (positive, negative))
    if fewest < FEWEST:
        return float("nan"), float("nan"), float("nan")
    right = pairs * (0.5 + 0.5 * np.sign(positive.scores[:, None] - negative.scores[None, :]))
    ranked, counted = (
        ((drawn[:, positive.places] @ matrix) * drawn[:, negative.places]).sum(axis=1)
        for matrix in (right, pairs.astype(np.float64))
    )
    some = counted > 0
    low, high = small_sample_interval(ranked[some] / counted[some], fewest)
    return float(right.sum() / pairs.sum()), low, high


def _pairs(positive: Sequence[Network], negative: Sequence[Network], within_strata: bool) -> NDArray[np.bool_]:
    """Which networks that will show the event (rows) are compared with which that will not."""
    numbers = {stratum: place for place, stratum in enumerate({one.stratum for one in (*positive, *negative)})}
    marks = [
        np.array([[one.seed, numbers[one.stratum] * within_strata] for one in kind], dtype=np.int64).reshape(-1, 2)
        for kind in (positive, negative)
    ]
    return (marks[0][:, None, :] == marks[1][None, :, :]).all(axis=2)


def lead(found: Sequence[Landmark], auroc: float) -> Landmark | None:
    """The first landmark from which on the AUROC is at least this high wherever it is known, or None."""
    known = [one for one in found if np.isfinite(one.auroc)]
    first = None
    for one in reversed(known):
        if one.auroc < auroc:
            break
        first = one
    return first
