"""The squares that a network is looked at on: a plane, a half-width, and the training images that lie in the plane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grokscope.config.run_settings import RunSettings
from grokscope.data.declared import Vectors
from grokscope.data.registry import task_facts
from grokscope.errors import UserError
from grokscope.metrics.partition.declaration import PartitionSettings
from grokscope.partitions.plane import Plane

Floats = npt.NDArray[np.float64]
PLANE_SEED = 240215555
"""Seed of random planes, apart from training seeds, so that all seeds share them."""


@dataclass(frozen=True)
class Square:
    """The square [-half_width, half_width]^2 of a plane, whose origin is the square's centre."""

    name: str
    plane: Plane
    half_width: float
    points: Floats
    """Training images that lie in the plane, in its coordinates `(n, 2)`."""


def squares(settings: PartitionSettings, run: RunSettings, images: Floats) -> list[Square]:
    """The squares that the settings name, for one seed with the training inputs `images` `(N, numbers)`.

    Raises UserError where three images lie on one line.
    """
    found = []
    if settings.through is not None:
        chosen = images[settings.through.images]
        try:
            plane = Plane.through(chosen)
        except UserError as error:
            raise UserError(f"partition.through.images {settings.through.images}: {error}") from error
        points = plane.coordinates(chosen)
        half_width = settings.through.size * float(np.linalg.norm(points, axis=1).max())
        found.append(Square("through", plane, half_width, points))
    if settings.around is not None:
        generator = np.random.default_rng([PLANE_SEED, settings.around.plane])
        plane = Plane.random(images[settings.around.image], generator)
        found.append(Square("around", plane, settings.around.half_width, np.zeros((1, 2))))
    if settings.input is not None:
        box = task_facts(run.data).input
        if not isinstance(box, Vectors):
            raise UserError(f"partition.input: samples of {run.data.name} are not two numbers")
        centre = np.full(2, (box.lowest + box.highest) / 2)
        found.append(Square("input", Plane(centre, np.eye(2)), (box.highest - box.lowest) / 2, np.zeros((0, 2))))
    return found
