"""Made-up runs for claims that an indicator tells soon after the fit in which runs an event will come."""

from __future__ import annotations

from functools import partial

import numpy as np

from error_rate_support import Draw, Runs, accuracy, attacks, ranks, rise, table, walks

RUNS = 5


def warned(generator: np.random.Generator, seeds: int, effect: bool, indicator: str) -> Runs:
    """Some runs in which accuracy, or accuracy under attack, rises late by the toss of a coin; an indicator has fallen
    by the fit, with the effect by two standard deviations more in these runs.
    """
    runs: Runs = []
    for place in range(RUNS):
        comes = generator.random(seeds) < 0.5
        late = rise(generator.normal(3.2, 0.15, seeds)) * comes[:, None]
        fall = generator.normal(0.35, 0.1, seeds) + (0.2 * comes if effect else 0.0)
        values = 80 * (1 - fall[:, None] * rise(np.full(seeds, 0.9)) - 0.2 * late) + walks(generator, seeds, 0.5)
        if indicator == "local_complexity":
            test, withstand = rise(np.full(seeds, 1.0)), 0.5 - 0.4 * rise(np.full(seeds, 0.8)) + 0.4 * late
            measured = table(values, "value", split="train", radius=0.05, layer=0)
            attacked = {"adversarial_sweep": attacks(generator, withstand).assign(epsilon=0.13)}
        else:
            test, attacked = late, {}
            measured = ranks(values) if indicator == "rank" else table(values, "norm", layer=0)
        known = {"accuracy": accuracy(generator, 0.1 + 0.8 * test), indicator: measured}
        where = {"weight_decay": place} if attacked else {"weight_decay": place % 3, "depth": place // 3}
        runs.append((known | attacked, where))
    return runs


CASES: dict[str, tuple[str, Draw]] = {
    "ranks_that_warn": ("extensions_rank_warns_of_generalisation", partial(warned, indicator="rank")),
    "norms_that_warn": ("extensions_norm_warns_of_generalisation", partial(warned, indicator="weight_norm")),
    "complexity_that_warns": (
        "always_grok_complexity_warns_of_robustness",
        partial(warned, indicator="local_complexity"),
    ),
}
