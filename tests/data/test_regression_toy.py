"""The regression toy: the function of P2 Fig 3 and the points that it is trained on."""

from __future__ import annotations

import math

import numpy as np
import pytest

from grokscope.data.load import load_samples
from grokscope.data.regression_toy.declaration import TEST_SIZE
from grokscope.data.regression_toy.make import function
from task_support import toy_settings


@pytest.mark.parametrize(
    ("point", "value"),
    [
        ((-math.pi / 2, 0.0), 0.0),
        ((-math.pi / 2, math.pi), -2.0),
        ((-3 * math.pi / 2, 0.0), 2.0),
        ((-1.0, 4.0), math.sin(-1.0) + math.cos(4.0)),
        ((0.0, 0.0), 0.0),
        ((3.0, 1.0), 0.0),
    ],
)
def test_the_function(point: tuple[float, float], value: float) -> None:
    assert function(np.array([point])) == pytest.approx(np.array([[value]]), abs=1e-15)


def test_points_fill_the_square_and_have_their_values() -> None:
    samples = load_samples(toy_settings(data={"train_size": 4000}).data)
    assert len(samples.test_inputs) == TEST_SIZE
    for points, values in (
        (samples.train_inputs, samples.train_targets),
        (samples.test_inputs, samples.test_targets),
    ):
        assert points.shape == (len(values), 2)
        assert values.shape == (len(points), 1)
        counts = np.histogram2d(*points.T, bins=4, range=[[-10, 10]] * 2)[0]
        expected = len(points) / 16
        assert counts.sum() == len(points)
        assert (np.abs(counts - expected) < 5 * math.sqrt(expected)).all()
        by_hand = [math.sin(x) + math.cos(y) if x < 0 else 0.0 for x, y in points.tolist()]
        np.testing.assert_allclose(values[:, 0], by_hand, atol=1e-15)


def test_a_larger_set_begins_with_the_smaller_one_and_another_draw_is_another_set() -> None:
    small, large, other = (
        load_samples(toy_settings(data=data).data)
        for data in ({"train_size": 60}, {"train_size": 200}, {"train_size": 60, "draw": 1})
    )
    assert np.array_equal(large.train_inputs[:60], small.train_inputs)
    assert np.array_equal(large.test_inputs, small.test_inputs)
    assert not np.isin(other.train_inputs, small.train_inputs).any()
    assert not np.isin(small.test_inputs, small.train_inputs).any()
