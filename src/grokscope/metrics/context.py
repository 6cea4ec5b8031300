"""What every metric is measured on: the images and labels of a block, on its device."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from grokscope.config.run_settings import RunSettings
from grokscope.data.subset import evenly_spaced
from grokscope.training.training_data import stacked_training_data

if TYPE_CHECKING:
    from grokscope.data.dataset import ImageDataset


@dataclass(frozen=True)
class EvaluationContext:
    """The images of a block in the arithmetic of its run. Pixels lie in [0, 1].

    `train_images` is `(S or 1, N, C, H, W)` (1: all seeds share the subset), `train_labels` `(S, N)` int64,
    `test_images` `(1, T, C, H, W)`, `test_labels` `(1, T)` int64. Labels of the training images hold the label noise.
    """

    run: RunSettings
    seeds: list[int]
    train_images: Tensor
    train_labels: Tensor
    test_images: Tensor
    test_labels: Tensor
    device: torch.device

    def images(self, split: str) -> Tensor:
        """Images of split `train` or `test`."""
        return {"train": self.train_images, "test": self.test_images}[split]

    def points(self, split: str, count: int | None) -> tuple[Tensor, Tensor]:
        """`count` evenly spaced images of a split, or all, `(S or 1, points, C, H, W)`, and labels `(S, points)`."""
        images = self.images(split)
        chosen = torch.from_numpy(evenly_spaced(count, images.shape[1])).to(self.device)
        if len(chosen) == images.shape[1]:
            return images, self.labels(split)
        return images.index_select(1, chosen), self.labels(split).index_select(1, chosen)

    def labels(self, split: str) -> Tensor:
        """Labels of split `train` or `test`, `(S, points)`: those of the test images are repeated for every seed."""
        return {"train": self.train_labels, "test": self.test_labels}[split].expand(len(self.seeds), -1)


def build_context(
    run: RunSettings, dataset: ImageDataset, seeds: Sequence[int], device: torch.device | str = "cpu"
) -> EvaluationContext:
    """Every seed's training subset and all or `run.data.test_size` test images, in the run's dtype on `device`."""
    dtype = getattr(torch, run.training.dtype)
    train_images, train_labels = stacked_training_data(dataset, run.data, list(seeds), dtype, torch.device(device))
    chosen = evenly_spaced(run.data.test_size, len(dataset.test_labels))
    pixels, labels = (torch.as_tensor(array[chosen]) for array in (dataset.test_images, dataset.test_labels))
    return EvaluationContext(
        run=run,
        seeds=list(seeds),
        train_images=train_images,
        train_labels=train_labels,
        test_images=pixels.to(device=device).to(dtype).div_(255)[None],
        test_labels=labels.to(device=device, dtype=torch.int64)[None],
        device=torch.device(device),
    )
