"""The film of a slice: a small picture for every stored checkpoint, with the curves that go with it, as JSON values."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from PIL import Image

from grokscope.analysis.inputs import ItemInputs
from grokscope.config.slice_drawing import Slices
from grokscope.figures.kinds.slices.stored import Stored, stored_slices
from grokscope.figures.parts.curves import column_values, seed_curves, table_or_none
from grokscope.metrics.partition.picture import parts

MOST_BYTES = 2_800_000
"""Of all pictures of a film together; where they are larger, every second one is left out until they are not."""

MOST_POINTS = 240
"""Of one curve."""

DARKENING = 1.6
"""Lines are drawn darker than the share of a pixel that they cover, so that a single one can be seen."""

SHADES = 4
"""Shades of grey; a film is a third smaller than with all ten, and looks much the same."""

RIM = 0.3
"""How dark lines are beside the boundary."""

INK = np.array([26.0, 26.0, 30.0])
RED = np.array([222.0, 41.0, 5.0])
WHITE = np.array([255.0, 255.0, 255.0])


def film_of(inputs: ItemInputs, settings: Slices) -> dict[str, Any] | None:
    """Pictures (lossless WebP in base 64), steps, numbers of regions and curves of the seed whose slices are kept; None
    where there are not two pictures.

    `frames` are those pictures; `left_out` says how many there are beside them. A curve has name, panel, scale and
    points (step, value).
    """
    stored = stored_slices(inputs, settings)
    steps = [step for step, kept in stored.by_step.items() if kept.picture.size]
    if len(steps) < 2:
        return None
    pictures = {step: encoded(stored.by_step[step].picture) for step in steps}
    shown = thinned(steps, [len(pictures[step]) for step in steps], MOST_BYTES)
    return {
        "seed": stored.seed,
        "run": stored.run,
        "pixels": len(stored.by_step[steps[0]].picture),
        "width": round(2 * stored.by_step[steps[0]].half_width, 3),
        "steps": shown,
        "left_out": len(steps) - len(shown),
        "regions": [stored.by_step[step].regions for step in shown],
        "frames": [base64.b64encode(pictures[step]).decode("ascii") for step in shown],
        "points": _points(stored),
        "curves": _curves(inputs, stored),
    }


def thinned(steps: Sequence[int], sizes: Sequence[int], most: int) -> list[int]:
    """The first, the last and every second, fourth ... of the steps between, so that their sizes add up to `most`."""
    every = 1
    while True:
        places = sorted({*range(0, len(steps), every), len(steps) - 1})
        if sum(sizes[place] for place in places) <= most or len(places) <= 2:
            return [steps[place] for place in places]
        every *= 2


def coloured(picture: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """Red, green and blue of every pixel `(rows, columns, 3)`: dark lines, and a red boundary with a white rim."""
    edges, boundary = parts(picture)
    rim = np.zeros((picture.shape[0] + 2, picture.shape[1] + 2), dtype=bool)
    for down in (0, 1, 2):
        for right in (0, 1, 2):
            rim[down : down + picture.shape[0], right : right + picture.shape[1]] |= boundary > 0
    covered = np.minimum(1.0, DARKENING * edges) * np.where(rim[1:-1, 1:-1], RIM, 1.0)
    shade = (np.round(covered * (SHADES - 1)) / (SHADES - 1))[..., None]
    lines = WHITE + shade * (INK - WHITE)
    return np.asarray(np.round(lines + boundary[..., None] * (RED - lines)), dtype=np.uint8)


def encoded(picture: npt.NDArray[Any]) -> bytes:
    """The picture as lossless WebP, which is a third smaller than PNG."""
    made = io.BytesIO()
    Image.fromarray(coloured(picture)).save(made, format="webp", lossless=True, quality=75, method=4)
    return made.getvalue()


def _points(stored: Stored) -> list[list[float]]:
    """Training images of the plane, from 0 to 1 to the right and downwards."""
    kept = next(iter(stored.by_step.values()))
    places = kept.points.astype(np.float64) / (2 * kept.half_width)
    return [[round(0.5 + x, 4), round(0.5 - y, 4)] for x, y in places.tolist()]


def _curves(inputs: ItemInputs, stored: Stored) -> list[dict[str, Any]]:
    """Accuracies, accuracy under attack and local complexity of the film's seed, and its numbers of regions."""
    run, seed = stored.run, stored.seed
    accuracy, attack = table_or_none(inputs, run, "accuracy"), table_or_none(inputs, run, "adversarial")
    complexity = table_or_none(inputs, run, "local_complexity")
    found = []
    for split in ("train", "test"):
        found.append(_curve(f"{split} accuracy", "accuracy", seed_curves(accuracy, "accuracy", split=split), seed))
    for size in [size for size in column_values(attack, "epsilon") if size > 0][:3]:
        curves = seed_curves(attack, "accuracy", epsilon=size, start="none")
        found.append(_curve(f"under attack, ε = {size:.3g}", "accuracy", curves, seed))
    radii = column_values(complexity, "radius")
    for split in ("train", "test", "random"):
        curves = seed_curves(complexity, "value", split=split, layer=0, radius=radii[0] if radii else 0.0)
        found.append(_curve(f"{split} points", "complexity", curves, seed))
    regions = pd.DataFrame({seed: {step: float(kept.regions) for step, kept in stored.by_step.items()}})
    found.append(_curve("regions on the slice", "regions", regions, seed))
    return [curve for curve in found if curve["points"]]


def _curve(name: str, panel: str, curves: pd.DataFrame, seed: int | None) -> dict[str, Any]:
    if seed not in curves.columns:
        return {"name": name, "panel": panel, "points": []}
    values = curves[seed].dropna()
    chosen = np.unique(np.linspace(0, len(values) - 1, min(len(values), MOST_POINTS)).round().astype(int))
    points = [[int(values.index[place]), float(f"{values.iloc[place]:.6g}")] for place in chosen] if len(values) else []
    return {"name": name, "panel": panel, "points": points}
