"""How often claims on where linear regions lie are supported on whole made-up runs, from tables to the verdict.

Without an effect means that regions, or the edges of two layers, are as dense near as elsewhere on average, while each
seed's slice has a contrast of its own.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from error_rate_support import TIME, Draw, Runs, accuracy, rise, table, walks


def contrasts(generator: np.random.Generator, seeds: int, effect: bool, at_boundary: float, at_points: float) -> Runs:
    """Local complexity rises and falls; with the effect, contrasts move by so many decades when it falls, those at the
    boundary by more in the last of two layers.
    """
    dates = generator.normal(2.9, 0.15, seeds)
    noise = generator.normal(0, 0.5, (seeds, len(TIME)))
    complexity = 30 + 60 * rise(np.full(seeds, 1.5)) - 80 * rise(dates, 0.5) + noise
    layers = []
    for layer, share in ((0, 1.0), (1, 0.2), (5, 1.2)):
        own = generator.normal(0, 0.1, (2, seeds, 1))
        moved = effect * share * rise(dates, 0.5)
        boundary, points = (
            10 ** (of_seed + walks(generator, seeds, 0.03) + size * moved)
            for of_seed, size in zip(own, (at_boundary, at_points), strict=True)
        )
        rows = table(boundary, "boundary_contrast", slice="through", layer=layer)
        layers.append(rows.assign(point_contrast=points.ravel()))
    tables = {
        "accuracy": accuracy(generator, 0.1 + 0.8 * rise(np.full(seeds, 1.0))),
        "local_complexity": table(complexity, "value", split="train", radius=0.05, layer=0),
        "partition": pd.concat(layers, ignore_index=True),
    }
    return [(tables, {})]


def sides(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """The loss falls while regions multiply on both sides of a line, with a contrast of each seed's own between them;
    with the effect, it moves by 0.5 decades meanwhile.
    """
    learned = rise(generator.normal(2.0, 0.2, seeds))
    moved = generator.normal(0, 0.1, (seeds, 1)) + effect * 0.5 * learned
    common = 0.5 + learned + walks(generator, seeds, 0.05)
    halves = [
        table(10 ** (common + sign * moved / 2 + walks(generator, seeds, 0.02)), "density", side=side)
        for side, sign in (("below", 1), ("above", -1))
    ]
    losses = [table(10 ** (-0.3 - 2 * learned), "loss", split=split) for split in ("train", "test")]
    tables = {"loss": losses, "regions_by_side": halves}
    return [({name: pd.concat(parts, ignore_index=True) for name, parts in tables.items()}, {})]


MOVED = partial(contrasts, at_boundary=0.6, at_points=-0.6)
CASES: dict[str, tuple[str, Draw]] = {
    name: (f"always_grok_{name}", MOVED)
    for name in (
        "regions_gather_at_the_boundary",
        "regions_leave_the_training_points",
        "regions_gather_after_a_large_initialisation",
        "regions_leave_after_a_large_initialisation",
        "later_layers_gather_more",
    )
} | {"regions_gather_where_the_function_waves": ("always_grok_regions_gather_where_the_function_waves", sides)}
