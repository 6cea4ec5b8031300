"""The runs on which a claim's effect is measured, told by its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def chosen_runs(item: Mapping[str, Any]) -> list[str]:
    """Ids of the runs of `item`, a claim as `PlannedItem.as_dict()` gives it, that its parameters choose, each once."""
    parameters = item["settings"].get("parameters") or {}
    wanted = {
        axis: position if isinstance(position, list) else [position]
        for key in ("where", "between")
        for axis, position in (parameters.get(key) or {}).items()
    }
    if parameters.get("axis") and parameters.get("positions"):
        wanted[parameters["axis"]] = parameters["positions"]
    return list(
        dict.fromkeys(
            member["run"]
            for member in item["members"]
            if all(member["positions"].get(axis) in those for axis, those in wanted.items())
        )
    )


def looks_elsewhere(item: Mapping[str, Any]) -> bool:
    """Whether the premise or another measure of `item`, a claim as above, chooses runs of its own."""
    settings = item["settings"]
    return any(_chooses(settings.get(key)) for key in ("premise", "other_measures"))


def _chooses(value: Any) -> bool:
    if isinstance(value, Mapping):
        named = any(value.get(key) is not None for key in ("where", "between", "positions"))
        return named or any(map(_chooses, value.values()))
    return isinstance(value, list) and any(map(_chooses, value))
