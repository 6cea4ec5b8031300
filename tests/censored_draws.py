"""Made-up effects of which some have no value, without the effect that a claim states and with it, and how often a
claim is supported by them.

`PYTHONPATH=src:tests python tests/censored_draws.py 1000` prints the table of docs/statistics.md from so many draws.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special, stats

from grokscope.analysis.hypothesis_tests import (
    apart,
    equivalence,
    fisher,
    mean,
    ordered,
    page,
    paired,
    share,
    survival,
)
from grokscope.analysis.hypothesis_tests.result import COARSE, LEVEL
from grokscope.analysis.verdict import Rule, decide

Random = np.random.Generator
SHARES = (0.2, 0.4, 0.6)
SHAPES: dict[str, Callable[[Random, tuple[int, int]], np.ndarray]] = {
    "normal": lambda generator, size: generator.normal(0, 1, size),
    "two values": lambda generator, size: generator.choice([-1.0, 1.0], size),
    "three values": lambda generator, size: generator.choice([-1.0, 0.0, 1.0], size),
    "all alike": lambda generator, size: np.zeros(size),
    "skewed to the right": lambda generator, size: generator.exponential(1, size) - 1,
    "skewed to the left": lambda generator, size: np.log(2) - generator.exponential(1, size),
}
"""Spreads that have neither mean nor median above 0; turned round for claims that an effect lies below 0."""
LATEST, CLOSE, ABSENT = "the latest seeds", "any seeds, just before the event", "absent in any seeds"
"""How seeds lose their values: the run ends after the earlier ones, or right before the event of this one, which is the
highest bound that there can be; or the event does not come.
"""


class Case(NamedTuple):
    """A test with its smallest effect, what is drawn, and how seeds lose their values; `size` is that of the effect."""

    test: ModuleType
    smallest_effect: float
    middle: float
    size: float
    deviation: float
    groups: int
    ways: tuple[str, ...]
    shapes: tuple[str, ...]
    directions: tuple[str, ...] = ("greater", "less")


ALL = tuple(SHAPES)
WAYS = (LATEST, CLOSE, ABSENT)
CASES: dict[str, Case] = {
    "mean, one_sample": Case(mean, 0.001, 0.0, 1.0, 0.4, 1, WAYS, ALL),
    "paired": Case(paired, 0.001, 0.0, 0.5, 0.2, 2, WAYS, ("normal", "two values")),
    "equivalence": Case(
        equivalence, 0.2, 0.2, -0.2, -0.07, 1, WAYS, ("normal", "two values", "skewed to the left"), ("greater",)
    ),
    "apart": Case(apart, 0.2, 0.2, 0.3, 0.1, 1, WAYS, ("normal", "two values", "all alike"), ("greater",)),
    "survival": Case(survival, 0.001, 0.0, 0.3, 0.2, 3, (LATEST, ABSENT), ("normal",), ("greater",)),
    "ordered": Case(ordered, 0.001, 0.0, 0.3, 0.2, 3, (LATEST,), ("normal",), ("greater",)),
    "page": Case(page, 0.001, 0.0, 0.3, 0.2, 3, (LATEST,), ("normal",), ("greater",)),
    "share": Case(share, 0.001, 0.5, 0.5, 0.0, 1, (CLOSE,), ("shown",), ("greater",)),
    "fisher": Case(fisher, 0.001, 0.5, 0.5, 0.0, 2, (CLOSE,), ("shown",), ("greater",)),
}


class Drawn(NamedTuple):
    """Values (groups, seeds), where each would be lost, and what a seed is then; an end that is NaN loses any value."""

    values: np.ndarray
    ends: np.ndarray
    status: str

    @property
    def lost(self) -> np.ndarray:
        """Which seeds have lost their value."""
        return np.asarray((self.values > self.ends) | np.isnan(self.ends))


def draw(
    case: Case, shape: str, way: str, part: float, direction: str, generator: Random, seeds: int, effect: bool
) -> Drawn:
    """Values of one experiment; with `effect` the middles of the groups rise by the size of the effect."""
    sign, size = (1 if direction == "greater" else -1), (case.groups, seeds)
    if shape == "shown":
        chance = np.array([[0.02 if effect and case.groups == 2 else 0.5], [0.98 if effect else 0.5]])[-case.groups :]
        shown = generator.random(size) < (chance if sign > 0 else 1 - chance)
        hidden = generator.random(size) < part
        return Drawn(np.where(hidden, 0.0, shown), np.where(hidden, np.nan, np.inf), "not_yet")
    steps = np.arange(1 if case.groups == 1 else 0, case.groups + (case.groups == 1))[:, None]
    values = case.middle + sign * (case.deviation * SHAPES[shape](generator, size) + case.size * effect * steps)
    if way == LATEST:
        kept = values.size - int(part * values.size + 0.5)
        end = np.sort(values, axis=None)[kept - 1]
        if case.groups == 2:
            end = np.sort(values[1])[seeds - int(part * seeds + 0.5) - 1]
        return Drawn(values, np.full(size, end), "not_yet")
    lost = generator.random(size) < part
    return Drawn(values, np.where(lost, values - 1e-6, np.inf), "not_yet" if way == CLOSE else "absent")


def effects_of(drawn: Drawn) -> pd.DataFrame:
    """The frame that tests take. A seed with an end that is NaN keeps its value, which says that it shows nothing."""
    lost, kept = drawn.lost, np.isnan(drawn.ends)
    groups, seeds = np.indices(drawn.values.shape)
    columns = {
        "seed": seeds,
        "group": groups.astype(float),
        "value": np.where(lost & ~kept, np.nan, drawn.values),
        "censored_at": np.where(lost & (drawn.status == "not_yet"), drawn.ends, np.nan),
        "status": np.where(lost, drawn.status, "observed"),
    }
    frame = pd.DataFrame({name: column.ravel() for name, column in columns.items()})
    return frame.assign(run="r", group_label="", note="", collapsed=False)


def share_supported(
    name: str, shape: str, way: str, part: float, direction: str, seeds: int, effect: bool, draws: int
) -> float:
    """How often the rule says supported."""
    case = CASES[name]
    generator, rule = np.random.default_rng([seeds, effect]), Rule(case.test.KIND, direction, case.smallest_effect, 3)  # type: ignore[arg-type]
    supported = 0
    for _ in range(draws):
        drawn = draw(case, shape, way, part, direction, generator, seeds, effect)
        if cannot_be_supported(case, drawn, direction):
            continue
        effects = effects_of(drawn)
        result = case.test.run_test(effects, direction, rule.smallest_effect, COARSE)
        supported += result.p_value <= LEVEL and decide(effects, result, rule).verdict == "supported"
    return supported / draws


def cannot_be_supported(case: Case, drawn: Drawn, direction: str) -> bool:
    """Whether a draw of one location has a p-value above 0.05 by scipy's binomial distribution where seeds have no
    value, and by Student's where all have one; one of shares by the hypergeometric one; and whether a trend of means
    that are cut off at the end falls.

    Most draws need no more: that no test of ours has a smaller p-value than these is tested elsewhere.
    """
    lost = drawn.lost
    if case.shapes == ("shown",):
        return not_shown_often_enough(drawn)
    if case.groups > 2:
        absent = drawn.status == "absent"
        cut = np.where(lost & absent, np.nan, np.minimum(drawn.values, np.inf if absent else drawn.ends.min()))
        means = np.array([row[~np.isnan(row)].mean() if (~np.isnan(row)).any() else np.nan for row in cut])
        return case.test is not ordered and bool(means[-1] < means[0])
    lowest = np.where(lost, drawn.ends if drawn.status == "not_yet" else -np.inf, drawn.values)
    highest = np.where(lost, np.inf, drawn.values)
    if case.groups == 2:
        lowest, highest = lowest[1] - highest[0], highest[1] - lowest[0]
    either = case.test in (apart, equivalence)
    above, below = lowest - case.middle, highest - case.middle
    if lost.any():
        counts = np.sum(above > 0), np.sum(below < 0)
        most = max(counts) if either else counts[0 if direction == "greater" else 1]
        return float(special.bdtrc(most - 1, lowest.size, 0.5)) > LEVEL
    mean_of_all, error = above.mean(), above.std(ddof=1) / np.sqrt(above.size)
    far = abs(mean_of_all) if either else mean_of_all if direction == "greater" else -mean_of_all
    return bool(far < error * special.stdtrit(above.size - 1, 1 - LEVEL))


def not_shown_often_enough(drawn: Drawn) -> bool:
    """Whether seeds that certainly show it are too few for p <= 0.05 beside those of the first group that may."""
    certain, possible = np.sum(drawn.values > 0.5, axis=1), np.sum((drawn.values > 0.5) | drawn.lost, axis=1)
    seeds = drawn.values.shape[1]
    if len(certain) == 1:
        return float(special.bdtrc(certain[0] - 1, seeds, 0.5)) > LEVEL
    together = int(possible[0] + certain[1])
    return float(stats.hypergeom.sf(certain[1] - 1, 2 * seeds, together, seeds)) > LEVEL


def every_case() -> Iterator[tuple[str, str, str, float, str]]:
    """Test, shape, way of losing values, share that is lost and direction."""
    for name, case in CASES.items():
        for shape, way, part, direction in itertools.product(case.shapes, case.ways, SHARES, case.directions):
            yield name, shape, way, part, direction


def main(draws: int, names: Sequence[str] = ()) -> None:
    """Print for every test and way, or for some tests, the largest rate of false support by the number of seeds."""
    rates: dict[tuple[str, str], dict[int, float]] = {}
    for (name, shape, way, part, direction), seeds in itertools.product(every_case(), (3, 5, 10)):
        if not names or name in names:
            rate = share_supported(name, shape, way, part, direction, seeds, False, draws)
            found = rates.setdefault((name, way), {})
            found[seeds] = max(found.get(seeds, 0.0), rate)
            print(name, shape, way, part, direction, seeds, rate, file=sys.stderr, flush=True)
    for (name, way), by_seeds in rates.items():
        print(f"| {name} | {way} | {' | '.join(f'{100 * rate:.1f} %' for rate in by_seeds.values())} |")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
