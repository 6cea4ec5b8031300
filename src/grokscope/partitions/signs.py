"""Signs of many values as bits, 64 neurons in a word."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Integers = NDArray[np.int64]


def packed(bits: NDArray[np.bool_]) -> Words:
    """(N, neurons) -> (N, words)."""
    octets = np.packbits(bits, axis=1)
    padded = np.zeros((len(octets), -(-octets.shape[1] // 8) * 8), dtype=np.uint8)
    padded[:, : octets.shape[1]] = octets
    return padded.view(np.uint64)


def unpacked(words: Words, neurons: int) -> NDArray[np.bool_]:
    """(N, words) -> (N, neurons)."""
    octets = np.ascontiguousarray(words).view(np.uint8)
    return np.unpackbits(octets, axis=1, count=neurons).view(np.bool_)


def set_bits(words: Words) -> tuple[Integers, Integers]:
    """Rows and neurons of all bits that are set, row by row, the neurons of a row ascending."""
    rows, columns = np.nonzero(words)
    octets = words[rows, columns][:, None].view(np.uint8)
    found, bits = np.nonzero(np.unpackbits(octets, axis=1))
    return rows[found], columns[found] * 64 + bits


class Signs:
    """Which values (V, neurons) are above and which are below zero."""

    def __init__(self, values: NDArray[np.float64]) -> None:
        self.positive = packed(values > 0)
        self.negative = packed(values < 0)

    def crossed(self, first: Integers, second: Integers) -> tuple[Integers, Integers]:
        """Pairs of vertices (N,) between which a value changes from above zero to below: numbers of pairs, neurons."""
        return set_bits((self.positive[first] & self.negative[second]) | (self.negative[first] & self.positive[second]))
