"""At which steps the weights are kept."""

from __future__ import annotations

import numpy as np

from grokscope.config.run_settings import CheckpointSettings

EARLY_STEPS = 30
TENS_BELOW = 150
OMNIGROK_POINTS = 150


def checkpoint_steps(checkpoints: CheckpointSettings, steps: int) -> list[int]:
    """Ascending checkpoint steps of a training of `steps` updates, step 0 (the initialisation) and `steps` always among them.

    - `omnigrok`: 0 to 29, every 10 below 150, every ceil(steps / 150): the points of both papers' MNIST figures.
    - `grok_adversarial`: 0 to 29, every 10 below 150, every 100 to 1000, every 1000: the points of P2's CNN figures.
    - `log`: `count` steps evenly spaced in log(step + 1), rounded; fewer where they coincide.

    Raises ValueError when `steps` is not positive.
    """
    if steps < 1:
        raise ValueError(f"a training of {steps} steps")
    early = {*range(EARLY_STEPS), *range(0, TENS_BELOW, 10)}
    if checkpoints.grid == "omnigrok":
        kept = early | set(range(0, steps, -(-steps // OMNIGROK_POINTS)))
    elif checkpoints.grid == "grok_adversarial":
        kept = early | set(range(0, 1000, 100)) | set(range(0, steps, 1000))
    else:
        kept = {round(float(value)) for value in np.expm1(np.linspace(0.0, np.log1p(steps), checkpoints.count))}
    return sorted({step for step in kept if step < steps} | {0, steps})
