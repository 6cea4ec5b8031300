"""Films of slices from made-up networks: pictures, curves, and which checkpoints the experiments keep them at."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from experiments_support import all_experiments
from grokscope.config.plan import Plan, build_plan
from grokscope.config.slice_drawing import Slices
from grokscope.config.user import UserConfig
from grokscope.figures.kinds.slices import frames
from grokscope.figures.kinds.slices.frames import coloured, film_of
from grokscope.figures.write import figure_facts
from grokscope.metrics.compute_arrays import array_seeds, array_steps
from grokscope.metrics.partition.declaration import PartitionSettings
from grokscope.metrics.partition.picture import FULL
from grokscope.training.schedule import checkpoint_steps
from slices_support import PIXELS, empty_slice, keep, made_up_slice
from synthetic_figures import figure_inputs

FIGURE = "always_grok_fig2_partitions"
FILM = Slices.model_validate({"steps": {"smoke": [6], "quick": [6], "paper": [6]}, "film": True})


def test_pictures_steps_regions_and_curves_are_those_that_were_kept(tmp_path: Path) -> None:
    slices = {step: made_up_slice(seed=place, whole=step > 3) for place, step in enumerate((0, 3, 40, 45_000))}
    inputs = keep(figure_inputs(FIGURE, seeds=3, steps=9), tmp_path, slices, "partition_film", seeds=(1, 2))
    film = figure_facts(inputs)["film"]
    assert (film["seed"], film["steps"], film["left_out"], film["pixels"]) == (1, [0, 3, 40, 45_000], 0, PIXELS)
    assert film["regions"] == [kept.regions for kept in slices.values()]
    for frame, kept in zip(film["frames"], slices.values(), strict=True):
        with Image.open(io.BytesIO(base64.b64decode(frame))) as image:
            np.testing.assert_array_equal(np.asarray(image.convert("RGB")), coloured(kept.picture))
    x, y = made_up_slice().points[0]
    assert film["points"][0] == pytest.approx([0.5 + x / 4, 0.5 - y / 4])
    curves = {curve["name"]: curve for curve in film["curves"]}
    accuracy = inputs.runs[inputs.members[0]["run"]].tables["accuracy"]
    rows = accuracy[(accuracy["seed"] == 1) & (accuracy["split"] == "test")]
    assert curves["test accuracy"]["panel"] == "accuracy"
    np.testing.assert_allclose(curves["test accuracy"]["points"], rows[["step", "accuracy"]].to_numpy(), rtol=1e-5)
    assert [point[1] for point in curves["regions on the slice"]["points"]] == film["regions"]
    assert {"under attack, ε = 0.06", "train points", "random points"} <= set(curves)


def test_lines_are_dark_and_the_boundary_is_red_with_a_rim() -> None:
    empty = np.zeros((5, 5), dtype=np.uint8)
    assert (coloured(empty) == 255).all()
    full = np.full((5, 5), FULL, dtype=np.uint8)
    assert coloured(full).max() < 40
    full[2, 2] += 3 * (FULL + 1)
    found = coloured(full)
    np.testing.assert_array_equal(found[2, 2], frames.RED)
    assert found[1, 1].min() > 100  # the rim
    assert found[0, 0].max() < 40
    luminance = frames.RED @ (0.2126, 0.7152, 0.0722)
    assert luminance > 2 * (frames.INK @ (0.2126, 0.7152, 0.0722))  # told apart without colour


def test_without_two_pictures_there_is_no_film(tmp_path: Path) -> None:
    inputs = figure_inputs(FIGURE, "smoke", seeds=2, steps=4)
    assert film_of(inputs, FILM) is None
    assert "film" not in figure_facts(inputs)
    one = keep(figure_inputs(FIGURE, "smoke", seeds=2, steps=4), tmp_path, {60: made_up_slice()}, "partition")
    assert film_of(one, FILM) is None
    lost = {0: empty_slice(), 60: empty_slice()}
    film = film_of(keep(figure_inputs(FIGURE, "smoke", seeds=2, steps=4), tmp_path, lost, "partition"), FILM)
    assert film is not None
    assert film["regions"] == [0, 0]


def planned(scale: str) -> Plan:
    return build_plan(UserConfig(scale=scale, figures="all"), all_experiments())  # type: ignore[arg-type]


@pytest.mark.parametrize("scale", ["smoke", "quick", "paper"])
def test_slices_are_kept_at_the_steps_that_figures_draw(scale: str) -> None:
    plan, found = planned(scale), 0
    for item in plan.figures.values():
        drawing = getattr(item.settings, "draw", None)
        if drawing is None or drawing.kind != "slices":
            continue
        found += 1
        run = plan.runs[item.members[0].run]
        metric = run.metrics[drawing.settings.partition]
        assert isinstance(metric, PartitionSettings)
        assert array_seeds(metric, [0, 1, 2]) == [0]
        steps = checkpoint_steps(run.settings.checkpoints, run.settings.training.steps)
        kept = array_steps(metric, steps)
        assert kept == steps or len(kept) == 1
        whole = {min(kept, key=lambda step: abs(step - wanted)) for wanted in metric.partitions_at or kept[-1:]}
        drawn = drawing.settings.steps.at(scale)
        nearest = {min(whole, key=lambda step: abs(step - wanted)) for wanted in drawn}
        assert len(nearest) == len(drawn)
        if scale == "paper":
            assert nearest == set(drawn)  # the published steps themselves
        elif scale == "quick":
            assert all(abs(np.log(step / min(nearest, key=lambda one: abs(one - step)))) < 0.15 for step in drawn)
        assert drawing.settings.film == (metric.picture_pixels > 0 and item.id != "always_grok_fig26")
    assert found == 5
