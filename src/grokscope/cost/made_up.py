"""Samples to measure times on, so that no data set is needed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from grokscope.data.declared import Images, Input, TaskSettings, Tokens, Values
from grokscope.data.load import light
from grokscope.data.registry import task_facts
from grokscope.data.samples import Samples

PATCH = 4
DISTINCT = 500
"""So many samples are different, then they repeat; a multiple of the number of classes."""


def made_up_samples(settings: TaskSettings, train: int, test: int) -> Samples:
    """`train` and `test` samples that look like those of the task to a network, the classes in turn."""
    facts = task_facts(settings)
    random = np.random.default_rng(0)
    classes = np.arange(DISTINCT) % (1 if isinstance(facts.target, Values) else facts.target.count)
    targets: npt.NDArray[Any] = classes
    if isinstance(facts.target, Values):
        targets = random.uniform(-1, 1, size=(DISTINCT, facts.target.count))
    elif facts.target.of_positions:
        targets = np.repeat(classes[:, None], facts.input.size, axis=1)
    inputs = _inputs(facts.input, classes, random)
    chosen = np.arange(train + test) % DISTINCT
    inputs, targets = inputs[chosen], targets[chosen]
    found = Samples(settings.name, inputs[:train], targets[:train], inputs[train:], targets[train:])
    return light(found, facts)


def _inputs(of: Input, classes: npt.NDArray[np.int64], random: np.random.Generator) -> npt.NDArray[Any]:
    """One input for each of `classes`: a patchy prototype of the class with noise for images, random numbers else."""
    if isinstance(of, Tokens):
        return random.integers(of.vocabulary, size=(len(classes), *of.shape))
    if not isinstance(of, Images):
        return random.uniform(of.lowest, of.highest, size=(len(classes), *of.shape))
    channels, height, width = of.shape
    patches = random.uniform(0, 200, size=(classes.max() + 1, channels, -(-height // PATCH), -(-width // PATCH)))
    prototypes = np.kron(patches, np.ones((PATCH, PATCH)))[..., :height, :width]
    return (prototypes[classes] + random.uniform(0, 55, size=(len(classes), *of.shape))).astype(np.uint8)
