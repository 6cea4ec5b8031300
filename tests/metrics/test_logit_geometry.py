"""Spread of the logits and alignment of centroids, against Jacobians row by row and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from grokscope.metrics.logit_geometry import measure as geometry
from grokscope.metrics.logit_geometry.declaration import LogitGeometrySettings
from metrics_helpers import SEEDS, initialised, random_context, run_settings, spoil


@pytest.mark.parametrize("model", [{"depth": 3}, {"kind": "cnn", "depth": 2, "width": 3}], ids=str)
def test_numbers_are_those_of_jacobians_sample_by_sample(model: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geometry, "SAMPLES_AT_A_TIME", 4)
    run = run_settings(dtype="float64", **model)
    network, context = initialised(run), random_context(run)
    table = geometry.build(LogitGeometrySettings(points=7), context)(network, 5)
    for split in ("train", "test"):
        inputs, _ = context.points(split, 7)
        for place, seed in enumerate(SEEDS):
            spreads, cosines = [], []
            for point in range(7):
                x = inputs[min(place, len(inputs) - 1), point]

                def logits_of(one: torch.Tensor, place: int = place) -> torch.Tensor:
                    return network(one[None, None].expand(2, -1, -1, -1, -1))[place, 0]

                jacobian = torch.autograd.functional.jacobian(logits_of, x).flatten(1).numpy()
                z = logits_of(x).detach().numpy()
                centroid, pixels = jacobian.sum(axis=0), x.numpy().ravel()
                spreads.append(np.sqrt(np.mean((z - z.mean()) ** 2)))
                cosines.append(centroid @ pixels / np.linalg.norm(centroid) / np.linalg.norm(pixels))
            row = table[(table.split == split) & (table.seed == seed)].iloc[0]
            np.testing.assert_allclose(row.logit_spread, np.mean(spreads), rtol=1e-12)
            np.testing.assert_allclose(row.centroid_alignment, np.mean(cosines), rtol=1e-12)
            assert (row.without_centroid, row.points, row.step) == (0, 7, 5)


def test_a_linear_network_whose_rows_add_up_to_the_input_is_aligned() -> None:
    run = run_settings(dtype="float64", depth=1)
    network, context = initialised(run), random_context(run)
    context.test_inputs[:] = context.test_inputs[:, :1]
    with torch.no_grad():
        network.get_parameter("weight_1").zero_()
        network.get_parameter("weight_1")[0, :, 3] = 2 * context.test_inputs[0, 0].flatten()
    table = geometry.build(LogitGeometrySettings(splits=["test"]), context)(network, 0)
    first, second = table.iloc[0], table.iloc[1]
    assert first.centroid_alignment == pytest.approx(1)
    assert np.isnan(second.centroid_alignment)
    assert (first.without_centroid, second.without_centroid) == (0, 1)


def test_ten_times_the_logits_are_ten_times_the_spread_and_no_other_angle() -> None:
    run = run_settings(dtype="float64", depth=2)
    network, context = initialised(run), random_context(run)
    plain = geometry.build(LogitGeometrySettings(), context)(network, 0)
    with torch.no_grad():
        for name in ("weight_2", "bias_2"):
            network.get_parameter(name).mul_(10)
    scaled = geometry.build(LogitGeometrySettings(), context)(network, 0)
    np.testing.assert_allclose(scaled.logit_spread, 10 * plain.logit_spread)
    np.testing.assert_allclose(scaled.centroid_alignment, plain.centroid_alignment)


def test_a_diverged_seed_has_no_numbers_and_the_other_keeps_its_own() -> None:
    run = run_settings()
    network, context = initialised(run), random_context(run)
    plain = geometry.build(LogitGeometrySettings(), context)(network, 0)
    spoil(network, 0)
    again = geometry.build(LogitGeometrySettings(), context)(network, 0)
    assert again[again.seed == SEEDS[0]].drop(columns=["seed", "step", "split", "points"]).isna().all(axis=None)
    np.testing.assert_array_equal(
        again[again.seed == SEEDS[1]].logit_spread, plain[plain.seed == SEEDS[1]].logit_spread
    )
