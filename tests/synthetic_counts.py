"""Made-up tables of what local complexity counts, for the figures' tests."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd

from grokscope.config.sweeps import PlannedRun
from grokscope.data.registry import task_facts
from grokscope.metrics.tables import make_table
from grokscope.models.registry import layers_of


def grid_of(run: PlannedRun, count: int) -> list[int]:
    last = run.settings.training.steps
    return sorted({round(x) for x in np.geomspace(1, last + 1, count) - 1})


def splits_of(settings: Any) -> list[str]:
    return [split for split, count in settings.points if count]


def region_counts(run: PlannedRun, seeds: int, count: int, place: int, name: str = "region_counts") -> pd.DataFrame:
    """More regions in larger squares, first more and then fewer."""
    rows, settings = [], run.metrics[name]
    for seed, step in itertools.product(range(seeds), grid_of(run, count)):
        hump = 1 + np.exp(-((np.log10((step + 1) / (50 + 20 * seed)) / 0.4) ** 2))
        for split, plane, width in itertools.product(splits_of(settings), settings.planes, settings.half_widths):
            row = {"seed": seed, "step": step, "split": split, "plane": plane, "half_width": width}
            value = 1 + 100 * width * hump * (1 + 0.1 * place)
            rows.append(row | {"value": value, "deviation": 0.5, "median": value, "dropped": 0, "squares": 9})
    return make_table("region_counts", rows, run.id)


def exact_complexity(
    run: PlannedRun, seeds: int, count: int, place: int, name: str = "exact_complexity"
) -> pd.DataFrame:
    """A tenth of the neurons is missed at radius 0.2 and in proportion elsewhere; at the largest there is no value."""
    rows, settings = [], run.metrics[name]
    for seed, step in itertools.product(range(seeds), grid_of(run, min(count, 3))):
        for split, radius, directions in itertools.product(splits_of(settings), settings.radii, settings.directions):
            known = radius < max(settings.radii)
            for layer in range(run.settings.model.depth + 1):
                neurons = 100 * radius if known else np.nan
                row = {"seed": seed, "step": step, "split": split, "radius": radius, "directions": directions}
                row |= {"layer": layer, "approximate": (1 - radius / 2) * 100 * radius, "neurons": neurons}
                row |= {"pieces": 2 * neurons, "regions": 3 * neurons, "missed": radius / 2 if known else np.nan}
                rows.append(row | {"error": 50 * radius**2, "points": 5})
    return make_table("exact_complexity", rows, run.id)


def frame_deformation(
    run: PlannedRun, seeds: int, count: int, place: int, name: str = "frame_deformation"
) -> pd.DataFrame:
    """The frame grows by a quarter in each layer."""
    rows, settings = [], run.metrics[name]
    for seed, step in itertools.product(range(seeds), grid_of(run, min(count, 3))):
        for split, radius in itertools.product(splits_of(settings), settings.radii):
            for layer in range(run.settings.model.depth + 1):
                size = radius * 1.25**layer * (1 + 0.1 * seed)
                row = {"seed": seed, "step": step, "split": split, "radius": radius, "layer": layer, "points": 5}
                rows.append(row | {"eccentricity": np.sqrt(2) * size, "diameter": 2 * size})
    return make_table("frame_deformation", rows, run.id)


def frame_rounding(run: PlannedRun, seeds: int, count: int, place: int, name: str = "frame_rounding") -> pd.DataFrame:
    """The frame grows by a quarter in each layer, and float32 makes at least 0.04 of all distances."""
    rows, settings, facts = [], run.metrics[name], task_facts(run.settings.data)
    layers = len(layers_of(run.settings.model, facts.input, facts.target))
    for seed, step in itertools.product(range(seeds), grid_of(run, min(count, 5))):
        for split, radius in itertools.product(splits_of(settings), settings.radii):
            for layer in range(layers + 1):
                size = radius * 1.25**layer * (1 + 0.1 * seed)
                row = {"seed": seed, "step": step, "split": split, "radius": radius, "layer": layer, "points": 5}
                for column, factor in (("eccentricity", np.sqrt(2)), ("diameter", 2)):
                    row |= {f"exact_{column}": factor * size, f"rounded_{column}": np.hypot(0.04, factor * size)}
                rows.append(row)
    return make_table("frame_rounding", rows, run.id)


def complexity_over_shift(
    run: PlannedRun, seeds: int, count: int, place: int, name: str = "complexity_over_shift"
) -> pd.DataFrame:
    """Whole numbers that fall with the shift and grow with radius and directions; all neurons in linear networks."""
    rows, settings = [], run.metrics[name]
    shifts = np.linspace(0, settings.greatest, settings.shifts)
    for seed, radius, directions in itertools.product(range(seeds), settings.radii, settings.directions):
        for shift in shifts:
            value = 300 if settings.linear else round((50 + seed) * radius**0.5 * np.log1p(directions) / (1 + shift))
            row = {"seed": seed, "step": 0, "radius": radius, "directions": directions, "shift": shift}
            rows.append(row | {"value": float(value), "neurons": 300})
    return make_table("complexity_over_shift", rows, run.id)


TABLES = {
    "region_counts": region_counts,
    "exact_complexity": exact_complexity,
    "frame_deformation": frame_deformation,
    "frame_rounding": frame_rounding,
    "complexity_over_shift": complexity_over_shift,
}
