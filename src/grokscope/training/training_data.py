"""The training images of a block, resident on its device."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from grokscope.config.run_settings import DataSettings
from grokscope.data.catalogue import dataset_info
from grokscope.data.subset import training_subset


def stacked_training_data(
    dataset: Any, settings: DataSettings, seeds: Sequence[int], dtype: torch.dtype, device: str | torch.device
) -> tuple[Tensor, Tensor]:
    """Images (S or 1, N, C, H, W) of `dtype` in [0, 1] and labels (S, N) int64 of the training subset of every seed.

    The images' first axis is 1 when all seeds have the same subset. `dataset` has `name`, `train_images` uint8 (M, C,
    H, W) and `train_labels` (M,); the labels returned hold the settings' label noise.
    """
    classes = dataset_info(dataset.name).classes
    subsets = [
        training_subset(dataset.train_labels, settings.train_size, settings.subset, settings.label_noise, seed, classes)
        for seed in seeds
    ]
    indices = torch.stack([torch.as_tensor(indices, dtype=torch.int64) for indices, _ in subsets])
    labels = torch.stack([torch.as_tensor(labels, dtype=torch.int64) for _, labels in subsets])
    if bool((indices == indices[0]).all()):
        indices = indices[:1]
    images = torch.as_tensor(dataset.train_images)[indices.flatten()].unflatten(0, indices.shape)
    # in place: the images of a block can take gigabytes
    return images.to(device=device).to(dtype).div_(255), labels.to(device)
