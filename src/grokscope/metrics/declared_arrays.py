"""What a metric says of arrays that it makes beside its table: partitions, maps and slices, which fit no table. Imports
no torch and no pandas.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from grokscope.metrics.declared import MetricSettings

ArrayType = Literal["bool", "uint8", "int32", "int64", "float32", "float64"]


@dataclass(frozen=True)
class ArrayDeclaration:
    """An array of one seed at one step: its type, and the names of its axes in order. Its sizes may differ from seed to
    seed and from step to step.
    """

    name: str
    dtype: ArrayType
    axes: tuple[str, ...]
    words: str
    """What it holds, with units."""

    def complaint(self, dtype: str, shape: Sequence[int]) -> str:
        """What is wrong with an array of this type and shape; empty where nothing is."""
        if dtype != self.dtype:
            return f"array {self.name} is {dtype} instead of {self.dtype}"
        if len(shape) != len(self.axes):
            return (
                f"array {self.name} has shape {tuple(shape)} instead of {len(self.axes)} axes: {', '.join(self.axes)}"
            )
        return ""


class ArraysSettings(MetricSettings):
    """What a metric with arrays can be told: at which of its checkpoints, and of which seeds, it keeps them."""

    arrays_at_most: int = Field(
        default=2,
        ge=1,
        description="arrays are kept at this many of the metric's checkpoints, evenly spaced in their order, the first"
        " and last included; 1 keeps those of the last",
    )
    arrays_of_seeds: list[int] | None = Field(
        default=None, description="arrays are kept of these seeds; none means all"
    )
