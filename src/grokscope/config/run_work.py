"""Sizes that follow from a run's settings: its layers, samples and multiply-adds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from grokscope.config.run_settings import RunSettings
from grokscope.data.declared import TaskFacts
from grokscope.data.registry import task_facts
from grokscope.models.declared import Layer
from grokscope.models.registry import layers_of


@dataclass(frozen=True)
class RunWork:
    """A run whose seeds are trained or measured together."""

    settings: RunSettings
    seeds: int = 1

    @cached_property
    def facts(self) -> TaskFacts:
        """Input, target and sizes of the data."""
        return task_facts(self.settings.data)

    @cached_property
    def layers(self) -> list[Layer]:
        """The layers of the network, the outputs last."""
        return layers_of(self.settings.model, self.facts.input, self.facts.target)

    @property
    def multiply_adds(self) -> int:
        """Of one sample through the network."""
        return sum(layer.multiply_adds for layer in self.layers)

    @property
    def parameters(self) -> int:
        """Of one seed's network."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def train_size(self) -> int:
        """Number of training samples."""
        return self.settings.data.train_size

    @property
    def test_size(self) -> int:
        """Number of test samples that are looked at."""
        return min(self.settings.data.test_size or self.facts.test_size, self.facts.test_size)

    def points(self, split: str, wanted: int | None) -> int:
        """How many samples of a split there are when `wanted` are asked for; None asks for all."""
        there = {"train": self.train_size, "test": self.test_size}[split]
        return there if wanted is None else min(wanted, there)

    @property
    def training_values(self) -> int:
        """Numbers in the training inputs of the block: seeds share a subset that does not depend on them."""
        subsets = 1 if self.settings.data.subset == "first" else self.seeds
        return subsets * self.train_size * self.facts.input.size

    @property
    def dataset_bytes(self) -> int:
        """All data as they are read or made, the training inputs twice."""
        facts = self.facts
        return (2 * facts.train_size + facts.test_size) * facts.input.size * facts.input.number_bytes
