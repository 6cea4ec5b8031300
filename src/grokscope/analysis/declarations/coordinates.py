"""In what steps a swept setting is counted, so that an effect along an axis is the same however its places are chosen.

A slope per position on an axis would depend on how far apart an experiment happens to choose its values: twice as
large for every second layer as for every layer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Coordinate:
    """The scale on which the values of a setting are places.

    `step` is what lies between two places at a distance of 1, in words that stand after "per". Each scale is that on
    which equal steps are equal changes: layers are counted, sizes are doubled, and strengths change by factors of ten.
    """

    scale: Literal["count", "doublings", "decades"]
    step: str

    def at(self, value: Any) -> float | None:
        """The place of a value; None for one that has none, such as 0 where factors count, or a name."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return None
        if self.scale == "count":
            return float(value)
        if value <= 0:
            return None
        return math.log2(value) if self.scale == "doublings" else math.log10(value)


COORDINATES: dict[str, Coordinate] = {
    "data.train_size": Coordinate("doublings", "doubling of the training set"),
    "model.blocks": Coordinate("count", "layer"),  # of a transformer, as Always Grok's Table 1 counts them
    "model.depth": Coordinate("count", "layer"),
    "model.init_scale": Coordinate("doublings", "doubling of the initial scale"),
    "model.width": Coordinate("doublings", "doubling of the width"),
    "training.batch_size": Coordinate("doublings", "doubling of the batch"),
    "training.learning_rate": Coordinate("decades", "decade of the learning rate"),
    "training.weight_decay": Coordinate("decades", "decade of weight decay"),
}
"""Dotted path of a setting -> its coordinate. A setting that is not here has none, and effects along it are per step of
the axis: names, such as those of optimisers; the strength of a penalty, which may be negative; and the width of a
bottleneck, which is an intervention that is there or not.
"""


def coordinate_of(key: str | None) -> Coordinate | None:
    """The coordinate of the setting at a dotted path; conditions that are no setting have none."""
    return None if key is None else COORDINATES.get(key)


def coordinate_named(axis: str) -> Coordinate | None:
    """That of the setting which an axis without runs is named after."""
    return next((one for key, one in COORDINATES.items() if key.rpartition(".")[2] == axis), None)
