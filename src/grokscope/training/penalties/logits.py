"""A term of the loss that keeps the logits small, whatever the loss proper does.

Kannan, Kurakin and Goodfellow (2018, arXiv 1803.06373, "logit squeezing") press the norm of the logits down for
robustness. Mosbach and others (2018, arXiv 1810.12042) found that a network can then hide its gradient instead, so
accuracy under one attack does not show what the term does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor

from grokscope.config.penalty_settings import LogitPenaltySettings
from grokscope.models.network import Network

Term = Callable[[int, Tensor, list[Tensor]], Tensor]


def build(settings: LogitPenaltySettings, network: Network, seeds: Sequence[int]) -> Term:
    """The function from the step, the inputs and the layers, outputs (S, B, ...) last, to each seed's addition to the
    loss (S,): `settings.strength` times the mean over batch and outputs of the squared output.
    """

    def term(step: int, inputs: Tensor, layers: list[Tensor]) -> Tensor:
        return settings.strength * layers[-1].square().flatten(1).mean(dim=1)

    return term
