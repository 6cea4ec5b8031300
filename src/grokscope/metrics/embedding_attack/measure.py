"""Accuracy of transformers under an attack on their embedded sequences, and how often the attack has no gradient to
follow (P2 Fig 9).

Tokens cannot be moved a little, their embeddings can. Network and attack start from the sum of the embeddings of token
and position, and adding something to that sum is the same as adding it to the embedding of the token. There is no box:
an embedding may be any number. The attack is the published one on images otherwise, in the infinity norm, climbing the
cross-entropy of all targets of a sequence together.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pandas as pd
import torch
from torch import Tensor

from grokscope.config.run_work import RunWork
from grokscope.metrics.adversarial.pgd import is_zero, random_start
from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.embedded_sequences import mean_absolute_entry
from grokscope.metrics.embedding_attack.declaration import EmbeddingAttackSettings
from grokscope.metrics.embedding_attack.pgd import attack, sequence_gradient
from grokscope.metrics.tables import make_table
from grokscope.models.network import Network
from grokscope.models.transformer.embedded import EmbeddedNetwork

CHUNK_BYTES = {"cpu": 64 * 2**20, "cuda": 4 * 2**30}
"""What the attacked sequences, their gradients and the layers of a chunk may take."""


def build(
    settings: EmbeddingAttackSettings, context: EvaluationContext, chunk: int | None = None
) -> Callable[[Network, int], pd.DataFrame]:
    """Measure accuracy under attack on `settings.points` test sequences, evenly spaced; `chunk`: sequences at a time.

    Accuracy is the fraction of right answers among all targets of these sequences, those of every position where there
    are several. What counts is the last iterate. Fixed epsilons and their steps are in units of the embedding, relative
    ones in multiples of the mean absolute number in each seed's embedded training sequences at that step. Either kind
    has a row of epsilon 0 for each start, which is the clean accuracy. `zero_gradient_start`: fraction of the sequences
    whose gradient is exactly zero in all components at the first iteration; `zero_gradient_last`: at the last one. All
    three are NaN for a seed with a logit that is not finite.
    """
    tokens, targets = context.points("test", settings.points)
    kinds = [
        _Kind("fixed", tuple(settings.epsilons), settings.step_size),
        _Kind("relative", tuple(settings.relative_epsilons), settings.relative_step_size),
    ]
    kinds = [kind for kind in kinds if kind.epsilons]
    shape = RunWork(context.run).layers[0].shape
    starts = {(kind, start): _start(start, kind, tokens.shape[1], shape) for kind in kinds for start in settings.starts}

    def measure(network: Network, step: int) -> pd.DataFrame:
        network.eval()
        like = next(network.parameters())
        rows: list[dict[str, Any]] = []
        for (kind, start), noise in starts.items():
            unit = torch.ones(network.seeds).to(like)
            if kind.measured == "relative":
                unit = mean_absolute_entry(network, context.train_inputs).to(like)
            size = chunk or _sequences_per_chunk(network, tokens, len(kind.sizes))
            total = torch.zeros(3, network.seeds, 1 + len(kind.sizes), dtype=torch.float64)
            for begin in range(0, tokens.shape[1], size):
                part = slice(begin, begin + size)
                moved = None if noise is None else noise[:, part].to(like)
                total += _attacked(network, tokens[:, part], targets[:, part], unit, kind, settings.steps, moved).cpu()
            key = {"step": step, "measured": kind.measured, "start": start, "points": tokens.shape[1]}
            rows += _rows(total / tokens.shape[1], context.seeds, [0.0, *kind.sizes], key)
        return make_table("embedding_attack", rows)

    return measure


class _Kind(NamedTuple):
    """One way to give sizes of attacks, and the sizes."""

    measured: str
    epsilons: tuple[float, ...]
    step_size: float

    @property
    def sizes(self) -> list[float]:
        """Each size but 0 once: every table has a row of 0."""
        return [epsilon for epsilon in dict.fromkeys(self.epsilons) if epsilon > 0]


def _start(start: str, kind: _Kind, count: int, shape: Sequence[int]) -> Tensor | None:
    """Where `count` sequences start, in multiples of epsilon: `(E, count, positions, width)` float32, a function of
    epsilon and the sequence's number alone; None where they start at themselves.
    """
    if start == "none" or not kind.sizes:
        return None
    return torch.stack([random_start(epsilon, count, shape) for epsilon in kind.sizes])


def _attacked(
    network: Network,
    tokens: Tensor,
    targets: Tensor,
    unit: Tensor,
    kind: _Kind,
    steps: int,
    start: Tensor | None,
) -> Tensor:
    """The sums over sequences of the share of right answers and of both kinds of zero gradient, `(3, S, 1 + E)`; `unit`
    (S,) is what sizes are multiples of.
    """
    radii, step_sizes = unit[:, None] * torch.tensor(kind.sizes).to(unit), unit * kind.step_size
    embedded = EmbeddedNetwork(network)
    with torch.no_grad():
        sequences = network.first(tokens)
    gradient, logits = sequence_gradient(embedded, sequences, targets)
    clean_zero = is_zero(gradient).sum(dim=1, dtype=torch.float64)
    columns = torch.stack([_right(logits, targets), clean_zero, clean_zero])[..., None]
    if kind.sizes:
        found = attack(embedded, sequences, targets, radii, step_sizes, steps, start=start, first_gradient=gradient)
        zero = [one.sum(dim=2, dtype=torch.float64) for one in (found.zero_at_start, found.zero_at_last)]
        right = _right(found.logits.flatten(0, 1), targets[:, None].expand(found.logits.shape[:-1]).flatten(0, 1))
        columns = torch.cat([columns, torch.stack([right.view(radii.shape), *zero])], dim=2)
    return columns


def _right(logits: Tensor, targets: Tensor) -> Tensor:
    """Sum over sequences of the share of right answers: logits (K, B, ..., classes), targets (K, B, ...) -> (K,); NaN
    where a logit is not finite.
    """
    right = (logits.argmax(dim=-1) == targets).double().view(*targets.shape[:2], -1).mean(dim=2).sum(dim=1)
    return torch.where(logits.isfinite().flatten(1).all(dim=1), right, math.nan)


def _sequences_per_chunk(network: Network, tokens: Tensor, epsilons: int) -> int:
    """Numbers that one sequence takes at every epsilon: iterate, bounds, gradient, its sign, and all layers."""
    with torch.no_grad():
        layers = sum(layer.numel() for layer in network.preactivations(tokens[:, :1]))
    values = max(1, epsilons) * (6 * network.seeds * network.layers[0].outputs + 4 * layers)
    number_bytes = next(network.parameters()).element_size()
    return max(1, CHUNK_BYTES.get(tokens.device.type, CHUNK_BYTES["cpu"]) // (values * number_bytes))


def _rows(
    fractions: Tensor, seeds: Sequence[int], epsilons: Sequence[float], key: dict[str, Any]
) -> list[dict[str, Any]]:
    """Rows of one start from fractions `(3, S, 1 + E)`: accuracy and the two fractions of zero gradients."""
    usable = torch.where(fractions[0].isfinite(), fractions, math.nan)
    names = ("accuracy", "zero_gradient_start", "zero_gradient_last")
    return [
        {**key, "seed": seed, "epsilon": epsilon, **dict(zip(names, usable[:, place, size].tolist(), strict=True))}
        for place, seed in enumerate(seeds)
        for size, epsilon in enumerate(epsilons)
    ]
