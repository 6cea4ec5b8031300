"""Figures of slices from made-up networks whose regions are known: what each panel shows, and the words beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection, TriMesh
from matplotlib.figure import Figure

from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.kinds.slices.panels import BOUNDARY_COLOUR, line_width
from grokscope.figures.kinds.slices.windows import find_windows, regions_in
from grokscope.figures.write import figure_facts, write_figure
from grokscope.metrics.partition.kept import KeptSlice
from slices_support import HALF_WIDTH, empty_slice, keep, made_up_slice
from synthetic_figures import drawn, figure_inputs

FIGURES = {
    "always_grok_fig2_partitions": "partition_film",
    "always_grok_fig7": "partition_film",
    "always_grok_fig24": "partition",
    "always_grok_fig26": "partition_film",
    "always_grok_fig3": "partition",
}


def kept_inputs(
    figure: str, folder: Path, by_step: dict[int, KeptSlice] | None = None, scale: str = "quick"
) -> ItemInputs:
    name = "input" if figure == "always_grok_fig3" else "through"
    slices = by_step or {
        step: made_up_slice(name, seed=place, whole=step > 0, classes=name == "through")
        for place, step in enumerate((0, 2500, 7000, 8300, 9900, 44_000))
    }
    return keep(figure_inputs(figure, scale, seeds=2, steps=6), folder, slices, FIGURES[figure])


def panels(figure: Figure) -> list[Axes]:
    return [axes for axes in figure.axes if axes.get_label() != "<colorbar>" and axes.get_visible()]


def lines(axes: Axes) -> list[LineCollection]:
    return [one for one in axes.collections if isinstance(one, LineCollection)]


def texts(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def test_a_panel_for_each_step_with_regions_boundary_and_images(tmp_path: Path) -> None:
    figure = drawn(kept_inputs("always_grok_fig2_partitions", tmp_path))
    found = panels(figure)
    assert [axes.get_title() for axes in found] == ["step 2 500", "step 44 000"]
    for axes, seed in zip(found, (1, 5), strict=True):
        kept = made_up_slice(seed=seed)
        edges, rim, boundary = lines(axes)
        inner = kept.vertices[kept.edges[kept.edge_layers > 0]]
        np.testing.assert_allclose(np.array(edges.get_segments()), inner, atol=1e-6)
        np.testing.assert_allclose(np.array(boundary.get_segments()), kept.boundary, atol=1e-6)
        np.testing.assert_allclose(boundary.get_color()[0][:3], BOUNDARY_COLOUR)
        assert rim.get_linewidth()[0] > boundary.get_linewidth()[0]
        assert edges.get_rasterized()
        assert f"{kept.regions} regions" in texts(axes)
        places = [(line.get_xdata()[0], line.get_ydata()[0]) for line in axes.lines]
        np.testing.assert_allclose(places, kept.points, atol=1e-6)
        assert axes.get_xlim() == axes.get_ylim() == (-HALF_WIDTH, HALF_WIDTH)
        assert axes.get_aspect() == 1
    assert "slices of seed 0" in figure.get_suptitle()


def test_regions_are_coloured_by_how_steep_the_network_is(tmp_path: Path) -> None:
    figure = drawn(kept_inputs("always_grok_fig7", tmp_path))
    found = panels(figure)
    assert [axes.get_title() for axes in found][:2] == ["Accuracy, ours", "Accuracy, the authors'"]
    assert [axes.get_title() for axes in found][2:] == ["step 7 000", "step 8 300", "step 9 900"]
    assert [axes.get_xscale() for axes in found[:2]] == ["linear"] * 2
    for axes, seed in zip(found[2:], (2, 3, 4), strict=True):
        kept = made_up_slice(seed=seed)
        (polygons,) = (one for one in axes.collections if isinstance(one, PolyCollection))
        assert len(polygons.get_paths()) == kept.regions
        shade = polygons.get_facecolor()[:, :3] @ (0.2, 0.7, 0.1)  # viridis grows lighter with its values
        order = np.argsort(kept.slope_norms)
        assert (np.diff(shade[order]) > -1e-3).all()
        assert np.ptp(shade) > 0.2
    (bar,) = (axes for axes in figure.axes if axes.get_label() == "<colorbar>")
    assert "slope" in bar.get_ylabel()


def test_authors_accuracies_lie_over_ours_where_the_settings_agree(tmp_path: Path) -> None:
    by_step = {step: made_up_slice(seed=place) for place, step in enumerate((70_035, 83_375, 95_381))}
    inputs = kept_inputs("always_grok_fig7", tmp_path, by_step, "paper")
    comparable = figure_facts(inputs)["comparable"]
    assert comparable["overlaid"], comparable
    found = panels(drawn(inputs))
    assert [axes.get_title() for axes in found] == ["Accuracy", "step 70 035", "step 83 375", "step 95 381"]
    dashed = [line for line in found[0].lines if line.get_linestyle() == "--" and len(line.get_xdata()) > 20]
    assert max(len(line.get_xdata()) for line in dashed) == 128
    upright = [line.get_xdata()[0] for line in found[0].lines if len(line.get_xdata()) == 2]
    assert upright == [70_035, 83_375, 95_381]


def test_a_panel_for_each_layer_holds_its_edges_alone(tmp_path: Path) -> None:
    inputs = kept_inputs("always_grok_fig24", tmp_path, {16_000: made_up_slice(seed=3)})
    found, kept = panels(drawn(inputs)), made_up_slice(seed=3)
    assert [axes.get_title() for axes in found] == ["layer 1", "layer 2", "layer 3", "all layers, step 16 000"]
    for layer, axes in enumerate(found[:3], start=1):
        edges = lines(axes)[0]
        assert len(edges.get_segments()) == (kept.edge_layers == layer).sum() > 0
        assert f"{len(edges.get_segments())} edges" in texts(axes)
    assert f"{kept.regions} regions" in texts(found[3])


def test_windows_near_and_away_have_equal_areas_and_do_not_overlap(tmp_path: Path) -> None:
    kept = made_up_slice(seed=9)
    windows = find_windows(kept, 2, 0.25)
    assert [window.near for window in windows] == [True, True, False, False]
    for place, one in enumerate(windows):
        left, right, bottom, top = one.box
        assert right - left == pytest.approx(HALF_WIDTH / 2)
        assert top - bottom == pytest.approx(HALF_WIDTH / 2)
        for other in windows[:place]:
            apart = [
                max(one.box[0], other.box[0]) - min(one.box[1], other.box[1]),
                max(bottom, other.box[2]) - min(top, other.box[3]),
            ]
            assert max(apart) >= -1e-9
    middles = kept.boundary.mean(axis=1)
    inside = [
        ((middles > (box[0], box[2])) & (middles < (box[1], box[3]))).all(axis=1).sum()
        for box in (w.box for w in windows)
    ]
    assert min(inside[:2]) > 0
    assert inside[2:] == [0, 0]
    figure = drawn(kept_inputs("always_grok_fig26", tmp_path, {9538: kept}))
    titles = [axes.get_title() for axes in panels(figure)]
    assert len({lines(axes)[0].get_linewidth()[0] for axes in panels(figure)[1:]}) == 1  # so that dark means dense
    assert titles == ["step 9 538", "near 1", "near 2", "away 1", "away 2"]
    for axes, window in zip(panels(figure)[1:], windows, strict=True):
        assert f"{window.regions} regions" in texts(axes)
        assert (*axes.get_xlim(), *axes.get_ylim()) == pytest.approx(window.box)


def test_regions_of_a_window_are_those_that_many_points_find() -> None:
    kept = made_up_slice(seed=4)
    polygons = [one.astype(np.float64) for one in kept.polygons()]
    for centre in ((0.0, 0.0), (-0.9, 0.7), (1.2, -1.1)):
        ticks = np.linspace(-0.3, 0.3, 60)
        points = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2) + centre
        seen = 0
        for corners in polygons:
            along = np.roll(corners, -1, axis=0) - corners
            offset = points[:, None] - corners
            seen += bool((along[:, 0] * offset[..., 1] - along[:, 1] * offset[..., 0] >= 0).all(axis=1).any())
        counted = regions_in(kept, np.array(centre), 0.3)
        assert seen <= counted <= seen + max(3, 0.1 * seen)  # slivers lie between points
    (inner,) = (regions_in(kept, polygons[0].mean(axis=0), 1e-6),)
    assert inner == 1


def test_the_learnt_function_is_drawn_at_every_vertex(tmp_path: Path) -> None:
    kept = made_up_slice("input", seed=2, classes=False)
    figure = drawn(kept_inputs("always_grok_fig3", tmp_path, {20_000: kept}))
    left, right = panels(figure)
    assert left.get_title() == "linear regions, step 20 000"
    assert len(lines(left)[0].get_segments()) == (kept.edge_layers > 0).sum()
    (mesh,) = (one for one in right.collections if isinstance(one, TriMesh))
    np.testing.assert_allclose(mesh.get_array(), kept.heights)
    triangles = mesh._triangulation
    corners = np.stack([triangles.x, triangles.y], axis=1)[triangles.triangles]
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]).sum() / 2
    assert area == pytest.approx((2 * HALF_WIDTH) ** 2, rel=1e-5)
    assert left.get_xlabel() == "first number"


@pytest.mark.parametrize("figure", FIGURES)
def test_files_are_small_whatever_the_number_of_regions(figure: str, tmp_path: Path) -> None:
    inputs = kept_inputs(figure, tmp_path)
    written = {kind: tmp_path / f"figure.{kind}" for kind in ("svg", "pdf", "png", "json")}
    write_figure(inputs, **written)
    assert written["svg"].read_text().count("<path") < 1500  # text is paths, regions are a picture
    assert written["svg"].stat().st_size < 900_000
    assert written["png"].stat().st_size < 700_000


def test_many_lines_are_thin_and_few_are_not_thick() -> None:
    assert line_width(10, 3.3) == 0.55
    widths = [line_width(count, 3.3) for count in (1000, 10_000, 100_000)]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] >= 0.1


@pytest.mark.parametrize("figure", FIGURES)
def test_without_slices_a_figure_says_so(figure: str, tmp_path: Path) -> None:
    for inputs in (
        figure_inputs(figure, "smoke", seeds=2, steps=4),
        keep(figure_inputs(figure, "smoke", seeds=2, steps=4), tmp_path, {60: empty_slice()}, FIGURES[figure]),
    ):
        assert any("not measured" in text for axes in drawn(inputs).axes for text in texts(axes))
        assert figure_facts(inputs)["measured"].startswith("No slice was kept.")


def test_words_give_regions_and_where_they_lie_over_seeds(tmp_path: Path) -> None:
    measured = figure_facts(kept_inputs("always_grok_fig2_partitions", tmp_path))["measured"]
    first, second = made_up_slice(seed=1).regions, made_up_slice(seed=5).regions
    assert (
        f"Slice of seed 0, 4.0 wide: {first} linear regions at step 2 500; {second} linear regions at step 44 000."
        in measured
    )
    assert "nearest to the decision boundary for each in the farthest, 1.0" in measured
    assert "regions near training points for each on the same area elsewhere" in measured
    kept = made_up_slice(seed=9)
    words = figure_facts(kept_inputs("always_grok_fig26", tmp_path, {9538: kept}))["measured"]
    counts = [window.regions for window in find_windows(kept, 2, 0.25)]
    assert (
        f"there are {counts[0]} and {counts[1]} regions at the decision boundary, and {counts[2]} and {counts[3]} away"
        in words
    )
    layers = figure_facts(kept_inputs("always_grok_fig24", tmp_path, {16_000: kept}))["measured"]
    assert "Edges near the boundary for each away from it, at the end: layer 1 " in layers
