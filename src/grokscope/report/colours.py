"""The colours that lines have on pages: those that figures give to the same layers and values."""

from __future__ import annotations

from matplotlib.colors import to_hex

from grokscope.figures.parts.style import ordered_colours
from grokscope.metrics.declared_curves import CurveOption
from grokscope.report.charts import ShownChart

USUAL = CurveOption("number", "", 0).colours


def hex_colours(count: int, name: str = "viridis", first: float = 0.0, last: float = 0.88) -> list[str]:
    """`count` colours of an ordered map, such as `#440154`."""
    return [to_hex(colour) for colour in ordered_colours(count, name, first, last)]


def line_colours(shown: ShownChart) -> dict[object, str]:
    """A name of its own for every split and for all layers together, else the colour that figures give to the value."""
    by, keys = shown.chart.by, list(shown.lines())
    if by == "split":
        return {key: str(key) for key in keys}
    if not by:
        return dict.fromkeys(keys, "test")
    ordered = [key for key in keys if not (by == "layer" and key == 0)]
    option = next((curve.options[by] for curve in shown.metric.curves if by in curve.options), None)
    colours = hex_colours(len(ordered), *(option.colours if option else USUAL))
    return {0: "all", **dict(zip(ordered, colours, strict=True))}
