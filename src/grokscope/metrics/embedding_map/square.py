"""The square on which a map is made: in the plane through three embedded training sequences of one seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from grokscope.metrics.embedded_sequences import CHUNK_BYTES
from grokscope.partitions.plane import Plane

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class MapSquare:
    """The square [-half_width, half_width]^2 of a plane, and the three sequences in its coordinates `(3, 2)`."""

    plane: Plane
    half_width: float
    samples: Floats
    shape: tuple[int, ...]
    """Of an embedded sequence."""

    @classmethod
    def through(cls, sequences: Tensor, size: float) -> MapSquare:
        """The square through three embedded `sequences` (3, positions, width), centred on their mean; it reaches `size`
        times as far as the farthest. Raises UserError where they lie on one line.
        """
        three = sequences.flatten(1).double().cpu().numpy()
        plane = Plane.through(three)
        samples = plane.coordinates(three)
        half_width = size * float(np.linalg.norm(samples, axis=1).max())
        return cls(plane, half_width, samples, tuple(sequences.shape[1:]))

    def points(self, grid: int, like: Tensor) -> Iterator[Tensor]:
        """The points of a grid with `grid` points along each side, row by row, as many rows at a time as memory allows:
        `(1, rows * grid, positions, width)` of the dtype of `like` and on its device.
        """
        line = np.linspace(-self.half_width, self.half_width, grid)
        columns = torch.from_numpy(line[:, None] * self.plane.axes[0])
        of_row = columns.numel() * columns.element_size()
        rows = max(1, CHUNK_BYTES.get(like.device.type, CHUNK_BYTES["cpu"]) // of_row)
        for start in range(0, grid, rows):
            left = torch.from_numpy(self.plane.origin + line[start : start + rows, None] * self.plane.axes[1])
            yield (left[:, None] + columns).to(like).view(1, -1, *self.shape)
