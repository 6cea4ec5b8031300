"""Images to measure times on, so that no data set is needed."""

from __future__ import annotations

import numpy as np

from grokscope.data.catalogue import dataset_info
from grokscope.data.dataset import ImageDataset

PATCH = 4
DISTINCT = 500
"""This many images are different, then they repeat; a multiple of every number of classes."""


def made_up_dataset(name: str, train: int, test: int) -> ImageDataset:
    """Made-up images like those of data set `name`: a noisy prototype for each class, the classes in turn."""
    info = dataset_info(name)
    channels, height, width = info.image_shape
    random = np.random.default_rng(0)
    patches = random.uniform(0, 200, size=(info.classes, channels, -(-height // PATCH), -(-width // PATCH)))
    prototypes = np.kron(patches, np.ones((PATCH, PATCH)))[..., :height, :width]
    classes = np.arange(DISTINCT) % info.classes
    distinct = (prototypes[classes] + random.uniform(0, 55, size=(DISTINCT, *info.image_shape))).astype(np.uint8)
    chosen = np.arange(train + test) % DISTINCT
    images, labels = distinct[chosen], classes[chosen]
    return ImageDataset(name, images[:train], labels[:train], images[train:], labels[train:])
