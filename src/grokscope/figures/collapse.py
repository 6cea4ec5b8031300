"""Seeds whose network died during training: counted in every figure, never dropped silently."""

from __future__ import annotations

from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.wording import COLLAPSE, count_of_seeds, event_steps


def collapsed_seeds(inputs: ItemInputs, run: str) -> list[int]:
    """Seeds of a run that collapsed, ascending."""
    steps = event_steps(inputs, run, COLLAPSE).dropna()
    return sorted(int(seed) for seed in steps.index)


def collapse_note(inputs: ItemInputs, run: str) -> str:
    """`1 of 3 seeds collapsed`, empty when none did."""
    collapsed = collapsed_seeds(inputs, run)
    return f"{len(collapsed)} of {count_of_seeds(len(inputs.runs[run].seeds()))} collapsed" if collapsed else ""
