"""What figures, claims and the pages of runs show of the metric partition."""

from __future__ import annotations

from grokscope.metrics.declared_curves import Chart, CurveDeclaration, CurveOption, FirstOf

SLICES = ("through", "around", "input")
"""The kinds of slices, in the order in which tables and arrays have them."""

SLICE = {"slice": CurveOption("choice", "which slice", FirstOf(SLICES), choices=SLICES)}
WORDS = {"through": "plane through three images", "around": "plane around an image", "input": "whole input"}


def _curve(name: str, column: str, words: str, unit: str, **more: object) -> CurveDeclaration:
    return CurveDeclaration(name=name, column=column, words=words, unit=unit, where={"layer": 0}, options=SLICE, **more)  # type: ignore[arg-type]


def _chart(name: str, column: str, title: str, label: str, log: bool = True) -> Chart:
    return Chart(
        name=name,
        column=column,
        title=f"{title}, {{slice}}",
        label=label,
        caption=f"{title} ({{slice}}).",
        each="slice",
        where={"layer": 0},
        words=WORDS,
        log=log,
    )


CURVES = (
    _curve("regions", "regions", "linear regions on a slice", "", quantity="regions", scale="log"),
    _curve(
        "boundary_length",
        "boundary_length",
        "length of the decision boundary on a slice",
        "pixels",
        from_zero=True,
    ),
    _curve(
        "regions_at_boundary",
        "boundary_contrast",
        "regions near the decision boundary for each away from it",
        "ratio for equal area",
        quantity="region density",
        scale="log",
    ),
    _curve(
        "regions_at_points",
        "point_contrast",
        "regions near training points for each elsewhere",
        "ratio for equal area",
        quantity="region density",
        scale="log",
    ),
    CurveDeclaration(
        name="edges_at_boundary",
        column="boundary_contrast",
        words="edges of one layer near the decision boundary for each away from it",
        unit="ratio for equal area",
        quantity="region density",
        scale="log",
        options={**SLICE, "layer": CurveOption("layer", "number of a hidden layer", 1, at_least=1)},
    ),
)

CHARTS = (
    _chart("regions", "regions", "Linear regions", "regions"),
    _chart("boundary_length", "boundary_length", "Length of the decision boundary", "pixels", log=False),
    _chart(
        "regions_at_boundary",
        "boundary_contrast",
        "Regions near the decision boundary for each away from it",
        "ratio for equal area",
    ),
    _chart(
        "regions_at_points",
        "point_contrast",
        "Regions near training points for each elsewhere",
        "ratio for equal area",
    ),
    Chart(
        name="edges_by_layer",
        column="edges",
        title="Edges of regions by layer, {slice}",
        label="edges",
        caption="Edges of regions by the layer whose neurons make them; all layers together include none of the"
        " square's border ({slice}).",
        by="layer",
        each="slice",
        words=WORDS,
        log=True,
    ),
)
