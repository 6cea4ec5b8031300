"""What the tests of detectors share: grids of steps, seeds of noise, and the detectors with their default settings."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np
import pytest

from analysis_support import GRIDS, SEEDS, SETTINGS
from grokscope.analysis.detectors.curve import log_time
from grokscope.analysis.detectors.generalisation import Rise
from grokscope.analysis.detectors.surges import surges
from grokscope.analysis.events.accuracy import chance_accuracy

Found = TypeVar("Found")
grids = pytest.mark.parametrize("steps", GRIDS.values(), ids=GRIDS.keys())
everywhere = pytest.mark.parametrize("seed", SEEDS)


def detect(detector: Callable[..., Found], *curve: Any, **known: Any) -> Found:
    """What `detector` finds in a curve with the default settings that it asks for."""
    wanted = set(inspect.signature(detector).parameters)
    return detector(*curve, **SETTINGS.model_dump(include=wanted), **known)


def surges_of(steps: np.ndarray, test: np.ndarray) -> list[Rise]:
    """Surges of test accuracy on ten classes."""
    return detect(surges, steps, test, chance_accuracy=chance_accuracy(SETTINGS, Fraction(1, 10)))[0]


def decades(found: float | None, true: float) -> float:
    """How far a date lies from the true one."""
    assert found is not None
    return abs(float(log_time(found) - log_time(true)))
