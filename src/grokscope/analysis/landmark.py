"""How well an indicator tells, at a moment of training, which networks will show an event later.

This is landmark analysis (Heagerty and Zheng, Biometrics 61, 2005; van Houwelingen, Scandinavian J. Statistics 34,
2007): at each landmark only networks that have neither shown the event nor failed by then are compared, by what the
indicator has been until then and no later, and the area under the ROC curve (AUROC) is the chance that a network that
will show the event looks more like it than one that will not.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
FEWEST = 3
"""Settings of either kind that a landmark needs."""
DRAWS = 2000
LEVEL = 0.95


@dataclass(frozen=True)
class Network:
    """One seed of one setting: when it shows the event and when it fails (infinite: never), and its indicators, each as
    steps and values `(points,)` in order of steps. `stratum` names what is known of its setting beforehand.
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
        return self.shown < self.failed


@dataclass(frozen=True)
class Landmark:
    """The AUROC at a step, mean over seeds, with the interval that comes of drawing settings anew, and how many
    networks will and will not show the event; NaN where there are too few.
    """

    step: float
    auroc: float
    low: float
    high: float
    positive: int
    negative: int


def landmarks(
    networks: Sequence[Network], indicator: str, steps: Sequence[float], sign: float, within_strata: bool = False
) -> list[Landmark]:
    """The AUROC of `sign` times an indicator at each of these steps.

    Ties count one half. With `within_strata` only networks of one stratum are compared with each other. Seeds are one
    after another compared within themselves, since they share settings; the interval (95 %, percentiles of bootstrap)
    draws whole settings, with all of their seeds.
    """
    settings = sorted({network.setting for network in networks})
    weights = np.random.default_rng(0).multinomial(len(settings), [1 / len(settings)] * len(settings), DRAWS)
    places = {setting: place for place, setting in enumerate(settings)}
    return [_landmark(networks, indicator, step, sign, within_strata, weights, places) for step in steps]


def _landmark(
    networks: Sequence[Network],
    indicator: str,
    step: float,
    sign: float,
    within_strata: bool,
    weights: NDArray[np.int64],
    places: dict[str, int],
) -> Landmark:
    waiting = [one for one in networks if one.waits(step) and np.isfinite(one.value(indicator, step))]
    kinds = [[one for one in waiting if one.will_show is shows] for shows in (True, False)]
    counts = [len(kind) for kind in kinds]
    unknown = float("nan")
    none = Landmark(step, unknown, unknown, unknown, *counts)
    if any(len({one.setting for one in kind}) < FEWEST for kind in kinds):
        return none
    values, drawn = [], []
    for seed in sorted({one.seed for one in waiting}):
        positive, negative = ([one for one in kind if one.seed == seed] for kind in kinds)
        if not (positive and negative):
            continue
        pairs = _comparisons(positive, negative, lambda one: sign * one.value(indicator, step), within_strata)
        rows, columns = ([places[one.setting] for one in kind] for kind in (positive, negative))
        every = np.concatenate([np.ones((1, len(places))), weights])
        with np.errstate(invalid="ignore"):
            both = [
                np.einsum("di,ij,dj->d", every[:, rows], matrix, every[:, columns], optimize=True) for matrix in pairs
            ]
            of_seed = both[0] / both[1]
        values.append(of_seed[0])
        drawn.append(of_seed[1:])
    if not np.isfinite(values).any():
        return none
    with np.errstate(invalid="ignore"):
        means = np.ma.masked_invalid(np.array(drawn)).mean(axis=0).compressed()
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Landmark(step, float(np.nanmean(values)), float(low), float(high), *counts)


def _comparisons(
    positive: Sequence[Network], negative: Sequence[Network], score: Callable[[Network], float], within_strata: bool
) -> tuple[Reals, Reals]:
    """For each pair the share that it counts as right, 0, 1/2 or 1, and whether it counts at all; (P, N) each."""
    first, second = (np.array([score(one) for one in kind]) for kind in (positive, negative))
    right = 0.5 + 0.5 * np.sign(first[:, None] - second[None, :])
    counts = np.array([[one.stratum == other.stratum or not within_strata for other in negative] for one in positive])
    return right * counts, counts.astype(np.float64)


def lead(found: Sequence[Landmark], auroc: float) -> float | None:
    """The first step from which on the AUROC is at least this high as long as it is known; None where there is none."""
    known = [one for one in found if np.isfinite(one.auroc)]
    first = None
    for one in reversed(known):
        if one.auroc < auroc:
            break
        first = one.step
    return first
