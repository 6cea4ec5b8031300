"""Sizes that follow from a run's settings: its layers, images and multiply-adds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from grokscope.config.run_settings import RunSettings
from grokscope.data.catalogue import DatasetInfo, dataset_info
from grokscope.models.declared import Layer
from grokscope.models.registry import layers_of


@dataclass(frozen=True)
class RunWork:
    """A run whose seeds are trained or measured together."""

    settings: RunSettings
    seeds: int = 1

    @property
    def dataset(self) -> DatasetInfo:
        """The catalogue's entry of the data set."""
        return dataset_info(self.settings.data.name)

    @cached_property
    def layers(self) -> list[Layer]:
        """The layers of the network, the logits last."""
        return layers_of(self.settings.model, self.dataset.image_shape, self.dataset.classes)

    @property
    def multiply_adds(self) -> int:
        """Of one image through the network."""
        return sum(layer.multiply_adds for layer in self.layers)

    @property
    def parameters(self) -> int:
        """Of one seed's network."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def train_size(self) -> int:
        """Number of training images."""
        return self.settings.data.train_size

    @property
    def test_size(self) -> int:
        """Number of test images that are looked at."""
        return min(self.settings.data.test_size or self.dataset.test_size, self.dataset.test_size)

    def points(self, split: str, wanted: int | None) -> int:
        """How many images of a split there are when `wanted` are asked for; None asks for all."""
        there = {"train": self.train_size, "test": self.test_size}[split]
        return there if wanted is None else min(wanted, there)

    @property
    def training_pixels(self) -> int:
        """Numbers in the training images of the block: seeds share a subset that does not depend on them."""
        subsets = 1 if self.settings.data.subset == "first" else self.seeds
        return subsets * self.train_size * self.dataset.pixels

    @property
    def dataset_bytes(self) -> int:
        """The whole data set as it is read, and its training images once more."""
        return (2 * self.dataset.train_size + self.dataset.test_size) * self.dataset.pixels
