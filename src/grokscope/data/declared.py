"""What a task says of itself: what goes into a network, what is to come out, how many samples there are, and how the
data are got. Imports neither torch nor numpy, so that runs can be planned anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any, ClassVar, Literal

from pydantic import Field

from grokscope.config.section import Positive, Section

InputKind = Literal["images", "vectors", "tokens"]
TargetKind = Literal["classes", "classes_of_positions", "values"]

NUMBER_BYTES = 8
"""Of a number of vectors, tokens and targets as they are made: float64 or int64."""


class TaskSettings(Section):
    """Which samples a run trains and is tested on; a task may add settings of its own."""

    name: str
    train_size: Positive = Field(description="number of training samples, N")
    subset: Literal["first", "balanced", "with_replacement"] = Field(
        default="first",
        description=(
            "first: the first N training samples; balanced: a class-balanced draw by seed, without "
            "replacement; with_replacement: a uniform draw by seed that may repeat samples"
        ),
    )
    label_noise: float = Field(
        default=0.0, ge=0, le=1, description="fraction of training labels redrawn uniformly by seed"
    )
    test_size: Positive | None = Field(
        default=None, description="this many test samples, evenly spaced in their order; none means all"
    )


@dataclass(frozen=True)
class Images:
    """Images uint8 (N, channels, height, width), which networks see as pixels in [0, 1].

    The channel statistics, in pixels, are used by networks with `normalize`.
    """

    shape: tuple[int, int, int]
    channel_mean: tuple[float, ...] = (0.0,)
    channel_deviation: tuple[float, ...] = (1.0,)
    kind: ClassVar[InputKind] = "images"
    number_bytes: ClassVar[int] = 1
    lowest: ClassVar[float] = 0.0
    highest: ClassVar[float] = 1.0

    @property
    def size(self) -> int:
        """Pixels of one image."""
        return prod(self.shape)

    def facts(self) -> dict[str, Any]:
        """What a network is told, as plain values."""
        return {
            "image_shape": list(self.shape),
            "channel_mean": list(self.channel_mean),
            "channel_deviation": list(self.channel_deviation),
        }


@dataclass(frozen=True)
class Vectors:
    """Vectors float64 (N, length) whose numbers lie in [lowest, highest]."""

    length: int
    lowest: float
    highest: float
    kind: ClassVar[InputKind] = "vectors"
    number_bytes: ClassVar[int] = NUMBER_BYTES

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one sample."""
        return (self.length,)

    @property
    def size(self) -> int:
        """Numbers of one vector."""
        return self.length

    def facts(self) -> dict[str, Any]:
        """What a network is told, as plain values."""
        return {"vector_length": self.length, "lowest": self.lowest, "highest": self.highest}


@dataclass(frozen=True)
class Tokens:
    """Tokens int64 (N, positions), each from 0 to vocabulary - 1."""

    positions: int
    vocabulary: int
    kind: ClassVar[InputKind] = "tokens"
    number_bytes: ClassVar[int] = NUMBER_BYTES

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one sample."""
        return (self.positions,)

    @property
    def size(self) -> int:
        """Tokens of one sample."""
        return self.positions

    def facts(self) -> dict[str, Any]:
        """What a network is told, as plain values."""
        return {"positions": self.positions, "vocabulary": self.vocabulary}


Input = Images | Vectors | Tokens


@dataclass(frozen=True)
class Classes:
    """One of `count` classes for each sample, int64 (N,), or with `of_positions` for each position of tokens, int64
    (N, positions). `most_frequent` is the share of the most frequent class where classes are not equally frequent.
    """

    count: int
    of_positions: bool = False
    most_frequent: Fraction | None = None

    @property
    def kind(self) -> TargetKind:
        """What networks, losses and metrics say that they can deal with."""
        return "classes_of_positions" if self.of_positions else "classes"

    @property
    def outputs(self) -> int:
        """Numbers that a network gives for each sample or position: one logit for each class."""
        return self.count

    @property
    def chance(self) -> Fraction:
        """Accuracy that needs no input: that of always naming the most frequent class."""
        return Fraction(1, self.count) if self.most_frequent is None else self.most_frequent

    def facts(self) -> dict[str, Any]:
        """What a network is told, as plain values."""
        return {"classes": self.count} | ({"of_positions": True} if self.of_positions else {})


@dataclass(frozen=True)
class Values:
    """`count` real numbers for each sample, float64 (N, count)."""

    count: int
    kind: ClassVar[TargetKind] = "values"
    chance: ClassVar[None] = None

    @property
    def outputs(self) -> int:
        """Numbers that a network gives for each sample."""
        return self.count

    def facts(self) -> dict[str, Any]:
        """What a network is told, as plain values."""
        return {"values": self.count}


Target = Classes | Values


@dataclass(frozen=True)
class TaskFacts:
    """What a run's data are before they are read or made.

    `train_size` and `test_size` count the samples that there are; `rarest_class` is the number of training samples of
    the class that has the fewest, None where nobody may draw balanced subsets.
    """

    input: Input
    target: Target
    train_size: int
    test_size: int
    rarest_class: int | None = None


def no_complaints(settings: Any) -> Iterator[str]:
    """Of tasks whose settings fit together whatever they are."""
    yield from ()


@dataclass(frozen=True)
class Task:
    """A task.

    `facts` gives input, target and sizes from the settings; `complaints` says which settings are impossible together,
    each as `key value: reason`. `made_by` is the module that makes the data, which is loaded by name and has

        make(settings) -> Samples

    or, where `made_from` has the hashes of the content of a file that the data are made from,

        make(settings, file) -> Samples

    The module lies beside the module `declaration` of the task. Without one the data are the images of a file that the
    catalogue knows.
    """

    name: str
    settings: type[TaskSettings]
    facts: Callable[[Any], TaskFacts]
    made_by: str | None = None
    complaints: Callable[[Any], Iterator[str]] = no_complaints
    made_from: Mapping[str, str] | None = None

    @property
    def has_file(self) -> bool:
        """Whether there is a file to be got; else settings are all that is needed."""
        return self.made_by is None or self.made_from is not None
