"""How often claims of our follow-ups of Always Grok are supported on whole made-up runs.

Without an effect means, for
- what a date follows: the event follows neither clock but lies half-way between, so that both date it equally badly;
- a share of a seed's runs: every run shows the event in one half of the seeds;
- levels and dates under two conditions: they are alike in distribution;
- two curves: they are independent random walks.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from error_rate_cases_of_sweeps import complexity, fitted, migration_by_axis, phases_by_axis, robustness_by_axis
from error_rate_support import TIME, Draw, Reals, Runs, attacks, rise, table, walks


def factors_by_axis(
    generator: np.random.Generator, seeds: int, effect: bool, axis: str, decades: tuple[float, ...]
) -> Runs:
    """Regions migrate at one product of steps and setting, which takes these values, or half-way to one step."""
    own = generator.normal(0, 0.1, seeds)
    runs: Runs = []
    for place, value in enumerate(decades):
        shift = -(1.0 if effect else 0.5) * (value - float(np.mean(decades)))
        falls = 2.8 + own + shift + generator.normal(0, 0.05, seeds)
        known = {"accuracy": fitted(generator, seeds), "local_complexity": complexity(generator, falls)}
        runs.append((known, {axis: place}))
    return runs


def clocks(generator: np.random.Generator, seeds: int, effect: bool, curve: str) -> Runs:
    """Four conditions in which a curve falls (or rises) along the logarithm of steps, each time shifted by `away`.

    The date is the sum of two shifts. Where the curve is shifted by twice the second one, what it shows at the date is
    the difference of the two, which varies as much as their sum; with the effect it is the same up to noise.
    """
    runs: Runs = []
    for place in range(3):
        one, other, noise = generator.normal(0, (0.15, 0.15, 0.02), (seeds, 3)).T
        dates = 2.8 + one + other
        away = dates - 2.8 + noise if effect else 2 * other
        known = {"accuracy": fitted(generator, seeds), "local_complexity": complexity(generator, dates)}
        along = 0.4 * (TIME[None, :] - away[:, None])
        if curve == "weight_norm":
            known["weight_norm"] = table(10 ** (3 - along), "norm", layer=0)
        else:
            known["margins"] = table(10 ** (along - 2), "margin", split="train", distance=0.1, points=200)
        runs.append((known, {"learning_rate": place}))
    return runs


def phases_in_runs(generator: np.random.Generator, seeds: int, effect: bool, axis: str) -> Runs:
    """Three runs of each seed, each with the phases in one half of the seeds, or in nearly all."""
    return phases_by_axis(generator, seeds, effect, axis, (1, 2, 3), last=False)


def final_complexity(
    generator: np.random.Generator, seeds: int, effect: bool, axis: str, places: tuple[int, int], by: float
) -> Runs:
    """The final local complexity is alike in both runs, or higher by `by` neurons in the second."""
    own = generator.normal(0, 0.3, seeds)
    runs: Runs = []
    for number, place in enumerate(places):
        low = 3 + own + generator.normal(0, 0.2, seeds) + by * effect * number
        falls = generator.normal(2.8, 0.1, seeds)
        known = {"accuracy": fitted(generator, seeds), "local_complexity": complexity(generator, falls, low=low)}
        runs.append((known, {axis: place}))
    return runs


def final_robustness(
    generator: np.random.Generator, seeds: int, effect: bool, axis: str, places: tuple[int, int]
) -> Runs:
    """Accuracy under attack ends alike in both runs, or higher by a fifth of the images in the second."""
    own = generator.normal(0, 0.03, seeds)
    runs: Runs = []
    for number, place in enumerate(places):
        final = 0.4 + own + generator.normal(0, 0.03, seeds) + 0.2 * effect * number
        withstand = final[:, None] * rise(np.full(seeds, 2.0), 0.3)
        attacked = attacks(generator, withstand).assign(epsilon=0.13)
        runs.append(({"accuracy": fitted(generator, seeds), "adversarial_sweep": attacked}, {axis: place}))
    return runs


def collapse(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """Local complexity and variability within classes wander, by themselves or together."""
    moves = [walks(generator, seeds, 0.1) for _ in range(2)]
    local = table(10 + 30 * moves[0], "value", split="train", radius=0.05, layer=0)
    others = dict.fromkeys(("norms", "angles", "duality", "nearest_mean"), 0.1)
    within = table(_near(generator, 10 ** moves[0 if effect else 1]), "within_class", **others)
    return [({"accuracy": fitted(generator, seeds), "local_complexity": local, "neural_collapse": within}, {})]


def _near(generator: np.random.Generator, values: Reals) -> Reals:
    return values * 10 ** generator.normal(0, 0.01, values.shape)


RATES = tuple(np.log10([5e-4, 1e-3, 2e-3]))
DECAYS = tuple(np.log10([0.01, 0.03, 0.1]))
BATCHES = tuple(np.log10([25, 50, 100, 200, 400]))
MOVED = partial(final_complexity, axis="strength")
CASES: dict[str, tuple[str, Draw]] = {
    "descent_by_rate": (
        "always_grok_second_descent_follows_the_learning_rate",
        partial(factors_by_axis, axis="learning_rate", decades=RATES),
    ),
    "descent_by_decay": (
        "always_grok_second_descent_follows_weight_decay",
        partial(factors_by_axis, axis="weight_decay", decades=DECAYS),
    ),
    "migration_by_epoch": (
        "always_grok_migration_follows_epochs",
        partial(factors_by_axis, axis="batch_size", decades=BATCHES),
    ),
    "descent_by_norm": (
        "always_grok_second_descent_follows_the_weight_norm",
        partial(clocks, curve="weight_norm"),
    ),
    "descent_by_margin": ("always_grok_second_descent_follows_the_margin", partial(clocks, curve="margin")),
    "descent_earlier_with_decay": (
        "always_grok_more_decay_brings_the_second_descent_earlier",
        partial(migration_by_axis, axis="weight_decay", places=(0, 1, 2), step=-0.4),
    ),
    "migration_by_batch": (
        "always_grok_larger_batch_migrates_earlier",
        partial(migration_by_axis, axis="batch_size", places=(0, 2, 4), step=-0.35),
    ),
    "migration_by_noise": (
        "always_grok_label_noise_delays_migration",
        partial(migration_by_axis, axis="label_noise", places=(0, 3), step=0.6),
    ),
    "level_by_noise": (
        "always_grok_label_noise_keeps_regions",
        partial(final_complexity, axis="label_noise", places=(0, 2), by=4.0),
    ),
    "phases_of_tanh": (
        "always_grok_tanh_networks_show_the_phases",
        partial(phases_by_axis, axis="activation", places=(1,), last=False),
    ),
    "phases_by_optimiser": (
        "always_grok_phases_under_other_optimisers",
        partial(phases_in_runs, axis="optimizer"),
    ),
    "phases_by_scheme": ("always_grok_phases_under_other_schemes", partial(phases_in_runs, axis="init_scheme")),
    "regions_held": (
        "always_grok_migration_causes_robustness",
        partial(robustness_by_axis, axis="strength", places=(0, 1), step=0.5),
    ),
    "complexity_where_held": ("always_grok_held_regions_stay", partial(MOVED, places=(0, 1), by=4.0)),
    "complexity_where_pushed": ("always_grok_pushed_regions_leave", partial(MOVED, places=(0, 2), by=-2.0)),
    "complexity_where_flat": (
        "always_grok_flatness_moves_regions",
        partial(final_complexity, axis="flatness", places=(0, 1), by=-2.0),
    ),
    "robustness_where_pushed": (
        "always_grok_pushing_regions_away_brings_robustness",
        partial(final_robustness, axis="strength", places=(0, 2)),
    ),
    "robustness_where_flat": (
        "always_grok_flatness_brings_robustness",
        partial(final_robustness, axis="flatness", places=(0, 1)),
    ),
    "collapse_that_wanders": ("always_grok_migration_goes_with_neural_collapse", collapse),
}
