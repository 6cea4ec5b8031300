"""Whether the authors' curves can be laid over ours: do the settings agree?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from grokscope.analysis.inputs import ItemInputs

NO_VALUES = "no published values are at hand"


@dataclass(frozen=True)
class Published:
    """Settings of a published figure.

    `decisive` must agree for the curves to be comparable point by point (dotted path of a run's settings, published value). `remarked`
    may differ, and is then said: how long a run lasted, its arithmetic, how many test images. `radius` is that of local complexity, in pixels.
    """

    decisive: Mapping[str, Any]
    remarked: Mapping[str, Any] = field(default_factory=dict)
    radius: float | None = None


@dataclass(frozen=True)
class Comparison:
    """What differs between our runs and a published figure, each difference as text."""

    differences: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def same_settings(self) -> bool:
        """Whether the curves are comparable point by point."""
        return not self.differences

    def as_dict(self, overlaid: bool, beside: bool, reason: str = "") -> dict[str, Any]:
        """For the figure's JSON file: where the authors' values stand, and what differs."""
        return {
            "same_settings": self.same_settings,
            "overlaid": overlaid,
            "beside": beside,
            "reason": reason or ("; ".join(self.differences) if self.differences else "the settings agree"),
            "differences": list(self.differences),
            "remarks": list(self.remarks),
        }


def setting(inputs: ItemInputs, run: str, path: str) -> Any:
    """The value at a dotted path such as `model.depth` in a run's resolved settings; None where it is not set or not known."""
    known = inputs.settings.get(run, {})
    for start in (known, known.get("settings")):
        value: Any = start
        for key in path.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is not None:
            return value
    return None


def compare(inputs: ItemInputs, published: Published) -> Comparison:
    """Compare all runs of a figure with the published settings; a difference is named once, with the values of all runs."""
    differences = [text for path, value in published.decisive.items() if (text := _difference(inputs, path, value))]
    if published.radius is not None:
        used = sorted({radius for member in inputs.members for radius in _radii(inputs, member["run"])})
        if used and not any(math.isclose(radius, published.radius, rel_tol=1e-6) for radius in used):
            differences.append(f"radius of local complexity {used[0]:g} instead of {published.radius:g} pixels")
    known = {path: value for path, value in published.remarked.items() if value is None or _known(inputs, path)}
    remarks = [text for path, value in known.items() if (text := _difference(inputs, path, value))]
    return Comparison(tuple(differences), tuple(remarks))


def chosen_radius(table: pd.DataFrame | None, published: float | None) -> float | None:
    """The radius of a table of local complexity that is drawn: the published one where it was measured, else the smallest."""
    radii = [] if table is None else sorted(table["radius"].unique().tolist())
    if published is not None:
        radii = [radius for radius in radii if math.isclose(radius, published, rel_tol=1e-6)] or radii
    return float(radii[0]) if radii else None


def _radii(inputs: ItemInputs, run: str) -> list[float]:
    tables = inputs.runs.get(run)
    return tables.table("local_complexity")["radius"].unique().tolist() if tables is not None and tables.has("local_complexity") else []


def _known(inputs: ItemInputs, path: str) -> bool:
    return any(setting(inputs, member["run"], path) is not None for member in inputs.members)


def _difference(inputs: ItemInputs, path: str, published: Any) -> str:
    values = list(dict.fromkeys(_plain(setting(inputs, member["run"], path)) for member in inputs.members))
    if values and all(_equal(value, published) for value in values):
        return ""
    shown = " and ".join(_shown(value) for value in values) or "unknown"
    return f"{path} {shown} instead of {_shown(published)}"


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _equal(value: Any, published: Any) -> bool:
    numbers = all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in (value, published))
    return math.isclose(value, published, rel_tol=1e-9) if numbers else value == _plain(published)


def _shown(value: Any) -> str:
    if value is None:
        return "not set"
    return f"{value:g}" if isinstance(value, float) else str(value)
