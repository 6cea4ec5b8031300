"""What every metric is measured on: the inputs and targets of a block, on its device."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from grokscope.config.run_settings import RunSettings
from grokscope.data.registry import task_facts
from grokscope.data.subset import evenly_spaced
from grokscope.training.training_data import network_inputs, network_targets, stacked_training_data

if TYPE_CHECKING:
    from grokscope.data.samples import Samples


@dataclass(frozen=True)
class EvaluationContext:
    """The samples of a block in the arithmetic of its run. Pixels of images lie in [0, 1].

    `train_inputs` is `(S or 1, N, *shape)` (1: all seeds share the subset), `train_targets` `(S, N, ...)`,
    `test_inputs` `(1, T, *shape)`, `test_targets` `(1, T, ...)`. Labels of the training samples hold the label noise.
    """

    run: RunSettings
    seeds: list[int]
    train_inputs: Tensor
    train_targets: Tensor
    test_inputs: Tensor
    test_targets: Tensor
    device: torch.device

    def inputs(self, split: str) -> Tensor:
        """Inputs of split `train` or `test`."""
        return {"train": self.train_inputs, "test": self.test_inputs}[split]

    def points(self, split: str, count: int | None) -> tuple[Tensor, Tensor]:
        """`count` evenly spaced inputs of a split, or all, `(S or 1, points, *shape)`, and their targets `(S, points,
        ...)`.
        """
        inputs = self.inputs(split)
        chosen = torch.from_numpy(evenly_spaced(count, inputs.shape[1])).to(self.device)
        if len(chosen) == inputs.shape[1]:
            return inputs, self.targets(split)
        return inputs.index_select(1, chosen), self.targets(split).index_select(1, chosen)

    def targets(self, split: str) -> Tensor:
        """Targets of split `train` or `test`, `(S, points, ...)`: those of the test samples are repeated for every
        seed.
        """
        targets = {"train": self.train_targets, "test": self.test_targets}[split]
        return targets.expand(len(self.seeds), *targets.shape[1:])


def build_context(
    run: RunSettings, samples: Samples, seeds: Sequence[int], device: torch.device | str = "cpu"
) -> EvaluationContext:
    """The training subset of every seed and all or `run.data.test_size` evenly spaced test samples, in the run's dtype,
    on `device`.
    """
    dtype = getattr(torch, run.training.dtype)
    train_inputs, train_targets = stacked_training_data(samples, run.data, list(seeds), dtype, torch.device(device))
    chosen = evenly_spaced(run.data.test_size, len(samples.test_targets))
    return EvaluationContext(
        run=run,
        seeds=list(seeds),
        train_inputs=train_inputs,
        train_targets=train_targets,
        test_inputs=network_inputs(samples.test_inputs[chosen], task_facts(run.data).input.kind, dtype, device)[None],
        test_targets=network_targets(samples.test_targets[chosen], dtype, device)[None],
        device=torch.device(device),
    )
