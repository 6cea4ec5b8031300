"""Figures of what local complexity counts: they draw whatever is missing, and their numbers are those of the tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.always_grok import fig25
from grokscope.figures.write import figure_facts
from grokscope.metrics.arrays import ArrayKey, arrays_file, write_arrays
from grokscope.metrics.partition.kept import packed
from slices_support import PIXELS, made_up_slice
from synthetic_figures import blank_seed, drawn, figure_inputs

COUNTED = (
    "always_grok_fig15",
    "always_grok_fig35",
    "always_grok_what_complexity_counts",
    "extensions_exact_complexity",
)
STEPS = 8


def written(figure: Figure) -> str:
    return " ".join(text.get_text() for axes in figure.axes for text in axes.texts)


@pytest.mark.parametrize("name", COUNTED)
@pytest.mark.parametrize("case", ["whole", "one_seed", "only_nan", "no_rows", "no_table"])
def test_they_draw_whatever_is_missing(name: str, case: str) -> None:
    inputs = figure_inputs(name, "smoke", seeds=1 if case in ("one_seed", "only_nan") else 2, steps=STEPS)
    if case == "only_nan":
        inputs = without_values(blank_seed(inputs, 0))
    for tables in inputs.runs.values() if case.startswith("no_") else ():
        for metric in list(tables.tables):
            tables.tables[metric] = tables.tables[metric].iloc[:0]
            if case == "no_table":
                del tables.tables[metric]
    figure, facts = drawn(inputs), figure_facts(inputs)
    assert facts["measured"]
    assert "nan" not in facts["measured"].lower()
    if case.startswith("no_"):
        assert "not measured" in written(figure)
    elif case == "whole":
        assert "not measured" not in written(figure) + facts["measured"]


def without_values(inputs: ItemInputs) -> ItemInputs:
    for tables in inputs.runs.values():
        for name in ("exact_complexity", "frame_deformation"):
            if name in tables.tables:
                for column in ("neurons", "pieces", "regions", "missed", "eccentricity", "diameter"):
                    if column in tables.tables[name]:
                        tables.tables[name][column] = np.nan
    return inputs


def test_fig_15_tells_the_counts_at_both_ends_of_the_line() -> None:
    inputs = figure_inputs("always_grok_fig15", "smoke", seeds=2)
    table = inputs.runs[inputs.members[0]["run"]].table("complexity_over_shift_radii")
    at = table[(table["shift"] == 0) & (table["radius"] == 5)]["value"]
    facts = figure_facts(inputs)["measured"]
    assert f"radius 5: {np.median(at):.0f} ({at.min():.0f} to {at.max():.0f}) neurons without a shift" in facts
    assert "at least 100 % of the hyperplanes" in facts


def test_the_radius_at_which_the_measure_breaks_is_the_first_with_more_than_a_tenth_missed() -> None:
    inputs = figure_inputs("extensions_exact_complexity", "quick", seeds=2)
    told = figure_facts(inputs)["measured"]
    assert "1.0 % at radius 0.02, 2.5 % at radius 0.05, 5.0 % at radius 0.1, 10.0 % at radius 0.2" in told
    assert "at radius 2" not in told.replace("at radius 2.", "")  # there is no value at the largest
    assert "it breaks, missing more than 10 %, at radius 0.5" in told
    for tables in inputs.runs.values():
        table = tables.tables["exact_complexity"]
        table.loc[table["radius"] > 0.2, "neurons"] = np.nan
        table.loc[table["radius"] == 0.2, "approximate"] = table["neurons"]
    assert "it does not break up to radius 0.20" in figure_facts(inputs)["measured"]


def test_fig_25_compares_the_map_with_the_regions_from_cell_to_cell(tmp_path: Path) -> None:
    inputs = figure_inputs("always_grok_fig25", "smoke", seeds=1, metrics=("weight_norm",))
    assert "not measured" in figure_facts(inputs)["measured"]
    assert "not measured" in written(drawn(inputs))
    run, kept = inputs.members[0]["run"], made_up_slice("input", classes=False)
    half = kept.half_width
    x, y = kept.centres().T
    edges = np.linspace(-half, half, fig25.CELLS + 1)
    counts = np.histogram2d(y, x, bins=(edges, edges))[0].astype(np.int32)
    arrays = {
        "partition": packed([kept], PIXELS),
        "complexity_map": {
            "radii": np.array([0.1, 1.0]),
            "frame": np.eye(2),
            "maps": np.stack([counts, -counts + counts.max()]),
        },
    }
    files = {}
    for metric, of_metric in arrays.items():
        path = tmp_path / f"{metric}.parquet"
        write_arrays(arrays_file(path), metric, {ArrayKey(name, 0, 9): array for name, array in of_metric.items()})
        files[metric] = [path]
    inputs.metric_files, inputs.seeds = {run: files}, [0]
    told = figure_facts(inputs)["measured"]
    assert f"{kept.regions} linear regions" in told
    assert "cells 1.00" in told
    assert "cells -1.00" in told
    figure = drawn(inputs)
    np.testing.assert_array_equal(figure.axes[1].images[0].get_array(), counts)
