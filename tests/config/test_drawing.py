"""A mistake in how a figure is to be drawn is refused when the experiments are loaded."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from experiments_support import REPOSITORY, refusal
from grokscope.config.drawing import Drawing
from grokscope.config.load import read_yaml

ACCURACY = {"rows": [{"curves": ["test_accuracy"]}]}


@pytest.mark.parametrize(
    ("figure", "draw", "message"),
    [
        (
            "fig2",
            {"curve_gird": {}},
            f"figure.draw: kind of figure 'curve_gird' is unknown; known are {', '.join(Drawing.model_fields)}",
        ),
        (
            "fig2",
            {"curve_grid": {"rows": [{"curves": ["test_acuracy"]}]}},
            "figure.draw.curve_grid.rows.0.curves.0: 'test_acuracy' is unknown; did you mean test_accuracy or",
        ),
        (
            "fig2",
            {"curve_grid": {"rows": [{"curves": [{"curve": "rank", "radius": 1}]}]}},
            "curve rank has no option radius; it has",
        ),
        (
            "fig2",
            {"curve_grid": {"rows": [{"curves": ["rank"]}]}},
            "figure.draw.curve_grid.rows.0.curves: rank reads the metric spectra, which is not",
        ),
        (
            "fig2",
            {"curve_grid": {"rows": [{"curves": ["rank", "test_accuracy"]}]}},
            "curves of rank and of accuracy have no common axis",
        ),
        (
            "fig2",
            {"curve_grid": {**ACCURACY, "columns": "width"}},
            "curve_grid.columns: 'width' is no axis of sweep depths",
        ),
        (
            "fig2",
            {"curve_grid": {**ACCURACY, "columns": "depth"}},
            "runs that differ in train_size would be drawn on top of each other",
        ),
        ("fig2", {"curve_grid": {**ACCURACY, "events": ["birth"]}}, "figure.draw.curve_grid.events.0: should be 'fit'"),
        ("fig2", {"curve_grid": {**ACCURACY, "words": ["luck"]}}, "words: 'luck' is unknown; known are accuracy"),
        ("fig2", {"curve_grid": {**ACCURACY, "colour": "depth"}}, "figure.draw.curve_grid.colour: unknown key"),
        ("fig2", {"curve_grid": {"rows": []}}, "figure.draw.curve_grid.rows: "),
        ("fig2", {"curve_grid": ACCURACY, "tunnels": {}}, "figure.draw: a figure is drawn by one kind"),
        (
            "fig2",
            {"heat_map": {"across": "train_size", "down": "depth", "up": "width", "along": "decay"}},
            "figure.draw.heat_map.across",
        ),
        ("fig3", {"tunnels": {"lengths": {"four": 1}}}, "figure.draw.tunnels.lengths.four"),
        (
            "fig3",
            {"frames": {"shown": ["radius"]}},
            "figure.draw.frames.shown.0: should be 'eccentricity' or 'diam",
        ),
        ("fig3", {"frames": {"shown": ["diameter"] * 2}}, "figure.draw.frames.shown: diameter, diameter: one of them"),
        (
            "fig3",
            {"frames": {"shown": ["diameter"]}},
            "figure.draw.frames.shown reads the metric frame_rounding,",
        ),
    ],
)
def test_a_mistake_is_refused_at_load_in_one_line(
    figure: str, draw: dict[str, Any], message: str, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(REPOSITORY / "experiments/deep_grokking", tmp_path / "copied"))
    tree = read_yaml(folder / f"{figure}.yaml")
    tree["figure"]["draw"] = draw
    (folder / f"{figure}.yaml").write_text(yaml.safe_dump(tree))
    found = refusal({"scale": "smoke", "experiments": [str(folder)]})
    assert found.startswith(f"{folder}/{figure}.yaml: figure.draw")
    assert message in found
