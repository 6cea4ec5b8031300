"""Where local complexity is measured: random points of the box of inputs and orthonormal directions around points."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np
import torch
from torch import Tensor

from grokscope.errors import UserError

FRAME_SEED = 240215555
"""Seed of all directions and random points, apart from training seeds, so that all seeds share their frame."""

SHARED_FRAME, POINT_FRAMES, RANDOM_POINTS = 0, 1, 2
_BATCH = 64


def shared_frame(shape: Sequence[int], directions: int) -> Tensor:
    """One orthonormal frame for all points, `(directions, 1, *shape)` float64, as in P2's released code.

    The directions are the orthonormal rows of a Haar-distributed matrix. Raises UserError when there are more
    directions than numbers in a sample.
    """
    generator = np.random.default_rng([FRAME_SEED, SHARED_FRAME])
    return _frames(generator, 1, shape, directions)


def point_frames(points: int, shape: Sequence[int], directions: int, stream: int) -> Tensor:
    """An independent frame for each point, `(directions, points, *shape)` float64; a frame depends on its point's
    number and `stream` only.

    Raises UserError when there are more directions than numbers in a sample.
    """
    generator = np.random.default_rng([FRAME_SEED, POINT_FRAMES, stream])
    return _frames(generator, points, shape, directions)


def random_points(points: int, shape: Sequence[int], lowest: float = 0.0, highest: float = 1.0) -> Tensor:
    """Points uniform over the box of inputs, that of pixels by default, `(1, points, *shape)` float64 in [lowest,
    highest): the same for all seeds, steps and runs (P2 section 2).
    """
    generator = np.random.default_rng([FRAME_SEED, RANDOM_POINTS])
    return lowest + (highest - lowest) * torch.from_numpy(generator.random((1, points, *shape)))


def _frames(generator: np.random.Generator, frames: int, shape: Sequence[int], directions: int) -> Tensor:
    size = prod(shape)
    if directions > size:
        raise UserError(
            f"local_complexity.directions: {directions} orthogonal directions do not fit into {size} numbers"
        )
    parts = []
    for start in range(0, frames, _BATCH):
        gaussian = torch.from_numpy(generator.standard_normal((min(_BATCH, frames - start), size, directions)))
        q, r = torch.linalg.qr(gaussian)
        # the signs of R's diagonal make Q Haar-distributed whatever sign convention the factorisation has
        parts.append(q * r.diagonal(dim1=1, dim2=2).sign()[:, None])
    return torch.cat(parts).permute(2, 0, 1).reshape(directions, frames, *shape).contiguous()
