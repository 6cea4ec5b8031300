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
