"""The losses and optimisers by name; a new one is a module and a line here. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass

from grokscope.data.declared import TargetKind


@dataclass(frozen=True)
class Loss:
    """A loss: the module with `loss(outputs, targets)`, which is loaded by name, and the kinds of target it takes."""

    module: str
    targets: tuple[TargetKind, ...] = ("classes", "classes_of_positions")


LOSSES = {
    "mse": Loss("grokscope.training.losses.mse", targets=("classes", "classes_of_positions", "values")),
    "cross_entropy": Loss("grokscope.training.losses.cross_entropy"),
}
"""Outputs (S, B, ..., classes) and classes int64 (S, B, ...), or outputs and values (S, B, values) -> (S,). Seeds meet
only when a caller sums over S.
"""

OPTIMISERS = {
    "adamw": "grokscope.training.optimisers.adamw",
    "adam": "grokscope.training.optimisers.adam",
    "sgd": "grokscope.training.optimisers.sgd",
}
"""Modules with `build(settings, parameters)`, which gives one of torch's optimisers over all parameters."""

RANK_PENALTY = "grokscope.training.rank_penalty"
"""The module of the term that moves the rank of the features, in runs that have one."""
