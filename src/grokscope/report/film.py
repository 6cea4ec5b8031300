"""The film of a figure: its pictures as files beside the page, and what the page draws with them."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from typing import Any

from grokscope.report.figures import Figure
from grokscope.report.wording import count_of, file_name, number

STILLS = 6
"""Pictures in the strip that paper, and pages without scripts, have in place of the film."""

KIND = "webp"


def film_pictures(figure: Figure) -> dict[str, bytes]:
    """The pictures, by their path in the report; nothing without a film."""
    frames = (figure.film or {}).get("frames", ())
    return {path: base64.b64decode(frame) for path, frame in zip(_paths(figure), frames, strict=True)}


def film_view(figure: Figure) -> dict[str, Any] | None:
    """What the page shows: `drawn`, which the script gets, the strip of stills, and the words around them."""
    film = figure.film
    if film is None:
        return None
    steps, regions = film["steps"], film["regions"]
    curves: Sequence[Mapping[str, Any]] = film["curves"]
    return {
        "about": about(film),
        "pixels": film["pixels"],
        "last": len(steps) - 1,
        "panels": [name for name in PANELS if any(curve["panel"] == name for curve in curves)],
        "drawn": {
            "frames": _paths(figure),
            "steps": steps,
            "regions": regions,
            "points": film["points"],
            "curves": curves,
            "panels": PANELS,
        },
        "stills": [
            {
                "path": _paths(figure)[place],
                "words": f"Step {number(steps[place])}: {count_of(regions[place], 'region')}",
            }
            for place in stills(steps, STILLS)
        ],
    }


PANELS = {
    "accuracy": {"title": "Accuracy, clean and under attack", "scale": "percent"},
    "complexity": {"title": "Local complexity (neurons cut)", "scale": "linear"},
    "regions": {"title": "Linear regions on the slice", "scale": "linear"},
}
"""The charts beside the pictures: title and scale of values."""


def about(film: Mapping[str, Any]) -> str:
    """What the pictures are, in a sentence or two."""
    shown, left_out = len(film["steps"]), film["left_out"]
    text = (
        f"The slice of seed {film['seed']} at {count_of(shown, 'checkpoint')} from step {number(film['steps'][0])} to"
        f" {number(film['steps'][-1])}; it is {number(film['width'])} pixels wide."
    )
    return f"{text} {count_of(left_out, 'checkpoint is', 'checkpoints are')} left out for size." if left_out else text


def stills(steps: Sequence[int], most: int) -> list[int]:
    """Places of at most `most` of the ascending steps, evenly spaced in log(step + 1), the first and last included."""
    times = [math.log1p(step) for step in steps]
    wanted = [times[0] + (times[-1] - times[0]) * place / (most - 1) for place in range(most)]
    nearest = [min(range(len(times)), key=lambda place: abs(times[place] - time)) for time in wanted]
    return sorted(set(nearest))


def _paths(figure: Figure) -> list[str]:
    """Where the pictures lie in the report."""
    film = figure.film or {"frames": []}
    return [f"films/{file_name(figure.name)}/{place:03d}.{KIND}" for place in range(len(film["frames"]))]
