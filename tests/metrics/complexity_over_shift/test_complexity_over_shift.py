"""Local complexity along a line of inputs against a count by brute force, and of networks without nonlinearity."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from grokscope.config.run_work import RunWork
from grokscope.metrics.complexity_over_shift import measure as complexity_over_shift
from grokscope.metrics.complexity_over_shift.declaration import COMPLEXITY_OVER_SHIFT, ComplexityOverShiftSettings
from grokscope.metrics.local_complexity.frames import random_points, shared_frame
from grokscope.metrics.tables import columns_of
from metrics_helpers import SEEDS, brute_force, initialised, random_context, run_settings

SHAPE = (1, 28, 28)
ORIGIN = torch.zeros(1, 1, *SHAPE, dtype=torch.float64)


def settings(**changes: object) -> ComplexityOverShiftSettings:
    default = {"radii": [0.5, 5.0], "directions": [2, 5], "shifts": 3, "greatest": 2.0}
    return ComplexityOverShiftSettings.model_validate(default | changes)


@pytest.mark.parametrize("base", ["origin", "train", "random"])
def test_values_are_those_of_a_count_by_brute_force(base: str) -> None:
    run = run_settings(dtype="float64", depth=3, activation="leaky_relu")
    network, context = initialised(run), random_context(run)
    table = complexity_over_shift.build(settings(base=base), context)(network, 0)
    assert list(table.columns) == [column for column in columns_of("complexity_over_shift") if column != "run"]
    assert len(table) == 2 * 2 * 3 * len(SEEDS)
    assert set(table["neurons"]) == {12 + 12 + 10}
    start = {"origin": ORIGIN, "train": context.train_inputs[:, :1], "random": random_points(1, SHAPE)}[base]
    for shift in (0.0, 1.0, 2.0):
        expected = brute_force(network, start + shift, shared_frame(SHAPE, 5), 5.0)[:, 0].sum(axis=1)
        chosen = (table["shift"] == shift) & (table["directions"] == 5) & (table["radius"] == 5.0)
        np.testing.assert_array_equal(table[chosen].sort_values("seed")["value"], expected)


def test_only_the_initialisation_is_measured_unless_more_is_wanted() -> None:
    run = run_settings()
    network, context = initialised(run), random_context(run)
    assert complexity_over_shift.build(settings(), context)(network, 1).empty
    later = complexity_over_shift.build(settings(initialisation_only=False), context)(network, 1)
    assert set(later["step"]) == {1}


@pytest.mark.parametrize(("depth", "width", "directions"), [(12, 30, 1), (12, 30, 10), (50, 400, 2)])
def test_a_linear_network_without_biases_is_cut_by_every_neuron_at_the_origin(
    depth: int, width: int, directions: int
) -> None:
    """As the text of the paper says of depth 50 and width 400; it has to be, whatever the radius: such a network takes
    opposite values at opposite vertices.
    """
    run = run_settings(depth=depth, width=width)
    chosen = settings(radii=[1e-4, 10.0], directions=[directions], shifts=1, linear=True)
    table = complexity_over_shift.build(chosen, random_context(run))(initialised(run), 0)
    assert (table["value"] == table["neurons"]).all()


def test_a_linear_network_is_the_product_of_its_weights() -> None:
    run = run_settings(dtype="float64", depth=3)
    network, frame = initialised(run), shared_frame(SHAPE, 3)
    points = random_points(4, SHAPE) - 0.5
    found = complexity_over_shift.linear_cuts(network, points, frame, [2.0])
    for position in range(len(SEEDS)):
        product = torch.eye(784, dtype=torch.float64)
        for layer in (1, 2, 3):
            product = product @ network.get_parameter(f"weight_{layer}")[position].detach()
            reach = 2.0 * (frame.flatten(1) @ product).abs().amax(dim=0)
            cut = ((points[0].flatten(1) @ product).abs() < reach).sum(dim=1)
            assert found[0, position, :, layer - 1].tolist() == cut.tolist()
    assert network.get_parameter("bias_1").abs().max() > 0  # the network itself is as it was


def test_what_cannot_be_measured_is_refused() -> None:
    assert "784 numbers" in next(
        COMPLEXITY_OVER_SHIFT.complaints(settings(directions=[2, 800]), RunWork(run_settings()))
    )
    assert "only an mlp" in next(
        COMPLEXITY_OVER_SHIFT.complaints(settings(linear=True), RunWork(run_settings(kind="cnn")))
    )
    assert not list(COMPLEXITY_OVER_SHIFT.complaints(settings(linear=True), RunWork(run_settings())))
