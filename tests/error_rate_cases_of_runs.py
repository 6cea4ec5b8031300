"""How often claims of the experiments are supported on whole made-up runs, from tables of measures through events,
effects and tests to the verdict.

Without an effect means, for
- a curve that changes while another one rises: it wanders, drifts the same way all along, or changes once as well, but
  at a date of its own anywhere in the run.
- indicators: rank and norm date generalisation equally well, or not at all, by curves of the same shape and noise, so
  that they could be exchanged.
- shares of a grid: how often a network collapses, or rises twice, depends on the seed and on another axis, not on the
  claim's own.
- collapse after a surge: the two would come at dates of their own, alike in distribution; a network that collapses
  first does not rise.
- the lag between events: the dates are symmetric around each other, where the claim is that one comes first, and one
  margin apart, where it is
  that they coincide or do not.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from error_rate_support import TIME, Draw, Runs, accuracy, attacks, falling, measured, ranks, rise, table, walks


def probes(generator: np.random.Generator, seeds: int, effect: bool, course: str) -> Runs:
    """Probes wander, drift upwards, or rise once at a date of their own; with the effect they drift downwards and rise
    with test accuracy.
    """
    dates, others = generator.uniform(1, 3.6, (2, seeds))
    without = {
        "wanders": 0.5 + walks(generator, seeds, 0.1),
        "drifts": 0.3 + 0.1 * np.tile(TIME, (seeds, 1)),
        "rises once": 0.4 + 0.4 * rise(others, 0.5),
    }
    given = 0.7 - 0.1 * TIME + 0.4 * rise(dates, 0.5) + walks(generator, seeds, 0.02)
    probe = measured(generator, given if effect else without[course])
    layers = {1: probe, 2: probe, 3: np.full_like(probe, 0.9)}
    of_layers = [table(values, "accuracy", layer=layer, probe="ridge") for layer, values in layers.items()]
    return [({"accuracy": accuracy(generator, 0.1 + 0.8 * rise(dates, 0.5)), "probes": pd.concat(of_layers)}, {})]


def robustness(generator: np.random.Generator, seeds: int, effect: bool, attacked: bool, ascends: bool = False) -> Runs:
    """Complexity wanders or ascends early; with the effect it also falls when accuracy, attacked or not, rises."""
    moves = rise(generator.uniform(1.8, 3.6, seeds), 0.6)
    early = 600 * rise(np.full(seeds, 1.0), 0.4) if ascends else 0.0
    falls = walks(generator, seeds, 100) - 600 * effect * moves
    local = table(1000 + early + falls, "value", split="train", radius=0.05, layer=0)
    known = {"accuracy": accuracy(generator, 0.1 + 0.8 * moves), "local_complexity": local}
    if not attacked:
        return [(known, {})]
    withstand = attacks(generator, 0.5 - 0.4 * rise(np.full(seeds, 0.8)) + 0.6 * moves)
    return [(known | {"adversarial": withstand}, {})]


def indicators(generator: np.random.Generator, seeds: int, effect: bool, skilled: bool) -> Runs:
    """Two sizes whose networks generalise at other dates; with the effect, rank dates that and the norm does not."""
    runs: Runs = []
    own = generator.normal(0, 0.15, seeds)
    for size, centre in enumerate((2.7, 3.2)):
        dates = centre + own + generator.normal(0, 0.1, seeds)
        near, anywhere = dates + generator.normal(0, 0.1, (2, seeds)), generator.uniform(2.2, 3.7, (2, seeds))
        first, second = (near[0], anywhere[0]) if effect else near if skilled else anywhere
        norms, rank = table(falling(generator, second), "norm", layer=0), ranks(falling(generator, first))
        runs.append(
            (
                {"accuracy": accuracy(generator, 0.1 + 0.8 * rise(dates)), "rank": rank, "weight_norm": norms},
                {"train_size": size},
            )
        )
    return runs


def grid(generator: np.random.Generator, seeds: int, effect: bool, collapse: bool) -> Runs:
    """Three depths by two weight decays; a network collapses, or rises a second time, by chance."""
    runs: Runs = []
    own = generator.uniform(-0.15, 0.15, seeds)
    for depth in range(3):
        for decay in range(2):
            chance = (0.95 if depth == 2 else 0.1) if effect else 0.4 + 0.2 * decay + own
            hit = (generator.random(seeds) < chance)[:, None]
            early, late = (rise(generator.uniform(date, date + 0.4, seeds), 0.2) for date in (1.9, 3.2))
            test = 0.1 + 0.4 * (early + (early if collapse else np.where(hit, late, early)))
            curves = accuracy(generator, test, 1 - hit * late if collapse else 1.0)
            runs.append(({"accuracy": curves}, {"depth": depth, "weight_decay": decay}))
    return runs


def collapses(generator: np.random.Generator, seeds: int, effect: bool, number: int) -> Runs:
    """So many runs in which every seed collapses; with the effect, accuracy rises before."""
    runs: Runs = []
    for decay in range(number):
        surge, death = generator.uniform(1.8, 3.8, (2, seeds))
        test = 0.1 + 0.4 * rise(np.minimum(surge, death - 0.4) if effect else surge, 0.2)
        runs.append(({"accuracy": accuracy(generator, test, 1 - rise(death, 0.1))}, {"weight_decay": decay}))
    return runs


def lag(
    generator: np.random.Generator,
    seeds: int,
    effect: bool,
    without: float,
    given: float,
    deviation: float,
    decades: float = 0.4,
) -> Runs:
    """Rank and norm fall together, within so many decades, by this many after generalisation on average."""
    dates = generator.normal(2.9, 0.15, seeds)
    fall = falling(generator, dates + generator.normal(given if effect else without, deviation, seeds), decades)
    return [
        (
            {
                "accuracy": accuracy(generator, 0.1 + 0.8 * rise(dates)),
                "rank": ranks(fall),
                "weight_norm": table(fall, "norm", layer=0),
            },
            {},
        )
    ]


def descent(generator: np.random.Generator, seeds: int, effect: bool, attacked: bool) -> Runs:
    """Local complexity falls with accuracy, or with accuracy under attack, within half a decade; with the effect, half
    a decade before.
    """
    dates = generator.normal(2.9, 0.15, seeds)
    falls = dates + generator.normal(-0.5 if effect else 0.0, 0.1, seeds)
    noise = generator.normal(0, 0.5, (seeds, len(TIME)))
    tables = {
        "local_complexity": table(
            30 + 60 * rise(np.full(seeds, 1.5)) - 80 * rise(falls, 0.5) + noise,
            "value",
            split="train",
            radius=0.05,
            layer=0,
        )
    }
    if not attacked:
        return [(tables | {"accuracy": accuracy(generator, 0.1 + 0.8 * rise(dates, 0.5))}, {})]
    withstand = 0.5 - 0.4 * rise(np.full(seeds, 0.8)) + 0.6 * rise(dates, 0.5)
    tables["adversarial"] = attacks(generator, withstand)
    return [(tables | {"accuracy": accuracy(generator, 0.1 + 0.8 * rise(np.full(seeds, 1.0)))}, {})]


CASES: dict[str, tuple[str, Draw]] = {
    **{
        f"probes_{course}": ("deep_grokking_probes_rise_with_test_accuracy", partial(probes, course=course))
        for course in ("wanders", "drifts", "rises once")
    },
    "complexity_and_robustness": (
        "always_grok_complexity_falls_as_robustness_rises",
        partial(robustness, attacked=True),
    ),
    "complexity_and_accuracy": (
        "always_grok_complexity_moves_with_generalisation",
        partial(robustness, attacked=False),
    ),
    "complexity_that_ascends": (
        "always_grok_complexity_moves_with_generalisation",
        partial(robustness, attacked=False, ascends=True),
    ),
    "events_that_are_equally_good": (
        "deep_grokking_rank_dates_generalisation_better",
        partial(indicators, skilled=True),
    ),
    "events_that_are_useless": ("deep_grokking_rank_dates_generalisation_better", partial(indicators, skilled=False)),
    "levels_that_are_equally_good": (
        "deep_grokking_rank_level_dates_generalisation_better",
        partial(indicators, skilled=True),
    ),
    "levels_that_are_useless": (
        "deep_grokking_rank_level_dates_generalisation_better",
        partial(indicators, skilled=False),
    ),
    "share_that_collapses": ("extensions_deep_networks_collapse_more_often", partial(grid, collapse=True)),
    "share_that_rises_twice": ("extensions_stages_belong_to_depth", partial(grid, collapse=False)),
    "collapses_of_three_runs": ("extensions_collapse_follows_a_first_surge", partial(collapses, number=3)),
    "collapses_of_one_run": ("extensions_collapse_follows_a_first_surge", partial(collapses, number=1)),
    "lag_before": (
        "deep_grokking_first_descent_before_first_surge",
        partial(lag, without=0.0, given=-0.4, deviation=0.2),
    ),
    "lag_of_rank_and_onset": (
        "deep_grokking_rank_falls_with_generalisation",
        partial(lag, without=0.2, given=0.0, deviation=0.1),
    ),
    "descent_before_generalisation": ("always_grok_migration_before_generalisation", partial(descent, attacked=False)),
    "descent_before_robustness": ("always_grok_migration_before_robustness", partial(descent, attacked=True)),
    "lag_of_the_norm": (
        "deep_grokking_norm_does_not_mark_the_transition",
        partial(lag, without=0.2, given=0.5, deviation=0.1),
    ),
}

GLIDES: dict[str, tuple[str, Draw]] = {
    "rank_glides_at_generalisation": (
        "deep_grokking_rank_falls_with_generalisation",
        partial(lag, without=0.2, given=0.0, deviation=0.1, decades=2.5),
    ),
    "norm_glides_elsewhere": (
        "deep_grokking_norm_does_not_mark_the_transition",
        partial(lag, without=0.2, given=0.5, deviation=0.1, decades=2.5),
    ),
}
"""Dates that are hardly known, since the curves glide over two and a half decades."""
