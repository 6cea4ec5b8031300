"""A made-up film: pictures that differ, with curves."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from grokscope.figures.kinds.slices.frames import encoded
from grokscope.metrics.partition.picture import picture

STEPS = [0, 3, 10, 40, 200, 1000, 5000, 20_000]
REGIONS = [1, 812, 2461, 9000, 45_007, 82_976, 70_000, 56_987]
PIXELS = 40


def made_up_film() -> dict[str, Any]:
    """Lines that move from step to step."""
    frames = []
    for place in range(len(STEPS)):
        line = np.array([[[-1.0, -0.9 + 0.25 * place], [1.0, 0.9 - 0.2 * place]]])
        frames.append(base64.b64encode(encoded(picture(line, line[:, ::-1] * (1, -1), 1.0, PIXELS))).decode("ascii"))
    curves = [
        {
            "name": name,
            "panel": panel,
            "points": [[step, round(scale * place / 7, 3)] for place, step in enumerate(STEPS)],
        }
        for name, panel, scale in (
            ("train accuracy", "accuracy", 1.0),
            ("test accuracy", "accuracy", 0.9),
            ("under attack, ε = 0.06", "accuracy", 0.5),
            ("train points", "complexity", 4.2),
        )
    ]
    curves.append(
        {
            "name": "regions on the slice",
            "panel": "regions",
            "points": [list(pair) for pair in zip(STEPS, REGIONS, strict=True)],
        }
    )
    points = [[0.2, 0.7], [0.8, 0.7], [0.5, 0.1]]
    about = {"seed": 0, "run": "r", "pixels": PIXELS, "width": 14.8, "left_out": 0, "points": points}
    return {**about, "steps": STEPS, "regions": REGIONS, "frames": frames, "curves": curves}
