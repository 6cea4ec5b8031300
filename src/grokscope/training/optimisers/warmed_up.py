"""The optimiser that the settings name with a learning rate that rises linearly over the first updates, as is usual for
transformers (Power et al., arXiv 2201.02177, and github.com/danielmamay/grokking).
"""

from __future__ import annotations

import importlib
from typing import Any

import torch
from torch import nn

from grokscope.config.run_settings import TrainingSettings
from grokscope.training.registry import OPTIMISERS

UPDATES = "updates"
"""Name of the number of updates done in the state of the first parameter, which is saved with the optimiser's own."""


def build(settings: TrainingSettings, parameters: list[nn.Parameter]) -> torch.optim.Optimizer:
    """The optimiser over `parameters`, which must be on their device already.

    With t updates done, the next one has min(1, (t + 1) / warm_up) of the learning rate. The rate follows from t alone,
    so a training that goes on has the same rates as one that was never stopped.
    """
    optimiser: torch.optim.Optimizer = importlib.import_module(OPTIMISERS[settings.named_optimizer]).build(
        settings, parameters
    )
    warm_up, first = settings.warm_up or 1, parameters[0]
    done: int | None = None

    def set_rate(*_: Any) -> None:
        nonlocal done
        if done is None:
            # what was restored after the optimiser was built; asked once, because it may lie on another device
            done = int(optimiser.state[first].get(UPDATES, 0)) if first in optimiser.state else 0
        for group in optimiser.param_groups:
            group["lr"] = settings.learning_rate * min(1.0, (done + 1) / warm_up)

    def count(*_: Any) -> None:
        nonlocal done
        done = (done or 0) + 1
        # only now: optimisers make their own state where they find none
        optimiser.state[first][UPDATES] = torch.tensor(done)

    optimiser.register_step_pre_hook(set_rate)
    optimiser.register_step_post_hook(count)
    return optimiser
