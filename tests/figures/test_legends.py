"""Titles and legends have room in figures of any width."""

from __future__ import annotations

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from grokscope.figures.parts.legends import below_legend, line_key, title
from grokscope.figures.parts.style import applied, new_figure

HEADING = "Is generalisation late in the features, or only in the readout?"


@pytest.mark.parametrize("width", [4.3, 6.0, 14.0])
def test_a_title_is_no_wider_than_its_figure(width: float) -> None:
    with applied():
        figure = new_figure(width, 3.0)
        figure.subplots()
        title(figure, HEADING, "quick", 5, "as_code")
        FigureCanvasAgg(figure).draw()
    assert figure._suptitle is not None  # type: ignore[attr-defined]
    extent = figure._suptitle.get_window_extent()  # type: ignore[attr-defined]
    assert extent.x0 >= 0
    assert extent.x1 <= figure.bbox.width
    assert figure.get_suptitle().replace("\n", " ").startswith(HEADING)


def test_panels_keep_their_height_above_a_long_legend() -> None:
    heights = []
    for entries in (2, 9):
        with applied():
            figure = new_figure(4.0, 4.0)
            axes = figure.subplots()
            below_legend(figure, [line_key(f"what curve number {place} means", (0, 0, 0)) for place in range(entries)])
            FigureCanvasAgg(figure).draw()
        heights.append(axes.get_window_extent().height / figure.dpi)
    assert heights[1] == pytest.approx(heights[0], abs=0.25)
