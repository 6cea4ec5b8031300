"""Eccentricity and diameter of embedded frames against closed forms and distances by scipy."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist

from grokscope.metrics.frame_deformation import measure as frame_deformation
from grokscope.metrics.frame_deformation.declaration import FrameDeformationSettings
from grokscope.metrics.frame_deformation.measure import deformation, eccentricity_and_diameter
from grokscope.metrics.local_complexity.frames import shared_frame
from grokscope.metrics.tables import columns_of
from metrics_helpers import SEEDS, initialised, random_context, run_settings, spoil

SHAPE = (1, 28, 28)


def settings(**changes: object) -> FrameDeformationSettings:
    default = {"radii": [1e-5, 0.3], "directions": 4, "points": {"train": 3, "test": 2, "random": 2}}
    return FrameDeformationSettings.model_validate(default | changes)


@pytest.mark.parametrize("kind", ["mlp", "cnn"])
def test_at_the_inputs_the_frame_is_what_it_is_however_small(kind: str) -> None:
    run = run_settings(kind=kind, depth=2, width=4)
    table = frame_deformation.build(settings(), random_context(run))(initialised(run), 5)
    assert list(table.columns) == [column for column in columns_of("frame_deformation") if column != "run"]
    assert len(table) == 3 * 2 * len(SEEDS) * (1 + len(initialised(run).layers))
    inputs = table[table["layer"] == 0]
    np.testing.assert_allclose(inputs["eccentricity"], math.sqrt(2) * inputs["radius"], rtol=1e-9)
    np.testing.assert_allclose(inputs["diameter"], 2 * inputs["radius"], rtol=1e-9)


@pytest.mark.parametrize("kind", ["mlp", "cnn"])
def test_values_are_those_of_distances_by_scipy(kind: str) -> None:
    run = run_settings(kind=kind, depth=3, width=5, dtype="float64")
    network, context = initialised(run), random_context(run)
    table = frame_deformation.build(settings(), context)(network, 0)
    points, frame = context.points("train", 3)[0], shared_frame(SHAPE, 4)[:, 0]
    for position, seed in enumerate(SEEDS):
        expected = np.zeros((len(network.layers), 2))
        for x in points[position]:
            vertices = torch.stack([x + side * 0.3 * v for side in (1, -1) for v in frame])
            with torch.no_grad():
                layers = network.preactivations(vertices[None])
            for layer, z in enumerate(layers):
                distances = cdist(z[position].flatten(1).numpy(), z[position].flatten(1).numpy())
                near = [[d for j, d in enumerate(row) if j % 4 != i % 4] for i, row in enumerate(distances)]
                expected[layer] += np.mean([max(row) for row in near]) / 3, distances.max() / 3
        rows = table[(table["split"] == "train") & (table["radius"] == 0.3) & (table["seed"] == seed)]
        rows = rows[rows["layer"] > 0].sort_values("layer")
        np.testing.assert_allclose(rows[["eccentricity", "diameter"]].to_numpy(), expected, rtol=1e-10)


def test_isometries_change_nothing_and_a_factor_scales() -> None:
    generator = torch.Generator().manual_seed(0)
    vertices = torch.randn(5, 8, 6, generator=generator, dtype=torch.float64)
    rotation = torch.linalg.qr(torch.randn(6, 6, generator=generator, dtype=torch.float64))[0]
    whole = eccentricity_and_diameter(vertices)
    assert torch.allclose(eccentricity_and_diameter(vertices @ rotation + 3.0), whole)
    assert torch.allclose(eccentricity_and_diameter(2.5 * vertices), 2.5 * whole)


def test_a_linear_layer_stretches_the_frame_by_its_singular_values() -> None:
    """In a frame along the right singular vectors the farthest vertices lie opposite, twice the largest value apart."""
    network = initialised(run_settings(depth=1, dtype="float64"))
    with torch.inference_mode():
        _, values, right = torch.linalg.svd(network.get_parameter("weight_1")[0].T, full_matrices=False)
        points = torch.rand(1, 2, *SHAPE, dtype=torch.float64)
        found = deformation(network, points, right.reshape(-1, *SHAPE), 0.01)[1][0]
    first, second = values[0], values[1]
    expected = torch.stack([torch.hypot(first, second), *torch.hypot(first, values[1:])]).mean()
    assert found[0] == pytest.approx(0.01 * float(expected))
    assert found[1] == pytest.approx(0.02 * float(first))


def test_chunks_do_not_change_the_result_and_a_seed_that_is_not_finite_spoils_itself_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = run_settings()
    network, context = initialised(run), random_context(run)
    whole = frame_deformation.build(settings(), context)(network, 0)
    monkeypatch.setattr(frame_deformation, "CHUNK_BYTES", 1)
    parts = frame_deformation.build(settings(), context)(network, 0)
    np.testing.assert_allclose(parts["eccentricity"], whole["eccentricity"], rtol=1e-10)
    spoil(network, 0)
    spoilt = frame_deformation.build(settings(), context)(network, 0)
    of_layers = spoilt[spoilt["layer"] > 0]
    assert of_layers.loc[of_layers["seed"] == SEEDS[0], "eccentricity"].isna().all()
    assert of_layers.loc[of_layers["seed"] == SEEDS[1], "eccentricity"].notna().all()
