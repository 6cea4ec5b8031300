"""Whether the authors' curves can be laid over ours: do our settings agree with the published ones?"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from grokscope.analysis.inputs import ItemInputs

NO_VALUES = "there are no published values"
UNKNOWN = "the published settings are not recorded"
SECTIONS = ("data.", "model.", "training.")
"""Settings that decide whether curves are comparable point by point."""
REMARKED = ("training.steps", "training.dtype", "data.test_size", "metrics.adversarial.steps")
"""Settings that may differ, which is then said: length of a run or an attack, arithmetic, test images."""
UNITS_OF_RADIUS = {"local_complexity": "pixels", "embedding_complexity": "units of the embedding"}
"""Metrics of local complexity whose published radius is compared, and what it is counted in."""
NEVER_COMPARED = ("training.flush_denormal",)
"""Settings of the implementation, which papers do not have."""


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
    """The value at a dotted path such as `model.depth` in a run's settings; None where there is none."""
    known = inputs.settings.get(run, {})
    for start in (known, known.get("settings")):
        value: Any = start
        for key in path.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is not None:
            return value
    return None


def compare(inputs: ItemInputs, decides: Collection[str] = ()) -> Comparison:
    """Compare all runs of a figure with the published ones; a difference is named once, with the values of all runs.

    All settings of data, model and training decide, but those of REMARKED and NEVER_COMPARED; `decides` names some of
    REMARKED that decide in this figure. What the figure sweeps is told by its panels, and decides only where nothing
    else differs.
    """
    if not any(inputs.published):
        return Comparison((UNKNOWN,), ())
    theirs = [_flat(settings) for settings in inputs.published if settings]
    ours = [_flat(_known_settings(inputs, member["run"])) for member in inputs.members]
    swept = {path for path in theirs[0] if len({_plain(settings.get(path)) for settings in theirs}) > 1}
    paths = [
        path
        for path in dict.fromkeys(path for settings in (*theirs, *ours) for path in settings)
        if path.startswith(SECTIONS)
    ]
    deciding = [path for path in paths if path not in swept | set(NEVER_COMPARED) | set(REMARKED) - set(decides)]
    differences = [text for path in deciding if (text := _difference(inputs, path, theirs[0].get(path)))]
    radius = published_radius(inputs)
    if radius is not None:
        for metric, unit in UNITS_OF_RADIUS.items():
            used = sorted({one for member in inputs.members for one in _radii(inputs, member["run"], metric)})
            if used and not any(math.isclose(one, radius, rel_tol=1e-6) for one in used):
                differences.append(f"radius of local complexity {used[0]:g} instead of {radius:g} {unit}")
    if not differences:
        pairs = [(mine, _flat(settings)) for mine, settings in zip(ours, inputs.published, strict=True) if settings]
        apart = [
            path
            for path in sorted(swept)
            if any(not _equal(_plain(mine.get(path)), its.get(path)) for mine, its in pairs)
        ]
        differences = [f"{path} differs from the paper" for path in apart]
    remarked = [path for path in REMARKED if path in theirs[0] and (theirs[0][path] is None or _known(inputs, path))]
    remarks = [text for path in remarked if (text := _difference(inputs, path, theirs[0][path]))]
    return Comparison(tuple(differences), tuple(remarks))


def published_radius(inputs: ItemInputs) -> float | None:
    """The radius, in pixels or units of the embedding, at which the authors measured local complexity; None where that
    is not known.
    """
    known = [settings.get("metrics", {}) for settings in inputs.published if settings]
    found = (metrics.get(metric) for metrics in known for metric in UNITS_OF_RADIUS)
    return next((float(complexity["radii"][0]) for complexity in found if complexity and complexity["radii"]), None)


def chosen_radius(table: pd.DataFrame | None, published: float | None) -> float | None:
    """The radius of local complexity that is drawn: the published one if measured, otherwise the smallest."""
    radii = [] if table is None else sorted(table["radius"].unique().tolist())
    if published is not None:
        radii = [radius for radius in radii if math.isclose(radius, published, rel_tol=1e-6)] or radii
    return float(radii[0]) if radii else None


def drawn_radius(inputs: ItemInputs, run: str) -> float | None:
    """The radius of local complexity that figures draw of a run, in pixels; None where it was not measured."""
    tables = inputs.runs.get(run)
    measured = tables is not None and tables.has("local_complexity")
    return chosen_radius(tables.table("local_complexity") if tables and measured else None, published_radius(inputs))


def _known_settings(inputs: ItemInputs, run: str) -> Mapping[str, Any]:
    known = inputs.settings.get(run, {})
    found: Mapping[str, Any] = known.get("settings", known)
    return found


def _flat(settings: Mapping[str, Any], start: str = "") -> dict[str, Any]:
    """Settings by their dotted paths."""
    found: dict[str, Any] = {}
    for key, value in settings.items():
        found |= _flat(value, f"{start}{key}.") if isinstance(value, Mapping) else {f"{start}{key}": value}
    return found


def _radii(inputs: ItemInputs, run: str, metric: str) -> list[float]:
    tables = inputs.runs.get(run)
    if tables is None or not tables.has(metric):
        return []
    table = tables.table(metric)
    fixed = table[table["measured"] == "fixed"] if "measured" in table else table
    return list(fixed["radius"].unique())


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
