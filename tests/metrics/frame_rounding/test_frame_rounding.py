"""Exact deformation against scipy and frame_deformation; the rounded one against a model of the rounding."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist

from grokscope.data.declared import Classes, Images
from grokscope.metrics.frame_deformation import measure as frame_deformation
from grokscope.metrics.frame_deformation.declaration import FrameDeformationSettings
from grokscope.metrics.frame_rounding import measure as frame_rounding
from grokscope.metrics.frame_rounding.declaration import FrameRoundingSettings
from grokscope.metrics.frame_rounding.measure import deformation, exact_distances, rounded_distances
from grokscope.metrics.local_complexity.frames import random_points, shared_frame
from grokscope.metrics.tables import columns_of
from grokscope.models.build import build_network
from grokscope.models.initialise import initialise
from grokscope.models.registry import model_settings
from metrics_helpers import SEEDS, initialised, random_context, run_settings, spoil

CIFAR = Images((3, 32, 32), (0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010))
POINTS = {"train": 3, "test": 0, "random": 2}


def settings(**changes: object) -> FrameRoundingSettings:
    return FrameRoundingSettings.model_validate({"radii": [1e-4, 0.3], "directions": 13, "points": POINTS} | changes)


@pytest.mark.parametrize("kind", ["mlp", "cnn"])
def test_exact_values_are_those_of_the_frame_in_the_units_of_normalised_inputs(kind: str) -> None:
    """Without normalisation they are those of frame_deformation; at the inputs sqrt(2) r and 2 r with it, too."""
    run = run_settings(kind=kind, depth=2, width=4)
    table = frame_rounding.build(settings(), random_context(run))(initialised(run), 5)
    assert list(table.columns) == [column for column in columns_of("frame_rounding") if column != "run"]
    other = frame_deformation.build(
        FrameDeformationSettings(radii=[1e-4, 0.3], directions=13, points=POINTS), random_context(run)
    )(initialised(run), 5)
    for column in ("eccentricity", "diameter"):
        np.testing.assert_allclose(table[f"exact_{column}"], other[column], rtol=1e-6)
    normalised = run_settings(kind=kind, depth=2, width=4, normalize=True)
    inputs = frame_rounding.build(settings(), random_context(normalised))(initialised(normalised), 5)
    inputs = inputs[inputs["layer"] == 0]
    np.testing.assert_allclose(inputs["exact_eccentricity"], math.sqrt(2) * inputs["radius"], rtol=1e-8)
    np.testing.assert_allclose(inputs["exact_diameter"], 2 * inputs["radius"], rtol=1e-8)


@pytest.mark.parametrize("length", [0.0, 100.0])
def test_exact_distances_are_those_of_scipy_however_far_away(length: float) -> None:
    generator = torch.Generator().manual_seed(0)
    vertices = 1e-4 * torch.randn(2, 30, 500, generator=generator, dtype=torch.float64) + length
    found = exact_distances(vertices)
    for one, values in zip(found, vertices, strict=True):
        np.testing.assert_allclose(one, cdist(values, values), rtol=1e-7, atol=1e-12)


def test_float32_distances_of_small_frames_are_the_length_of_the_vectors_times_its_rounding() -> None:
    """Squared distances are differences of squared lengths, so their error is some units of the latter's last place;
    the floor does not depend on the radius, grows with the length, and is gone where the frame is large.
    """
    frame = shared_frame(CIFAR.shape, 25)[:, 0].flatten(1)
    frame = torch.cat([frame, -frame])
    point = torch.randn(3072, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    floors = {}
    for length in (20.0, 65.0, 200.0):
        for radius in (1e-5, 1e-3, 20.0):
            vertices = (point / point.norm() * length + radius * frame).float()
            floors[length, radius] = float(rounded_distances(vertices[None]).amax())
        unit = length * math.sqrt(2.0**-23)
        assert 0.3 * unit < floors[length, 1e-3] < 5 * unit
        assert floors[length, 1e-5] > 100 * 2e-5
        assert floors[length, 20.0] == pytest.approx(40.0, rel=1e-3)
    assert floors[20.0, 1e-3] < floors[65.0, 1e-3] < floors[200.0, 1e-3]


def test_the_floor_at_normalised_images_is_far_above_a_frame_of_radius_0_0023() -> None:
    """Noise of uniform pixels is as long after normalisation as CIFAR-10's images are on average, about 65 (62 to
    86).
    """
    network = build_network(
        model_settings(kind="cnn", depth=1, width=2, normalize=True), CIFAR, Classes(10), 1, dtype=torch.float32
    ).eval()
    initialise(network, [0], 1.0)
    points = random_points(4, CIFAR.shape)
    assert 60 < float(network.normalized(points.float()).flatten(2).norm(dim=2).mean()) < 90
    frame = shared_frame(CIFAR.shape, 25)[:, 0]
    with torch.inference_mode():
        rounded = deformation(network, points.float(), frame.float(), 0.0023, rounded_distances)[0]
        exact = deformation(network.double(), points, frame, 0.0023, exact_distances)[0]
    assert float(exact[0, 0]) == pytest.approx(math.sqrt(2) * 0.0023, rel=1e-8)
    assert float(rounded[0, 0]) > 5 * float(exact[0, 0])


def test_chunks_change_nothing_and_a_seed_that_is_not_finite_spoils_itself_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = run_settings()
    network, context = initialised(run), random_context(run)
    whole = frame_rounding.build(settings(), context)(network, 0)
    monkeypatch.setattr(frame_deformation, "CHUNK_BYTES", 1)
    parts = frame_rounding.build(settings(), context)(network, 0)
    np.testing.assert_allclose(parts["exact_eccentricity"], whole["exact_eccentricity"], rtol=1e-8)
    spoil(network, 0)
    spoilt = frame_rounding.build(settings(), context)(network, 0)
    of_layers = spoilt[spoilt["layer"] > 0]
    for column in ("exact_eccentricity", "rounded_diameter"):
        assert of_layers.loc[of_layers["seed"] == SEEDS[0], column].isna().all()
        assert of_layers.loc[of_layers["seed"] == SEEDS[1], column].notna().all()
