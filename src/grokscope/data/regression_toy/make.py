"""Points of the square and the values of the function there."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from grokscope.data.regression_toy.declaration import HIGHEST, LOWEST, TEST_SIZE, RegressionToySettings
from grokscope.data.samples import Samples
from grokscope.data.subset import generator


def make(settings: RegressionToySettings) -> Samples:
    """Uniform points of the square, so that a larger training set begins with the points of a smaller one; the test
    points of a draw are always the same.
    """
    train = _points(settings.draw, "train", settings.train_size)
    test = _points(settings.draw, "test", TEST_SIZE)
    return Samples(settings.name, train, function(train), test, function(test))


def function(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Values (N, 1) at points (N, 2)."""
    first, second = points[:, :1], points[:, 1:]
    return np.where(first < 0, np.sin(first) + np.cos(second), 0.0)


def _points(draw: int, split: str, count: int) -> npt.NDArray[np.float64]:
    return generator(draw, f"regression_toy {split}").uniform(LOWEST, HIGHEST, size=(count, 2))
