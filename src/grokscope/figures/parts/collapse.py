"""Seeds whose network died during training: counted in every figure, never dropped silently."""

from __future__ import annotations

from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.parts.wording import count_of_seeds, event_steps


def collapsed_seeds(inputs: ItemInputs, run: str) -> list[int]:
    """Seeds of a run whose network collapsed to a constant, ascending."""
    return _seeds_with(inputs, run, "collapsed")


def diverged_seeds(inputs: ItemInputs, run: str) -> list[int]:
    """Seeds of a run whose loss became infinite or undefined, ascending."""
    return _seeds_with(inputs, run, "nonfinite")


def collapse_note(inputs: ItemInputs, run: str) -> str:
    """`1 of 3 seeds collapsed`, `1 of 3 seeds diverged`, both, or nothing."""
    every = count_of_seeds(len(inputs.runs[run].seeds()))
    counts = ((len(collapsed_seeds(inputs, run)), "collapsed"), (len(diverged_seeds(inputs, run)), "diverged"))
    return ", ".join(f"{count} of {every} {what}" for count, what in counts if count)


def _seeds_with(inputs: ItemInputs, run: str, event: str) -> list[int]:
    return sorted(int(seed) for seed in event_steps(inputs, run, event).dropna().index)
