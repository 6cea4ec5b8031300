"""Which training samples a run sees and with which labels, as a function of the settings and the seed alone."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt

from grokscope.errors import UserError

Integers = npt.NDArray[np.int64]
Targets = npt.NDArray[Any]


def generator(seed: int, purpose: str) -> np.random.Generator:
    """A random generator that depends on the seed and the purpose, so that draws for different purposes are
    independent.
    """
    if seed < 0:
        raise UserError(f"seed {seed} is negative")
    tag = int.from_bytes(hashlib.sha256(purpose.encode()).digest()[:8], "big")
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(tag,))))


def training_subset(
    targets: npt.ArrayLike, size: int, subset: str, label_noise: float, seed: int, classes: int | None
) -> tuple[Integers, Targets]:
    """Choose `size` training samples and give their targets; returns indices int64 `(size,)` and targets `(size, ...)`.

    `targets` are those of all training samples: with `classes` the class of each, `(N,)`, in [0, classes); with None
    whatever else there is, `(N, ...)`. The kinds of subset:

    - first: the first `size` samples, for every seed (Deep Grokking and Omnigrok).
    - balanced: drawn by seed without replacement, `size // classes` of each class; the first `size % classes` classes
      give one
      more. The order is shuffled; but all samples stay in their order, so that all seeds share them in memory.
    - with_replacement: `size` uniform draws by seed, so that samples may repeat (code of Deep Networks Always Grok).
      The size may exceed N.

    Then exactly `round(label_noise * size)` labels, chosen by seed, are redrawn uniformly over all classes, so one in
    `classes` of them keeps its label by chance (random labels in Deep Networks Always Grok, figures 13, 31 and 36, are
    noise 1).

    Raises UserError if there are too few samples, if an argument is out of range, and for a balanced subset or label
    noise without classes.
    """
    if size < 1:
        raise UserError(f"train_size {size} is not positive")
    if not 0 <= label_noise <= 1:
        raise UserError(f"label_noise {label_noise} is not in [0, 1]")
    known = np.asarray(targets) if classes is None else _labels(targets, classes)
    if classes is None and (subset == "balanced" or label_noise):
        raise UserError("subset balanced and label_noise need one class for each sample")
    indices = _indices(known, size, subset, seed, classes or 0)
    chosen = known[indices]
    if classes is not None:
        noise = generator(seed, "label_noise")
        redrawn = noise.choice(size, size=round(label_noise * size), replace=False)
        chosen[redrawn] = noise.integers(classes, size=redrawn.size)
    return indices, chosen


def _labels(targets: npt.ArrayLike, classes: int) -> Integers:
    known = np.asarray(targets, dtype=np.int64)
    if known.ndim != 1 or known.size == 0 or known.min() < 0 or known.max() >= classes:
        raise UserError(f"labels must be a non-empty list of numbers from 0 to {classes - 1}")
    return known


def evenly_spaced(count: int | None, available: int) -> Integers:
    """Indices int64 of `count` of the `available` samples (all when None or more), evenly spaced in their order, the
    first included.

    The first so many would not do: MNIST's test file begins with other writers than it ends with, and networks that
    have begun to generalise are up to 5 points of accuracy worse on its first 2000 images than on all 10 000.
    """
    kept = available if count is None else min(count, available)
    return np.arange(kept) * available // kept if kept else np.arange(0)


def _indices(targets: Targets, size: int, subset: str, seed: int, classes: int) -> Integers:
    if subset in ("first", "balanced") and size > len(targets):
        raise UserError(f"train_size {size} is more than the {len(targets)} training samples")
    if subset == "first":
        return np.arange(size)
    if subset == "with_replacement":
        return generator(seed, "with_replacement").integers(len(targets), size=size)
    if subset == "balanced":
        return _balanced(targets, size, generator(seed, "balanced"), classes)
    raise UserError(f"subset {subset!r} is unknown; there are first, balanced, with_replacement")


def _balanced(labels: Integers, size: int, random: np.random.Generator, classes: int) -> Integers:
    each, remainder = divmod(size, classes)
    parts = []
    for label in range(classes):
        members = np.flatnonzero(labels == label)
        count = each + (label < remainder)
        if count > members.size:
            raise UserError(
                f"train_size {size}, balanced, needs {count} images of class {label}, but there are {members.size}"
            )
        parts.append(random.permutation(members)[:count])
    if size == labels.size:
        return np.arange(size)
    return random.permutation(np.concatenate(parts))
