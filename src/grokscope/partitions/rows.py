"""Arrays that rows are added to."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOM = 1.25
"""How much longer than needed an array is made when it has to grow: most of the cost of growing is paid once."""


class Rows:
    """An array (N, ...) whose N grows."""

    def __init__(self, rows: NDArray[Any]) -> None:
        self._array = rows
        self._count = len(rows)

    @property
    def rows(self) -> NDArray[Any]:
        """(N, ...) the rows as they are now; later additions are not in it, and may leave it behind."""
        return self._array[: self._count]

    def added(self, count: int) -> NDArray[Any]:
        """`count` more rows, to be filled."""
        needed = self._count + count
        if needed > len(self._array):
            # pages of the spare rows are taken from the machine only when they are written to
            larger = np.empty((int(needed * ROOM), *self._array.shape[1:]), dtype=self._array.dtype)
            larger[: self._count] = self.rows
            self._array = larger
        self._count = needed
        return self._array[needed - count : needed]
