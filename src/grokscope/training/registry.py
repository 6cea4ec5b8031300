"""The losses and optimisers by name; a new one is a module and a line here. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grokscope.data.declared import TargetKind

if TYPE_CHECKING:
    from grokscope.config.run_settings import RunSettings


@dataclass(frozen=True)
class Loss:
    """A loss: the module with `loss(outputs, targets)`, which is loaded by name, and the kinds of target it takes."""

    module: str
    targets: tuple[TargetKind, ...] = ("classes", "classes_of_positions")


LOSSES = {
    "mse": Loss("grokscope.training.losses.mse", targets=("classes", "classes_of_positions", "values")),
    "cross_entropy": Loss("grokscope.training.losses.cross_entropy"),
    "normalized_cross_entropy": Loss("grokscope.training.losses.normalized_cross_entropy"),
}
"""Outputs (S, B, ..., classes) and classes int64 (S, B, ...), or outputs and values (S, B, values) -> (S,). Seeds meet
only when a caller sums over S.
"""

OPTIMISERS = {
    "adamw": "grokscope.training.optimisers.adamw",
    "adam": "grokscope.training.optimisers.adam",
    "sgd": "grokscope.training.optimisers.sgd",
    "plain_sgd": "grokscope.training.optimisers.plain_sgd",
    "rmsprop": "grokscope.training.optimisers.rmsprop",
    "warmed_up": "grokscope.training.optimisers.warmed_up",
}
"""Modules with `build(settings, parameters)`, which gives one of torch's optimisers over all parameters. `warmed_up` is
that of every run with `warm_up`: it builds the optimiser that the settings name.
"""

NAMED_OPTIMISERS = {name: module for name, module in OPTIMISERS.items() if name != "warmed_up"}
"""Those that settings may name."""

PENALTIES: Mapping[str, str] = {
    "rank_penalty": "grokscope.training.penalties.rank",
    "jacobian_penalty": "grokscope.training.penalties.jacobian",
    "region_penalty": "grokscope.training.penalties.regions",
    "temperature": "grokscope.training.penalties.temperature",
    "label_smoothing": "grokscope.training.penalties.label_smoothing",
    "logit_penalty": "grokscope.training.penalties.logits",
}
"""Setting of a training -> the module of a further term of its loss, with `build(settings, network, seeds)`, where
`settings` is the value of that setting; it gives a function from the step, the inputs (S, B, *shape) and the
pre-activations of all layers, the outputs last, to each seed's addition to the loss (S,). A module is loaded only where
a run names it, so its code does not concern the others.
"""


def penalties_of(settings: RunSettings) -> dict[str, str]:
    """The further terms of a run's loss, as in PENALTIES."""
    return {key: module for key, module in PENALTIES.items() if getattr(settings.training, key) is not None}
