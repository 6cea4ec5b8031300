"""What settings are held against of each data set; `grokscope.data.catalogue` has the rest, but needs more libraries than the workflow's driver has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grokscope.errors import UserError


@dataclass(frozen=True)
class DatasetFacts:
    """Sizes of a data set; `rarest_class` is the number of training images of the class that has the fewest."""

    train_size: int
    test_size: int
    pixels: int
    classes: int
    rarest_class: int


DATASET_FACTS = {
    "mnist": DatasetFacts(train_size=60_000, test_size=10_000, pixels=28 * 28, classes=10, rarest_class=5421),
    "fashion_mnist": DatasetFacts(train_size=60_000, test_size=10_000, pixels=28 * 28, classes=10, rarest_class=6000),
    "cifar10": DatasetFacts(train_size=50_000, test_size=10_000, pixels=3 * 32 * 32, classes=10, rarest_class=5000),
}


def classes_of(settings: Mapping[str, Any], run: str) -> int:
    """How many classes the data set of a run has, by its resolved settings. Raises UserError when they name no known data set."""
    name = settings.get("data", {}).get("name")
    if name not in DATASET_FACTS:
        raise UserError(f"run {run}: settings.data.name: {name!r} is no known data set; known are {', '.join(DATASET_FACTS)}")
    return DATASET_FACTS[name].classes
