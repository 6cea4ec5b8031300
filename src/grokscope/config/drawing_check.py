"""A drawing fits its figure: its axes are those of the sweeps, its curves are measured, and it tells all runs apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grokscope.config.drawing import Robustness, Slices
from grokscope.config.experiments import FigureSettings
from grokscope.errors import UserError


def check_drawing(settings: FigureSettings, members: Sequence[Any], where: str) -> None:
    """Raise UserError that names file, figure, key and value if the figure cannot be drawn from these members."""
    if settings.draw is None:
        return
    drawing, where = settings.draw.settings, f"{where}.draw.{settings.draw.kind}"
    for metric, key in drawing.metrics().items():
        if metric not in settings.metrics:
            raise UserError(
                f"{where}.{key} reads the metric {metric}, which is not among the figure's metrics:"
                f" {', '.join(settings.metrics)}"
            )
    axes = drawing.axes()
    for key, place in axes.items():
        for member in members:
            if place.axis not in member.axes:
                raise UserError(
                    f"{where}.{key}: {place.axis!r} is no axis of sweep {member.sweep}; it has"
                    f" {', '.join(member.axes) or 'none'}"
                )
    seen: dict[tuple[int, ...], Any] = {}
    for member in members:
        place_of = tuple(member.positions[place.axis] for place in axes.values())
        if place_of in seen:
            lost = next(
                (axis for axis, value in member.positions.items() if value != seen[place_of].positions.get(axis)),
                "sweep",
            )
            raise UserError(
                f"{where}: runs that differ in {lost} would be drawn on top of each other; name it under columns,"
                " down or colours, or choose one under at"
            )
        seen[place_of] = member
    files = {Robustness: ("accuracy", "complexity"), Slices: ("accuracy",)}.get(type(drawing), ())
    for key in files:
        if (name := getattr(drawing, key)) and name not in settings.reference:
            raise UserError(f"{where}.{key}: {name} is not among the figure's reference files")
