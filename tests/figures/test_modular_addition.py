"""Figures on transformers that learn modular addition: authors' curves, radii, and events on curves of embeddings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from grokscope.figures.write import figure_facts
from synthetic_figures import ROOT, drawn, figure_inputs

LEVELS = (("train", 1.0), ("test", 1.0), ("random", 2.0))


def bold(axes: Axes) -> list[Any]:
    return [line for line in axes.lines if len(line.get_xdata()) > 2 and line.get_linewidth() > 1]


def means(table: pd.DataFrame, **where: Any) -> np.ndarray:
    for column, value in where.items():
        table = table[table[column] == value]
    return table.groupby("step")["value"].mean().to_numpy()


def test_fig_8_has_the_authors_curves_beside_ours_of_all_tokens() -> None:
    inputs = figure_inputs("always_grok_fig8")
    figure = drawn(inputs)
    ours, theirs = [axes for axes in figure.axes if "complexity" in figure.axes[2].get_ylabel()][2:4]
    assert "radius 0.1" in ours.get_ylabel()
    (run,) = inputs.runs
    table = inputs.runs[run].table("embedding_complexity")
    for line, (split, _) in zip(bold(ours), LEVELS, strict=True):
        wanted = means(table, split=split, positions="all", layer=0, measured="fixed")
        np.testing.assert_allclose(line.get_ydata(), wanted)
    published = pd.read_csv(ROOT / "reference" / "always_grok_fig08_local_complexity.csv")
    for line, (split, _) in zip(theirs.lines, LEVELS, strict=True):
        kept = published[published["split"] == split].sort_values("step")
        np.testing.assert_allclose(line.get_ydata(), kept["value"])
        np.testing.assert_allclose(line.get_xdata(), kept["step"] + 1)
    facts = figure_facts(inputs)
    assert facts["comparable"]["beside"]
    compared = {distance["curve"]: distance for distance in facts["distances"]}
    assert "local complexity around embedded sequences at random points" in compared
    assert not any(distance["comparable"] for distance in compared.values())


def test_distances_of_the_published_setting_are_comparable() -> None:
    facts = figure_facts(figure_inputs("always_grok_fig8", "paper", steps=40))
    assert len(facts["distances"]) == 5
    assert all(distance["comparable"] for distance in facts["distances"])


def test_another_radius_is_told() -> None:
    inputs = figure_inputs("always_grok_fig8", "paper")
    (run,) = inputs.runs
    table = inputs.runs[run].tables["embedding_complexity"]
    inputs.runs[run].tables["embedding_complexity"] = table.assign(radius=0.2)
    differences = figure_facts(inputs)["comparable"]["differences"]
    assert differences == ["radius of local complexity 0.2 instead of 0.1 units of the embedding"]


def test_both_radii_are_drawn_for_both_decays_and_told_apart_in_words() -> None:
    inputs = figure_inputs("always_grok_embedding_radius")
    assert len(drawn(inputs).axes) == 8
    measured = figure_facts(inputs)["measured"]
    assert "(split train, measured relative, measured_as" not in measured
    for words in ("split train, measured fixed", "split random, measured relative", "Weight decay 0.6"):
        assert words in measured


def test_events_on_curves_of_embeddings_are_marked_in_their_rows_alone() -> None:
    inputs = figure_inputs("always_grok_modular_measures", steps=40)
    figure = drawn(inputs)
    last = next(iter(inputs.settings.values()))["training"]["steps"]
    peaks = []
    for axes in figure.axes:
        upright = [line for line in axes.lines if len(line.get_xdata()) == 2]
        # fit and generalisation in every panel, then the peak and the fall of the panel's own curve
        assert len(upright) == (4 if "local complexity" in axes.get_ylabel() else 2)
        peaks += [line.get_xdata()[0] for line in upright[2:3]]
    assert peaks == pytest.approx([last / 10] * 2, rel=0.3)
    keys = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    assert sum(key.startswith("peak:") for key in keys) == 1
    assert "(peak) at step" in figure_facts(inputs)["measured"]


def test_neighbours_share_an_axis_only_where_they_show_one_quantity() -> None:
    axes = drawn(figure_inputs("always_grok_modular_measures")).axes
    shared = [axes[place].get_shared_y_axes().joined(axes[place], axes[place + 1]) for place in range(0, 8, 2)]
    assert shared == [True, False, False, True]


def test_candidates_are_held_against_the_authors_curves_at_both_radii() -> None:
    """The candidate whose local complexity is the authors' own is said to be nearest."""
    inputs = figure_inputs("always_grok_fig8_settings", "paper", seeds=2, steps=30)
    assert len(drawn(inputs).axes) == 2 * len(inputs.members) == 12
    chosen = inputs.members[3]["run"]
    published = pd.read_csv(ROOT / "reference" / "always_grok_fig08_local_complexity.csv")
    tables = inputs.runs[chosen].tables
    smaller = tables["complexity_smaller"].copy()
    for split, rows in published.groupby("split"):
        kept = (smaller["split"] == split) & (smaller["positions"] == "all") & (smaller["layer"] == 0)
        time = np.log10(rows["step"] + 1)
        smaller.loc[kept, "value"] = np.interp(np.log10(smaller.loc[kept, "step"] + 1), time, rows["value"])
    tables["complexity_smaller"] = smaller
    measured = figure_facts(inputs)["measured"]
    assert measured.endswith("nearest with weight decay 0.01, second beta 0.999 at radius 0.09, over 2 seeds.")
