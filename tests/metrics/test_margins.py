"""Margins and distances from the boundary against closed forms and a loop over samples."""

from __future__ import annotations

import math

import pytest
import torch

from grokscope.metrics.margins import measure
from grokscope.metrics.margins.declaration import MarginsSettings
from grokscope.metrics.tables import check_table
from metrics_helpers import SEEDS, initialised, random_context, run_settings, spoil


def test_a_linear_network_in_closed_form() -> None:
    """The margin of a linear map is linear, so its distance is that from a plane."""
    settings = run_settings(depth=1, dtype="float64")
    context, network = random_context(settings), initialised(settings)
    margin, distance = measure.margins(network, context.train_inputs, context.train_targets)
    for seed in range(len(SEEDS)):
        weight, bias = (
            network.get_parameter("weight_1")[seed].detach(),
            network.get_parameter("bias_1")[seed, 0].detach(),
        )
        for image, label, found, away in zip(
            context.train_inputs[seed].flatten(1),
            context.train_targets[seed].tolist(),
            margin[seed],
            distance[seed],
            strict=True,
        ):
            outputs = (image @ weight + bias).tolist()
            other = max((output, number) for number, output in enumerate(outputs) if number != label)[1]
            assert float(found) == pytest.approx(outputs[label] - outputs[other])
            plane = weight[:, label] - weight[:, other]
            assert float(away) == pytest.approx(float(found) / float(plane.norm()))
            # a step of that length against the gradient reaches the boundary with that class
            moved = image - float(away) * plane / plane.norm()
            there = moved @ weight + bias
            assert float(there[label]) == pytest.approx(float(there[other]), abs=1e-12)


@pytest.mark.parametrize("chunk", [None, 7])
@pytest.mark.parametrize("kind", ["mlp", "cnn"])
@pytest.mark.parametrize("shared", [True, False])
def test_the_table_has_means_over_samples(kind: str, chunk: int | None, shared: bool) -> None:
    settings = run_settings(kind=kind, width=6, init_scale=2.0, dtype="float64")
    context, network = random_context(settings, shared=shared), initialised(settings)
    options = MarginsSettings(splits=["train", "test"], points=20)
    table = measure.build(options, context, chunk)(network, 5)
    check_table("margins", table.assign(run="r")[["run", *table.columns]])
    assert set(table["points"]) == {20}
    for row in table.itertuples():
        images, labels = context.points(row.split, 20)
        seed = SEEDS.index(row.seed)
        alone, found, distances = initialised(settings, [row.seed]), [], []
        for image, label in zip(images[min(seed, len(images) - 1)], labels[seed].tolist(), strict=True):

            def margin(x: torch.Tensor, label: int = label, alone: torch.nn.Module = alone) -> torch.Tensor:
                outputs = alone(x[None, None])[0, 0]
                return outputs[label] - torch.cat([outputs[:label], outputs[label + 1 :]]).max()

            found.append(float(margin(image).detach()))
            slope = float(torch.func.jacrev(margin)(image).detach().norm())
            if found[-1] > 0 and slope > 0:
                distances.append(found[-1] / slope)
        assert row.margin == pytest.approx(sum(found) / len(found), rel=1e-9)
        assert row.distance == pytest.approx(sum(distances) / len(distances), rel=1e-9)


def test_what_has_no_value_is_nan() -> None:
    settings = run_settings()
    context, network = random_context(settings), initialised(settings)
    spoil(network, 0)
    with torch.no_grad():
        # the other seed's network gives class 0 to all, whatever the image
        for name, parameter in network.named_parameters():
            parameter[1].zero_()
            if name == "bias_3":
                parameter[1, 0, 0] = 1.0
    table = measure.build(MarginsSettings(), context)(network, 0).set_index("seed")
    assert table.loc[SEEDS[0], ["margin", "distance"]].isna().all()
    zeros = int((context.train_targets[1] == 0).sum())
    assert table.loc[SEEDS[1], "margin"] == pytest.approx((zeros - (40 - zeros)) / 40)
    assert math.isnan(table.loc[SEEDS[1], "distance"])
