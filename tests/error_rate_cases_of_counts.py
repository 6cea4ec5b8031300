"""How often claims on what local complexity counts are supported on whole made-up runs.

Without an effect means, for
- dates that coincide, and levels that are alike: they lie one margin apart;
- curves that move together: two independent random walks.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from error_rate_support import TIME, Draw, Reals, Runs, accuracy, rise, table, walks

EVEN = 2.9
"""When test accuracy rises, in decades."""


def hump(generator: np.random.Generator, falls: Reals) -> Reals:
    """A curve that rises early and falls, half of it, at these dates."""
    noise = generator.normal(0, 0.3, (len(falls), len(TIME)))
    return 30 + 60 * rise(np.full(len(falls), 1.5)) - 70 * rise(falls, 0.4) + noise


def complexity(total: Reals, hidden: Reals | None = None) -> pd.DataFrame:
    """Local complexity in all layers, of which the second is that of the outputs."""
    parts = {0: total, 1: total if hidden is None else hidden, 2: 0 * total if hidden is None else total - hidden}
    return pd.concat(
        [table(values, "value", split="train", radius=0.05, layer=layer) for layer, values in parts.items()]
    )


def regions(values: Reals, half_width: float = 0.05) -> pd.DataFrame:
    return table(values, "value", split="train", plane="random", half_width=half_width)


def run_of(generator: np.random.Generator, seeds: int, **tables: pd.DataFrame) -> Runs:
    rising = rise(generator.normal(EVEN, 0.1, seeds))
    return [({"accuracy": accuracy(generator, 0.1 + 0.8 * rising), **tables}, {})]


def dates(generator: np.random.Generator, seeds: int, effect: bool, hidden: bool) -> Runs:
    """Local complexity, or that of the hidden layers, falls with the regions, or by one margin earlier or later."""
    falls = generator.normal(2.7, 0.1, seeds)
    apart = 0.0 if effect else 0.2 * generator.choice([-1, 1])
    counts = regions(hump(generator, falls + apart + generator.normal(0, 0.05, seeds)))
    measure = hump(generator, falls)
    total = measure + hump(generator, generator.normal(3.2, 0.1, seeds)) if hidden else measure
    return run_of(
        generator, seeds, local_complexity=complexity(total, measure if hidden else None), region_counts=counts
    )


def follow(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """Regions wander, and local complexity with them or by itself."""
    ours, own = walks(generator, seeds, 20), walks(generator, seeds, 20)
    local = 100 + (ours + walks(generator, seeds, 4) if effect else own)
    return run_of(
        generator,
        seeds,
        local_complexity_small=table(local, "value", split="train", radius=0.001, layer=0),
        region_counts=regions(200 + ours, half_width=0.001),
    )


def directions(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """With 200 directions the highest local complexity is the same, or one margin higher."""
    shape = hump(generator, generator.normal(2.7, 0.1, seeds))
    higher = 10 ** (generator.normal(0.0 if effect else 0.05, 0.01, seeds))[:, None]
    parts = [
        table(values, "value", split="train", radius=0.014, directions=number)
        for number, values in ((25, shape), (200, shape * higher))
    ]
    return run_of(generator, seeds, complexity_by_directions=pd.concat(parts))


def outputs(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """The outputs add next to nothing to the highest local complexity, or one margin of it."""
    hidden = hump(generator, generator.normal(2.7, 0.1, seeds))
    added = 10 ** (generator.normal(0.01 if effect else 0.05, 0.005, seeds))[:, None]
    return run_of(generator, seeds, local_complexity=complexity(hidden * added, hidden))


def double_descents(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """Every second seed lacks the first descent, or none does."""
    falls = generator.normal(2.9, 0.1, seeds)
    descends = np.ones(seeds, dtype=bool) if effect else generator.random(seeds) < 0.5
    early = 50 * (1 - rise(np.full(seeds, 0.5), 0.2)) * descends[:, None]
    return run_of(generator, seeds, region_counts=regions(hump(generator, falls) + early, half_width=0.001))


def frames(generator: np.random.Generator, seeds: int, rounded: float, radius: float) -> Runs:
    """In the paper's arithmetic the frame at the inputs has 10 ** `rounded` times the exact eccentricity."""
    flat = np.zeros((seeds, len(TIME)))
    shift = 10 ** (rounded + generator.normal(0, 0.004, seeds))[:, None]
    exact = table(flat + np.sqrt(2) * radius, "exact_eccentricity", split="train", radius=radius, layer=0)
    return run_of(
        generator, seeds, frame_rounding=exact.assign(rounded_eccentricity=(flat + shift).ravel() * np.sqrt(2) * radius)
    )


def small_frames(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """Small frames seem ten times as large, or as they are."""
    return frames(generator, seeds, 1.0 if effect else 0.0, 0.00233572)


def large_frames(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """The largest frame is exact, or off by one margin."""
    return frames(generator, seeds, 0.0 if effect else 0.01, 1.0)


CASES: dict[str, tuple[str, Draw]] = {
    "dates_of_regions": ("always_grok_regions_date_migration_alike", partial(dates, hidden=False)),
    "dates_of_regions_by_default": (
        "always_grok_regions_date_migration_alike_by_default",
        partial(dates, hidden=False),
    ),
    "dates_of_hidden_layers": ("always_grok_hidden_layers_date_migration_as_regions_do", partial(dates, hidden=True)),
    "counts_that_wander": ("always_grok_complexity_approximates_region_counts", follow),
    "levels_by_directions": ("always_grok_complexity_saturates_in_directions", directions),
    "levels_without_outputs": ("always_grok_outputs_do_not_make_the_peak", outputs),
    "small_frames": ("always_grok_small_frames_are_rounding", small_frames),
    "large_frames": ("always_grok_large_frames_are_not_rounding", large_frames),
    "double_descents_of_regions": ("always_grok_region_counts_double_descend", double_descents),
}
