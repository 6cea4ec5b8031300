"""How events are named and coloured in every figure."""

from __future__ import annotations

from collections.abc import Iterable

from matplotlib.artist import Artist

from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.parts.legends import event_key
from grokscope.figures.parts.rank_curves import rank_event_name
from grokscope.figures.parts.style import SPLIT_COLOURS, Colour, darker
from grokscope.figures.parts.wording import event_steps

BLACK: Colour = (0.0, 0.0, 0.0)
ROBUST: Colour = (0.45, 0.2, 0.55)
NAMES: dict[str, tuple[str, Colour]] = {
    "fit": ("fit of the training set", SPLIT_COLOURS["train"]),
    "generalisation": ("generalisation", SPLIT_COLOURS["test"]),
    "onset": ("delayed generalisation", SPLIT_COLOURS["test"]),
    "surge_1": ("first surge of test accuracy", darker(SPLIT_COLOURS["test"])),
    "surge_2": ("second surge of test accuracy", darker(SPLIT_COLOURS["test"])),
    "rank_collapse": ("rank collapse", BLACK),
    "rank_second_descent": ("second descent of rank", BLACK),
    "complexity_peak": ("peak of complexity at training points", darker(SPLIT_COLOURS["train"])),
    "migration": ("start of the fall of local complexity", darker(SPLIT_COLOURS["train"])),
    "robustness_lost": ("loss of accuracy under the smallest attack", ROBUST),
    "robustness_onset": ("return of accuracy under the smallest attack", ROBUST),
}
"""Event -> its name and colour."""


def event_colour(event: str) -> Colour:
    """The colour of an event's lines where colours do not tell runs apart."""
    return NAMES[event][1]


def is_dated(inputs: ItemInputs, event: str, runs: Iterable[str] | None = None) -> bool:
    """Whether any seed of these runs, or of any run, has the event, so that a line is drawn for it."""
    found = (event_steps(inputs, run, event) for run in (inputs.runs if runs is None else runs))
    return any(bool(steps.notna().any()) for steps in found)


def median_key(inputs: ItemInputs, event: str, colour: Colour | None = None) -> list[Artist]:
    """The key of an event's line; none where no seed has it."""
    name, own = NAMES[event]
    return [event_key(f"{name} (median step)", colour or own)] if is_dated(inputs, event) else []


def event_name(inputs: ItemInputs, event: str, run: str | None = None) -> str:
    """An event in words; events of rank say by which definition if it is not the one that is drawn."""
    name = NAMES[event][0]
    if not event.startswith("rank_"):
        return name
    return " / ".join(dict.fromkeys(rank_event_name(inputs, one, name) for one in ([run] if run else inputs.runs)))
