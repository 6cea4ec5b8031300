"""The training data of a block, resident on its device."""

from __future__ import annotations

from collections.abc import Sequence

import numpy.typing as npt
import torch
from torch import Tensor

from grokscope.data.declared import InputKind, TaskSettings
from grokscope.data.registry import task_facts
from grokscope.data.samples import Samples
from grokscope.data.subset import training_subset


def stacked_training_data(
    samples: Samples, settings: TaskSettings, seeds: Sequence[int], dtype: torch.dtype, device: str | torch.device
) -> tuple[Tensor, Tensor]:
    """Inputs (S or 1, N, *shape), as networks take them, and targets (S, N, ...) of the training subset of every seed.

    The inputs' first axis is 1 when all seeds have the same subset. The targets hold the settings' label noise.
    """
    facts = task_facts(settings)
    classes = facts.target.outputs if facts.target.kind == "classes" else None
    subsets = [
        training_subset(
            samples.train_targets, settings.train_size, settings.subset, settings.label_noise, seed, classes
        )
        for seed in seeds
    ]
    indices = torch.stack([torch.as_tensor(indices, dtype=torch.int64) for indices, _ in subsets])
    targets = torch.stack([torch.as_tensor(targets) for _, targets in subsets])
    if bool((indices == indices[0]).all()):
        indices = indices[:1]
    inputs = torch.as_tensor(samples.train_inputs)[indices.flatten()].unflatten(0, indices.shape)
    return network_inputs(inputs, facts.input.kind, dtype, device), network_targets(targets, dtype, device)


def network_inputs(
    values: npt.ArrayLike | Tensor, kind: InputKind, dtype: torch.dtype, device: str | torch.device
) -> Tensor:
    """Inputs as networks take them: images as pixels in [0, 1] and vectors in `dtype`, tokens as int64."""
    inputs = torch.as_tensor(values).to(device=device)
    if kind == "tokens":
        return inputs
    # in place: the images of a block can take gigabytes
    return inputs.to(dtype).div_(255) if kind == "images" else inputs.to(dtype)


def network_targets(values: npt.ArrayLike | Tensor, dtype: torch.dtype, device: str | torch.device) -> Tensor:
    """Targets as losses take them: classes as int64, values in `dtype`."""
    targets = torch.as_tensor(values).to(device=device)
    return targets.to(dtype if targets.is_floating_point() else torch.int64)
