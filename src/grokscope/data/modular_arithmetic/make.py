"""Sequences and results of the pairs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from grokscope.data.modular_arithmetic.declaration import ModularArithmeticSettings
from grokscope.data.modular_arithmetic.pairs import Pair, result, shuffled_pairs
from grokscope.data.samples import Samples


def make(settings: ModularArithmeticSettings) -> Samples:
    """The first `train_size` of the shuffled pairs for training, so that a larger training set begins with a smaller
    one, and the rest for the test.
    """
    operation, modulus, size = settings.operation, settings.modulus, settings.train_size
    pairs = shuffled_pairs(operation, modulus, settings.second_from, settings.draw)
    inputs = sequences(pairs, modulus)
    targets = np.array([result(operation, modulus, pair) for pair in pairs], dtype=np.int64)
    return Samples(settings.name, inputs[:size], targets[:size], inputs[size:], targets[size:])


def sequences(pairs: Sequence[Pair], modulus: int) -> npt.NDArray[np.int64]:
    """Tokens (N, 4): x, the token of the operation, y, the token of the equals sign."""
    first, second = np.array(pairs, dtype=np.int64).T
    return np.stack([first, np.full_like(first, modulus), second, np.full_like(first, modulus + 1)], axis=1)
