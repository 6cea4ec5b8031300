"""Where local complexity is measured: random points of the pixel box and orthonormal directions around points."""

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


def shared_frame(image_shape: Sequence[int], directions: int) -> Tensor:
    """One orthonormal frame for all points, `(directions, 1, C, H, W)` float64, as in P2's released code.

    The directions are the orthonormal rows of a Haar-distributed matrix. Raises UserError when there are more
    directions than pixels.
    """
    generator = np.random.default_rng([FRAME_SEED, SHARED_FRAME])
    return _frames(generator, 1, image_shape, directions)


def point_frames(points: int, image_shape: Sequence[int], directions: int, stream: int) -> Tensor:
    """A frame for each point, `(directions, points, C, H, W)` float64, by the point's number and `stream` alone.

    Raises UserError when there are more directions than pixels.
    """
    generator = np.random.default_rng([FRAME_SEED, POINT_FRAMES, stream])
    return _frames(generator, points, image_shape, directions)


def random_points(points: int, image_shape: Sequence[int]) -> Tensor:
    """Uniform points `(1, points, C, H, W)` float64 in [0, 1), the same for all seeds, steps and runs."""
    generator = np.random.default_rng([FRAME_SEED, RANDOM_POINTS])
    return torch.from_numpy(generator.random((1, points, *image_shape)))


def _frames(generator: np.random.Generator, frames: int, image_shape: Sequence[int], directions: int) -> Tensor:
    pixels = prod(image_shape)
    if directions > pixels:
        raise UserError(
            f"local_complexity.directions: {directions} orthogonal directions do not fit into {pixels} pixels"
        )
    parts = []
    for start in range(0, frames, _BATCH):
        gaussian = torch.from_numpy(generator.standard_normal((min(_BATCH, frames - start), pixels, directions)))
        q, r = torch.linalg.qr(gaussian)
        # the signs of R's diagonal make Q Haar-distributed whatever sign convention the factorisation has
        parts.append(q * r.diagonal(dim1=1, dim2=2).sign()[:, None])
    return torch.cat(parts).permute(2, 0, 1).reshape(directions, frames, *image_shape).contiguous()
