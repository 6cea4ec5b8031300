"""The curves that a row of a curve grid names, read from a run's tables, with the look of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from grokscope.analysis.comparison import chosen_radius, published_radius
from grokscope.analysis.inputs import ItemInputs
from grokscope.config.curve_kinds import CURVE_KINDS, Curve
from grokscope.config.drawing import CurveGrid
from grokscope.figures.parts.curves import column_values, seed_curves, table_or_none
from grokscope.figures.parts.rank_curves import rank_curves, second_last
from grokscope.figures.parts.run_curves import DARK, SPLIT_LINES, second_last_ranks, weight_norms
from grokscope.figures.parts.style import (
    FAINT_INTERVAL_OPACITY,
    INTERVAL_OPACITY,
    SPLIT_COLOURS,
    Colour,
    ordered_colours,
)
from grokscope.metrics.tables import ALL_LAYERS

PROBES = ("published", "ridge", "logistic")
OTHER_LAYERS: dict[str, Any] = {"linewidth": 1.1}
BOLD_LAYER: dict[str, Any] = {"linewidth": 2.8, "zorder": 3}
TABLES = {"spectra": "rank"}
"""Metrics whose curves are read from a table derived from them."""


@dataclass(frozen=True)
class Line:
    """One curve: values (index step, one column for each seed), in percent for accuracies, and how it is drawn."""

    values: pd.DataFrame
    colour: Colour
    linestyle: Any = "-"
    shade: float = INTERVAL_OPACITY
    look: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Palette:
    """Colours of what one panel may hold several of: layers, and sizes of an attack."""

    layers: Mapping[int, Colour]
    epsilons: Mapping[float, Colour]


def table_of(curve: Curve) -> str:
    """Name of the table that a curve is read from."""
    metric = CURVE_KINDS[curve.curve].metric
    return TABLES.get(metric, metric)


def palette(inputs: ItemInputs, grid: CurveGrid) -> Palette:
    """Colours of all layers and sizes of the attack in any row of any run."""
    curves = [curve for row in grid.rows for curve in row.drawn()]
    every = [curve for curve in curves if curve.layer == "all"]
    layers = sorted({layer for curve in every for run in inputs.runs for layer in by_layer(inputs, run, curve)})
    attacked = any(curve.curve in ("robust_accuracy", "zero_gradient") and curve.epsilon is None for curve in curves)
    tables = [table_or_none(inputs, run, "adversarial") for run in inputs.runs] if attacked else []
    epsilons = sorted({epsilon for table in tables for epsilon in column_values(table, "epsilon") if epsilon > 0})
    return Palette(
        dict(zip(layers, ordered_colours(len(layers)), strict=True)) if layers else {},
        dict(zip(epsilons, ordered_colours(len(epsilons), "plasma", 0.12, 0.86), strict=True)) if epsilons else {},
    )


def lines(inputs: ItemInputs, run: str, curve: Curve, colours: Palette, colour: Colour | None = None) -> Iterator[Line]:
    """What is drawn for one curve of a run: in the run's `colour`, or in colours of split, layer or attack."""
    if curve.curve in ("train_accuracy", "test_accuracy"):
        split = curve.curve.removesuffix("_accuracy")
        yield Line(values(inputs, run, curve), colour or SPLIT_COLOURS[split], SPLIT_LINES[split] if colour else "-")
    elif curve.curve == "complexity":
        yield Line(values(inputs, run, curve), colour or SPLIT_COLOURS[curve.split])
    elif curve.layer == "all":
        found = by_layer(inputs, run, curve)
        for layer, one in found.items():
            look = {} if curve.bold is None else BOLD_LAYER if layer == second_last(found) else OTHER_LAYERS
            yield Line(one, colours.layers[layer], shade=FAINT_INTERVAL_OPACITY, look=look)
    elif curve.curve in ("robust_accuracy", "zero_gradient") and curve.epsilon is None:
        for epsilon, its_colour in colours.epsilons.items():
            yield Line(values(inputs, run, curve.model_copy(update={"epsilon": epsilon})), its_colour)
    else:
        yield Line(values(inputs, run, curve), colour or DARK)


def values(inputs: ItemInputs, run: str, curve: Curve) -> pd.DataFrame:
    """One curve of a run, index step, one column for each seed, in percent if a fraction; may be empty."""
    table = table_or_none(inputs, run, table_of(curve))
    match curve.curve:
        case "train_accuracy" | "test_accuracy":
            return seed_curves(table, "accuracy", 100, split=curve.curve.removesuffix("_accuracy"))
        case "robust_accuracy" | "zero_gradient":
            column = "accuracy" if curve.curve == "robust_accuracy" else "zero_gradient_start"
            return seed_curves(table, column, 100, epsilon=float(curve.epsilon or 0), start=curve.start)
        case "complexity":
            radius = radius_of(inputs, run, curve)
            return seed_curves(
                None if radius is None else table, "value", split=curve.split, layer=ALL_LAYERS, radius=radius
            )
        case "weight_norm":
            return weight_norms(inputs, run)
        case "rank":
            return second_last_ranks(inputs, run, curve.definition)
    found = by_layer(inputs, run, curve)
    return found[sorted(found)[-2]] if len(found) > 1 else seed_curves(None, "accuracy")


def by_layer(inputs: ItemInputs, run: str, curve: Curve) -> dict[int, pd.DataFrame]:
    """Ranks, or test accuracies of linear probes in percent, by layer."""
    if curve.curve == "rank":
        return rank_curves(inputs, run, curve.definition)
    table, kind = table_or_none(inputs, run, "probes"), probe_kind(inputs, run, curve)
    return {
        layer: seed_curves(table, "accuracy", 100, layer=layer, probe=kind) for layer in column_values(table, "layer")
    }


def probe_kind(inputs: ItemInputs, run: str, curve: Curve) -> str:
    """The recipe of a probe that is drawn: the named one, else the published if measured, else the closed form."""
    measured = column_values(table_or_none(inputs, run, "probes"), "probe")
    return curve.probe or next((kind for kind in PROBES if kind in measured), "")


def radius_of(inputs: ItemInputs, run: str, curve: Curve) -> float | None:
    """The radius of local complexity that is drawn, in pixels."""
    wanted = published_radius(inputs) if curve.radius is None else curve.radius
    return chosen_radius(table_or_none(inputs, run, "local_complexity"), wanted)
