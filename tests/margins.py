"""Assertions about numbers of trained networks, which hold with room to spare or fail.

Another processor adds in another order, and training enlarges the difference, so that a number of a trained network
comes out differently; it can end as far away as that of another seed. A bound that is met by a hair on one processor is
missed on the next. What a test says about such a number therefore goes through one of these functions, which ask for a
margin and name it when it is too small. The remedy is a stronger effect, more seeds or a weaker claim, and never a
smaller margin or a wider tolerance.

Where the environment variable GROKSCOPE_MARGINS names a file, every margin is added to it as a line of JSON; `make
test-arithmetic` collects them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

SPREADS = 2.0
"""Distance of a mean from its bound, in standard deviations over seeds. Where arithmetic moves every seed as far as a
new draw would, the mean of five seeds moves by 0.45 of them.
"""
SEEDS = 5
"""Fewest seeds from which a standard deviation is worth something."""
ROOM = 10.0
"""Factor by which a difference by rounding stays below its tolerance."""


def assert_mean_above(
    values: Sequence[float] | np.ndarray | Tensor, bound: float, *, spreads: float = SPREADS, resolution: float = 0.0
) -> None:
    """The mean of one value for each seed is above `bound` by at least `spreads` standard deviations over seeds.

    `resolution` is the smallest step between two values, where there is one (1 / images for an accuracy); the standard
    deviation is taken to be no smaller, so that equal values do not count as infinitely certain.
    """
    _assert_margin(np.asarray(values, dtype=np.float64), bound, 1.0, spreads, resolution)


def assert_mean_below(
    values: Sequence[float] | np.ndarray | Tensor, bound: float, *, spreads: float = SPREADS, resolution: float = 0.0
) -> None:
    """The mean of one value for each seed is below `bound` by at least `spreads` standard deviations over seeds; see
    `assert_mean_above`.
    """
    _assert_margin(np.asarray(values, dtype=np.float64), bound, -1.0, spreads, resolution)


def assert_equal_to_rounding(
    found: Mapping[str, Tensor], expected: Mapping[str, Tensor], tolerance: float, *, room: float = ROOM
) -> None:
    """Every tensor differs from that of the same name by at most `tolerance` / `room` of its size (Euclidean norm,
    float64).
    """
    name, distance = _worst(found, expected)
    margin = tolerance / distance if distance else float("inf")
    _record("equal", margin, room, f"{name} differs by {distance:.1e}, tolerance {tolerance:.0e}")
    assert margin >= room, (
        f"{name} differs by {distance:.3g} of its size: a factor of {margin:.3g} to the tolerance {tolerance:g},"
        f" {room:g} is needed"
    )


def assert_unequal(
    found: Mapping[str, Tensor], expected: Mapping[str, Tensor], tolerance: float, *, room: float = ROOM
) -> None:
    """Some tensor differs from that of the same name by at least `tolerance` * `room` of its size, so that rounding
    cannot be the reason.
    """
    name, distance = _worst(found, expected)
    _record("unequal", distance / tolerance, room, f"{name} differs by {distance:.1e}, tolerance {tolerance:.0e}")
    assert distance >= tolerance * room, (
        f"no tensor differs by more than {distance:.3g} of its size ({name}), {tolerance * room:g} is needed"
    )


def _worst(found: Mapping[str, Tensor], expected: Mapping[str, Tensor]) -> tuple[str, float]:
    assert found.keys() == expected.keys()
    return max(((name, _distance(value, expected[name])) for name, value in found.items()), key=lambda pair: pair[1])


def _distance(found: Tensor, expected: Tensor) -> float:
    found, expected = found.detach().double(), expected.detach().double()
    distance = float(torch.linalg.vector_norm(found - expected)) / (float(torch.linalg.vector_norm(expected)) or 1.0)
    return distance if np.isfinite(distance) else float("inf")


def _assert_margin(values: np.ndarray, bound: float, sign: float, spreads: float, resolution: float) -> None:
    assert values.ndim == 1, f"one value for each seed is needed, not an array of shape {values.shape}"
    assert len(values) >= SEEDS, f"{len(values)} seeds say too little about the spread over seeds, {SEEDS} are needed"
    assert np.isfinite(values).all(), f"not every value is a finite number: {values.tolist()}"
    spread = max(float(values.std(ddof=1)), resolution)
    distance = sign * (float(values.mean()) - bound)
    margin = distance / spread if spread else float("inf" if distance > 0 else "-inf")
    side = "above" if sign > 0 else "below"
    _record(
        "mean",
        margin,
        spreads,
        f"mean {values.mean():.4g} of {len(values)} seeds, spread {spread:.2g}, {side} {bound:.4g}",
    )
    assert margin >= spreads, (
        f"the mean {values.mean():.4g} is {margin:.2f} spreads over seeds ({spread:.3g}) {side} {bound:.4g},"
        f" {spreads:g} are needed; values {values.tolist()}"
    )


def _record(kind: str, margin: float, needed: float, words: str) -> None:
    path = os.environ.get("GROKSCOPE_MARGINS")
    if path:
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
        with open(path, "a") as file:
            file.write(
                json.dumps({"test": test, "kind": kind, "margin": margin, "needed": needed, "words": words}) + "\n"
            )
