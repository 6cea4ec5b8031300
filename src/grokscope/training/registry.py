"""The losses and optimisers by name; a new one is a module and a line here. Imports no torch."""

from __future__ import annotations

LOSSES = {
    "mse": "grokscope.training.losses.mse",
    "cross_entropy": "grokscope.training.losses.cross_entropy",
}
"""Modules with `loss(outputs, labels)`: (S, B, classes), (S, B) -> (S,). Seeds meet only when a caller sums over S."""

OPTIMISERS = {
    "adamw": "grokscope.training.optimisers.adamw",
    "adam": "grokscope.training.optimisers.adam",
    "sgd": "grokscope.training.optimisers.sgd",
}
"""Modules with `build(settings, parameters)`, which gives one of torch's optimisers over all parameters."""

RANK_PENALTY = "grokscope.training.rank_penalty"
"""The module of the term that moves the rank of the features, in runs that have one."""
