"""How often claims on Always Grok's sweeps of MLPs are supported on whole made-up runs: dates of robustness and of
migration along an axis, and what is more common under one condition.

Without an effect means, for
- a trend over an axis, a pair of runs: the dates and final levels are alike in distribution whatever the condition;
- a share of seeds: one half of them show it in either group, or in the only one.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from error_rate_support import Draw, Reals, Runs, accuracy, attacks, rise, table


def robust(generator: np.random.Generator, back: Reals, epsilon: float) -> pd.DataFrame:
    """Accuracy under attack that is lost early and comes back at these dates."""
    lost = rise(generator.normal(1.0, 0.05, len(back)), 0.3)
    withstand = 0.5 * rise(np.full(len(back), 0.4), 0.2) * (1 - 0.9 * lost) + 0.5 * rise(back, 0.2)
    return attacks(generator, withstand).assign(epsilon=epsilon)


def complexity(
    generator: np.random.Generator,
    falls: Reals,
    rises: Reals | float = 1.0,
    first: float = 3.0,
    low: Reals | float = 0.0,
) -> pd.DataFrame:
    """Local complexity that falls early, rises by `rises` times 6 neurons, and falls at these dates to `low`."""
    count = len(falls)
    up = rise(np.full(count, 1.6), 0.3) * (1 - rise(falls, 0.3)) * np.reshape(rises, (-1, 1))
    end = np.reshape(low, (-1, 1)) * rise(falls, 0.3)
    values = 2 + first * (1 - rise(np.full(count, 0.6), 0.3)) + 6 * up + end - 1.5 * rise(falls, 0.3)
    noise = generator.normal(0, 0.05, values.shape)
    return table(values + noise, "value", split="train", radius=0.05, layer=0)


def fitted(generator: np.random.Generator, seeds: int) -> pd.DataFrame:
    """Accuracy that rises early in every seed."""
    return accuracy(generator, 0.1 + 0.8 * rise(np.full(seeds, 1.0)), fits=np.full(seeds, 1.3))


def robustness_by_axis(
    generator: np.random.Generator,
    seeds: int,
    effect: bool,
    axis: str,
    places: tuple[int, ...],
    step: float,
    measured: str = "adversarial_sweep",
    epsilon: float = 0.13,
) -> Runs:
    """Robustness comes back at the same dates in all runs, or by `step` later from one to the next."""
    own = generator.normal(0, 0.1, seeds)
    runs: Runs = []
    for number, place in enumerate(places):
        back = 2.7 + own + generator.normal(0, 0.15, seeds) + step * effect * number
        runs.append(({"accuracy": fitted(generator, seeds), measured: robust(generator, back, epsilon)}, {axis: place}))
    return runs


def migration_by_axis(
    generator: np.random.Generator, seeds: int, effect: bool, axis: str, places: tuple[int, ...], step: float
) -> Runs:
    """Regions migrate at the same dates in all runs, or by `step` later from one to the next."""
    own = generator.normal(0, 0.1, seeds)
    runs: Runs = []
    for number, place in enumerate(places):
        falls = 2.8 + own + generator.normal(0, 0.15, seeds) + step * effect * number
        known = {"accuracy": fitted(generator, seeds), "local_complexity": complexity(generator, falls)}
        runs.append((known, {axis: place}))
    return runs


def phases_by_axis(
    generator: np.random.Generator, seeds: int, effect: bool, axis: str, places: tuple[int, ...], last: bool = True
) -> Runs:
    """Local complexity rises and falls again in one half of the seeds; with the effect in nearly all of them, but in
    hardly any of the last run where there are several.
    """
    runs: Runs = []
    for number, place in enumerate(places):
        without = last and number == len(places) - 1
        shown = generator.random(seeds) < ((0.03 if without else 0.97) if effect else 0.5)
        falls = generator.normal(2.8, 0.1, seeds)
        local = complexity(generator, falls, rises=shown.astype(float))
        runs.append(({"accuracy": fitted(generator, seeds), "local_complexity": local}, {axis: place}))
    return runs


def peaks_of_the_widest(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """Local complexity peaks alike in both runs, or at a third in the wider one."""
    runs: Runs = []
    for place in (3, 4):
        falls, height = generator.normal(2.8, 0.1, seeds), generator.normal(1, 0.1, seeds)
        local = complexity(generator, falls, rises=height / 3 if effect and place == 4 else height)
        runs.append(({"accuracy": fitted(generator, seeds), "local_complexity": local}, {"width": place}))
    return runs


def levels_with_batch_norm(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """The final local complexity is alike in both runs, or higher with batch normalisation."""
    own = generator.normal(0, 0.3, seeds)
    runs: Runs = []
    for place in (0, 1):
        low = own + generator.normal(0, 0.2, seeds) + 4 * effect * place
        known = {
            "accuracy": fitted(generator, seeds),
            "local_complexity": complexity(generator, generator.normal(2.8, 0.1, seeds), low=low + 1.5),
        }
        runs.append((known, {"batch_norm": place}))
    return runs


def delay_with_batch_norm(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """Generalisation is delayed in one half of the seeds, or in nearly all without and hardly any with batch
    normalisation.
    """
    runs: Runs = []
    for place in (0, 1):
        late = generator.random(seeds) < ((0.03 if place else 0.97) if effect else 0.5)
        dates = np.where(late, generator.normal(3.0, 0.1, seeds), 1.5)
        test = 0.1 + 0.8 * rise(dates)
        runs.append(({"accuracy": accuracy(generator, test, fits=np.full(seeds, 1.5))}, {"batch_norm": place}))
    return runs


CASES: dict[str, tuple[str, Draw]] = {
    "robustness_by_depth": (
        "always_grok_deeper_mlp_robust_earlier",
        partial(robustness_by_axis, axis="depth", places=(0, 2, 4), step=-0.35),
    ),
    "robustness_by_width": (
        "always_grok_wider_mlp_robust_earlier",
        partial(robustness_by_axis, axis="width", places=(0, 2, 4), step=-0.5),
    ),
    "robustness_by_decay": (
        "always_grok_weight_decay_robust_later",
        partial(robustness_by_axis, axis="weight_decay", places=(1, 3, 5), step=0.5),
    ),
    "robustness_by_size": (
        "always_grok_more_data_robust_earlier",
        partial(
            robustness_by_axis,
            axis="train_size",
            places=(0, 2, 4),
            step=-0.5,
            measured="adversarial_larger",
            epsilon=0.125,
        ),
    ),
    "robustness_by_random_labels": (
        "always_grok_more_random_labels_robust_later",
        partial(robustness_by_axis, axis="train_size", places=(0, 2, 4), step=0.4, measured="adversarial_train"),
    ),
    "migration_by_default_depth": (
        "always_grok_deeper_migrates_earlier_default_init",
        partial(migration_by_axis, axis="depth", places=(0, 2, 4), step=-0.35),
    ),
    "migration_by_width": (
        "always_grok_wider_ascends_earlier",
        partial(migration_by_axis, axis="width", places=(0, 2, 4), step=-0.4),
    ),
    "migration_by_decay": (
        "always_grok_weight_decay_delays_migration",
        partial(migration_by_axis, axis="weight_decay", places=(1, 3, 5), step=0.5),
    ),
    "migration_by_random_labels": (
        "always_grok_random_labels_delay_migration",
        partial(migration_by_axis, axis="train_size", places=(0, 2, 4), step=0.4),
    ),
    "peak_of_the_widest": ("always_grok_overparameterisation_lowers_the_peak", peaks_of_the_widest),
    "phases_when_deep": (
        "always_grok_complexity_has_three_phases_when_deep",
        partial(phases_by_axis, axis="depth", places=(4,), last=False),
    ),
    "phases_with_batch_norm": (
        "always_grok_batch_norm_removes_the_double_descent",
        partial(phases_by_axis, axis="batch_norm", places=(0, 1)),
    ),
    "level_with_batch_norm": ("always_grok_batch_norm_keeps_regions_near_the_data", levels_with_batch_norm),
    "robustness_with_batch_norm": (
        "always_grok_batch_norm_removes_delayed_robustness_mlp",
        partial(robustness_by_axis, axis="batch_norm", places=(0, 1), step=0.9),
    ),
    "delay_with_batch_norm": ("always_grok_batch_norm_removes_delayed_generalisation", delay_with_batch_norm),
}
