"""At which steps weights are kept and a metric is measured, in pure Python, as the workflow's driver asks too."""

from __future__ import annotations

import math
from collections.abc import Sequence

from grokscope.config.run_settings import CheckpointSettings
from grokscope.metrics.declared import MetricSettings

EARLY_STEPS = 30
TENS_BELOW = 150
OMNIGROK_POINTS = 150


def checkpoint_steps(checkpoints: CheckpointSettings, steps: int) -> list[int]:
    """Ascending checkpoint steps of a training of `steps` updates, always with step 0 and `steps`.

    - `omnigrok`: 0 to 29, every 10 below 150, every ceil(steps / 150): the points of both papers' MNIST figures.
    - `grok_adversarial`: 0 to 29, every 10 below 150, every 100 to 1000, every 1000: the points of P2's CNN figures.
    - `log`: `count` steps evenly spaced in log(step + 1), rounded; fewer where they coincide.

    Steps that are named in `also` are kept in addition. Raises ValueError when `steps` is not positive.
    """
    if steps < 1:
        raise ValueError(f"a training of {steps} steps")
    early = {*range(EARLY_STEPS), *range(0, TENS_BELOW, 10)}
    if checkpoints.grid == "omnigrok":
        kept = early | set(range(0, steps, -(-steps // OMNIGROK_POINTS)))
    elif checkpoints.grid == "grok_adversarial":
        kept = early | set(range(0, 1000, 100)) | set(range(0, steps, 1000))
    else:
        last = checkpoints.count - 1
        kept = {round(math.expm1(math.log1p(steps) * place / last)) for place in range(last)}
    return sorted({step for step in {*kept, *checkpoints.also} if step < steps} | {0, steps})


def selected_steps(settings: MetricSettings, steps: Sequence[int]) -> list[int]:
    """Those of the ascending checkpoint `steps` that a metric is computed at, the last always among them.

    `every` keeps the multiples of a number; `at_most` then thins what is left, evenly in its order, the first and last
    included.
    """
    kept = [step for step in steps if settings.every is None or step % settings.every == 0 or step == steps[-1]]
    if settings.at_most is not None and len(kept) > settings.at_most:
        last = settings.at_most - 1
        kept = [kept[round(place * (len(kept) - 1) / last)] for place in range(settings.at_most)]
    return kept
