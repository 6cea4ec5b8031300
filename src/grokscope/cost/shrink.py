"""Less of the same: settings with a share of the samples and points, for which a metric takes a share of the time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grokscope.config.run_settings import RunSettings
from grokscope.config.run_work import RunWork
from grokscope.metrics.declared import MetricSettings
from grokscope.training.schedule import checkpoint_steps, selected_steps

FEWEST = 4
ITERATIONS = 2
PLANE = 3
"""Samples that span a plane where a metric chooses them itself."""


def first_share(metric: MetricSettings, settings: RunSettings) -> float:
    """The share that leaves about four samples or points of the kind that the metric has most of, at most 1."""
    points = list(_points(metric.model_dump()))
    return min(1.0, FEWEST / max(points or [settings.data.train_size, RunWork(settings).test_size]))


def shrunk(settings: RunSettings, metric: MetricSettings, share: float) -> tuple[RunSettings, MetricSettings, float]:
    """The same run and metric with that share of the samples and points, and how often what is left out of an iteration
    has to be counted.

    In a metric's settings every number below a key `points` is a number of points, `steps` are iterations that take
    equally long, unless there are `queries` beside them, which take another time. Training samples that are named by
    their numbers stay. A `grid` has as many points as its side squared. Of metrics that are measured at a few steps,
    `maps_at`, every checkpoint gets its share.
    """
    tree = settings.model_dump()
    train_size = max(_part(settings.data.train_size, share), *_named(metric.model_dump()), 0)
    tree["data"].update(
        train_size=min(train_size, settings.data.train_size), test_size=_part(RunWork(settings).test_size, share)
    )
    tree["training"]["batch_size"] = 1
    own = _shrunk_points(metric.model_dump(), share)
    repeats = 1.0
    if isinstance(own.get("steps"), int) and own["steps"] > ITERATIONS and "queries" not in own:
        repeats = own["steps"] / ITERATIONS
        own["steps"] = ITERATIONS
    if isinstance(own.get("grid"), int):
        own["grid"] = min(own["grid"], max(2, round(own["grid"] * share**0.5)))
    if own.get("maps_at"):
        steps = selected_steps(metric, checkpoint_steps(settings.checkpoints, settings.training.steps))
        repeats *= min(1.0, len(own["maps_at"]) / len(steps))
        own["maps_at"] = []
    return RunSettings.model_validate(tree), type(metric).model_validate(own), repeats


def _part(count: int, share: float) -> int:
    """A share of `count`, but two at least: of one point there is no variance."""
    return min(count, max(2, round(count * share)))


def _numbers(value: Any) -> Iterator[int]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _numbers(inner)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield value


def _points(tree: dict[str, Any]) -> Iterator[int]:
    for key, value in tree.items():
        if key == "points":
            yield from _numbers(value)


def _named(tree: dict[str, Any]) -> Iterator[int]:
    """How many training samples there have to be for each that a metric's settings name by its number."""
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _named(value)
        elif key in ("image", "images") and value is not None:
            yield from (number + 1 for number in (value if isinstance(value, list) else [value]))
        elif key == "samples":
            yield from (number + 1 for number in (range(PLANE) if value is None else value))


def _shrunk_points(tree: dict[str, Any], share: float, inside: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in tree.items():
        of_points = inside or key == "points"
        if isinstance(value, dict):
            found[key] = _shrunk_points(value, share, of_points)
        else:
            found[key] = _part(value, share) if of_points and isinstance(value, int) else value
    return found
