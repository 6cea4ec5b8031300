"""The data of a run in memory, the same for every task and however they were got."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from grokscope.data.declared import Classes, Images, Input, Target, TaskFacts, Tokens, Vectors
from grokscope.errors import UserError

INPUT_TYPES = {"images": np.uint8, "vectors": np.float64, "tokens": np.int64}
TARGET_TYPES = {"classes": np.int64, "classes_of_positions": np.int64, "values": np.float64}


@dataclass(frozen=True)
class Samples:
    """Inputs `(N, *shape)` and targets of all training and test samples, as `grokscope.data.declared` describes them:
    images uint8, vectors float64, tokens int64; classes int64 `(N,)` or `(N, positions)`, values float64 `(N, count)`.
    """

    name: str
    train_inputs: npt.NDArray[Any]
    train_targets: npt.NDArray[Any]
    test_inputs: npt.NDArray[Any]
    test_targets: npt.NDArray[Any]


def check_samples(samples: Samples, facts: TaskFacts) -> Samples:
    """The samples, if they are what the task declares. Raises UserError otherwise."""
    for split, size in (("train", facts.train_size), ("test", facts.test_size)):
        inputs, targets = getattr(samples, f"{split}_inputs"), getattr(samples, f"{split}_targets")
        where = f"task {samples.name}: the {split}"
        if len(inputs) != size or len(targets) != size:
            raise UserError(f"{where} samples are {len(inputs)} inputs and {len(targets)} targets, declared are {size}")
        _check(inputs, INPUT_TYPES[facts.input.kind], facts.input.shape, _range(facts.input), f"{where} inputs")
        shape = _target_shape(facts)
        _check(targets, TARGET_TYPES[facts.target.kind], shape, _range(facts.target), f"{where} targets")
    return samples


def _check(
    found: npt.NDArray[Any], kind: type, shape: tuple[int, ...], limits: tuple[float, float], where: str
) -> None:
    if found.dtype != kind or found.shape[1:] != shape:
        raise UserError(f"{where} are {found.dtype} {found.shape}, declared are {np.dtype(kind)} (N, *{shape})")
    if not (limits[0] <= found.min() and found.max() <= limits[1]):
        raise UserError(f"{where} lie in [{found.min()}, {found.max()}], declared are {limits[0]} to {limits[1]}")


def _range(of: Input | Target) -> tuple[float, float]:
    """Smallest and largest number that may occur."""
    if isinstance(of, Classes):
        return 0, of.count - 1
    if isinstance(of, Tokens):
        return 0, of.vocabulary - 1
    if isinstance(of, Vectors):
        return of.lowest, of.highest
    return (0, 255) if isinstance(of, Images) else (-sys.float_info.max, sys.float_info.max)


def _target_shape(facts: TaskFacts) -> tuple[int, ...]:
    if facts.target.kind == "values":
        return (facts.target.outputs,)
    return facts.input.shape if facts.target.kind == "classes_of_positions" else ()
