"""How often claims on transformers that learn modular addition are supported on whole made-up runs.

Without an effect means, for
- a lag: the first event comes as often after the second as before it;
- a share of seeds: one half of them show the event;
- levels: they are alike in distribution, or further apart than the margin where they are to be alike;
- two curves: they are independent random walks;
- indicators: both date generalisation equally well, by curves of the same shape and noise.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from error_rate_cases_of_sweeps import complexity
from error_rate_support import Draw, Reals, Runs, accuracy, falling, measured, ranks, rise, table, walks

FIXED = {"measured": "fixed", "radius": 0.1, "positions": "all", "layer": 0}
RELATIVE = FIXED | {"measured": "relative", "radius": 0.00442}
TABLES = {"embedding_complexity": FIXED, "relative_complexity": RELATIVE}


def around(values: Reals, name: str, split: str = "train") -> dict[str, pd.DataFrame]:
    """A table of local complexity around embedded sequences, at one radius."""
    return {name: table(values, "value", split=split, **TABLES[name])}


def phases(
    generator: np.random.Generator, falls: Reals, name: str, rises: Reals | float = 1.0
) -> dict[str, pd.DataFrame]:
    """Local complexity that falls, rises and falls again at these dates."""
    return around(10 * complexity(generator, falls, rises)["value"].to_numpy().reshape(len(falls), -1), name)


def delayed(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """Test accuracy rises as often before the fit as after it, or more than half a decade after it."""
    fits = generator.normal(2.2, 0.1, seeds)
    dates = fits + generator.normal(0.6 if effect else 0.0, 0.05, seeds)
    return [({"accuracy": accuracy(generator, 0.1 + 0.88 * rise(dates), fits=fits)}, {})]


def late(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """Test accuracy rises with the fit and wanders from there on, or by a half late in the run."""
    level = 0.5 * rise(np.full(seeds, 1.0), 0.2) + walks(generator, seeds, 0.02)
    rising = 0.4 * effect * rise(generator.normal(3.6, 0.1, seeds), 0.3)
    return [({"accuracy": accuracy(generator, 0.1 + level + rising, fits=np.full(seeds, 1.3))}, {})]


def moves(generator: np.random.Generator, seeds: int, effect: bool, name: str, sign: float) -> Runs:
    """A curve wanders; with the effect it also rises (`sign` 1) or falls (-1) while test accuracy rises."""
    dates = generator.uniform(1.8, 3.6, seeds)
    along = walks(generator, seeds, 0.05) + 0.5 * sign * effect * rise(dates)
    known = {"accuracy": accuracy(generator, 0.1 + 0.88 * rise(dates))}
    if name in TABLES:
        return [(known | around(30 + 20 * along, name), {})]
    attacked = {"measured": "relative", "epsilon": 0.01, "start": "none", "zero_gradient_start": 0.0}
    return [(known | {name: table(measured(generator, 0.4 + along), "accuracy", **attacked)}, {})]


def descent(generator: np.random.Generator, seeds: int, effect: bool, name: str, places: dict[str, int]) -> Runs:
    """Local complexity falls for the second time when test accuracy rises, or half a decade before."""
    dates = generator.normal(3.1, 0.1, seeds)
    falls = dates + generator.normal(-0.6 if effect else 0.0, 0.1, seeds)
    known = {"accuracy": accuracy(generator, 0.1 + 0.88 * rise(dates))}
    return [(known | phases(generator, falls, name), places)]


def shown(generator: np.random.Generator, seeds: int, effect: bool, name: str) -> Runs:
    """Local complexity rises and falls in one half of the seeds, or in nearly all."""
    rises = (generator.random(seeds) < (0.97 if effect else 0.5)).astype(float)
    known = {"accuracy": accuracy(generator, 0.1 + 0.88 * rise(generator.normal(2.5, 0.1, seeds)))}
    return [(known | phases(generator, generator.normal(2.8, 0.1, seeds), name, rises), {"weight_decay": 1})]


def by_decay(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """Generalisation comes as late with weight decay as without it, or ten times as late without it."""
    own, runs = generator.normal(2.3, 0.1, seeds), []
    for place, later in ((0, 1.0 if effect else 0.0), (1, 0.0)):
        dates = own + later + generator.normal(0, 0.05, seeds)
        runs.append(({"accuracy": accuracy(generator, 0.1 + 0.88 * rise(dates))}, {"weight_decay": place}))
    return runs


def levels(
    generator: np.random.Generator,
    seeds: int,
    effect: bool,
    first: tuple[str, str],
    second: tuple[str, str],
    without: float,
    given: float,
    places: dict[str, int],
) -> Runs:
    """Two curves (table and kind of points) end so many decades apart, without the effect and given it."""
    own = 1.5 + generator.normal(0, 0.1, seeds)
    apart = generator.normal(given if effect else without, 0.03, seeds)
    known: dict[str, pd.DataFrame] = {"accuracy": accuracy(generator, 0.1 + 0.88 * rise(np.full(seeds, 2.5)))}
    for (name, split), ends in ((first, own + apart), (second, own)):
        values = 10 ** (1.5 + (ends - 1.5)[:, None] * rise(np.full(seeds, 2.5)))
        rows = around(values + generator.normal(0, 0.2, values.shape), name, split)[name]
        known[name] = pd.concat([known[name], rows]) if name in known else rows
    return [(known, places)]


def indicators(generator: np.random.Generator, seeds: int, effect: bool, names: tuple[str, str]) -> Runs:
    """Two measures fall near generalisation; with the effect the first does and the second anywhere."""
    dates = generator.normal(2.9, 0.25, seeds)
    near, anywhere = dates + generator.normal(0, 0.1, (2, seeds)), generator.uniform(2.2, 3.7, (2, seeds))
    known = {"accuracy": accuracy(generator, 0.1 + 0.88 * rise(dates))}
    for name, falls in zip(names, (near[0], anywhere[0]) if effect else near, strict=True):
        curve = falling(generator, falls)
        if name == "rank":
            known["rank"] = pd.concat([known["rank"], ranks(curve)]) if "rank" in known else ranks(curve)
        elif name == "effective":
            known["rank"] = ranks(curve).assign(definition="effective")
        elif name == "weight_norm":
            known[name] = table(curve, "norm", layer=0)
        else:
            known |= around(curve, name)
    return [(known, {})]


DECAY = {"weight_decay": 1}
CASES: dict[str, tuple[str, Draw]] = {
    "transformer_lag": ("always_grok_transformer_groks", delayed),
    "transformer_rise": ("always_grok_transformer_memorises_first", late),
    "transformer_complexity": (
        "always_grok_transformer_groks_with_complexity",
        partial(moves, name="embedding_complexity", sign=-1.0),
    ),
    "transformer_descent": (
        "always_grok_transformer_migrates_before_it_generalises",
        partial(descent, name="embedding_complexity", places={}),
    ),
    "transformer_test_pairs": (
        "always_grok_test_pairs_are_as_complex_as_training_pairs",
        partial(
            levels,
            first=("embedding_complexity", "train"),
            second=("embedding_complexity", "test"),
            without=0.07,
            given=0.0,
            places={},
        ),
    ),
    "transformer_random": (
        "always_grok_random_sequences_are_more_complex",
        partial(
            levels,
            first=("embedding_complexity", "random"),
            second=("embedding_complexity", "train"),
            without=0.0,
            given=0.3,
            places={},
        ),
    ),
    "transformer_decay": ("always_grok_decay_brings_generalisation", by_decay),
    "transformer_fixed_migration": (
        "always_grok_regions_migrate_under_decay_at_a_fixed_radius",
        partial(shown, name="embedding_complexity"),
    ),
    "transformer_relative_migration": (
        "always_grok_regions_migrate_under_decay_at_a_relative_radius",
        partial(shown, name="relative_complexity"),
    ),
    "transformer_relative_descent": (
        "always_grok_migration_before_generalisation_under_decay",
        partial(descent, name="relative_complexity", places=DECAY),
    ),
    "transformer_radii": (
        "always_grok_decay_makes_a_fixed_radius_relatively_larger",
        partial(
            levels,
            first=("embedding_complexity", "train"),
            second=("relative_complexity", "train"),
            without=0.0,
            given=0.3,
            places=DECAY,
        ),
    ),
    "transformer_rank_and_norm": (
        "always_grok_rank_dates_transformer_generalisation_better_than_norm",
        partial(indicators, names=("rank", "weight_norm")),
    ),
    "transformer_complexity_and_norm": (
        "always_grok_complexity_dates_transformer_generalisation_better_than_norm",
        partial(indicators, names=("relative_complexity", "weight_norm")),
    ),
    "transformer_complexity_and_rank": (
        "always_grok_complexity_dates_transformer_generalisation_better_than_rank",
        partial(indicators, names=("relative_complexity", "rank")),
    ),
    "transformer_two_ranks": (
        "always_grok_effective_rank_dates_transformer_generalisation_better",
        partial(indicators, names=("effective", "rank")),
    ),
    "transformer_robustness": (
        "always_grok_embeddings_become_robust_with_generalisation",
        partial(moves, name="embedding_attack", sign=1.0),
    ),
}
