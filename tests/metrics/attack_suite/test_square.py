"""The square attack, against its published schedule, a closed form, and a loop over images."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from attack_helpers import margin_of, predictor, small_network, some_images, two_classes, worst_image
from grokscope.metrics.attack_suite.pairs import generator
from grokscope.metrics.attack_suite.square import side_of, square_attack

SHAPE = (2, 4, 5)


@pytest.mark.parametrize(
    ("query", "side"),
    [(0, 25), (10, 25), (11, 18), (51, 13), (201, 9), (501, 6), (1001, 4), (2001, 3), (4001, 2), (6001, 2), (9999, 1)],
)
def test_squares_shrink_as_in_the_authors_code(query: int, side: int) -> None:
    """Sides that `p_selection` of the authors' square.py gives for p_init = 0.8 on images of 28 by 28 pixels."""
    assert side_of(query, 10_000, 28, 28) == side
    assert side_of(10 * query, 100_000, 28, 28) == side


def test_on_a_linear_network_it_finds_the_exact_optimum() -> None:
    shape = (1, 4, 4)
    network, images = two_classes(shape), some_images(shape, 20)
    labels = network(images).argmax(dim=-1)
    epsilons = [0.05, 0.25]
    found = square_attack(network, images, labels, epsilons, 2000)
    outcomes = set()
    for seed, column, point in np.ndindex(2, 2, 20):
        worst, reached = worst_image(network, seed, images[0, point], int(labels[seed, point]), epsilons[column])
        assert bool(found.fooled[seed, column, point]) == (reached > 0)
        if reached <= 0:
            np.testing.assert_allclose(found.images[seed, column, point].numpy().ravel(), worst, atol=1e-12)
        outcomes.add(reached > 0)
    assert outcomes == {True, False}


def test_it_is_the_loop_over_images_and_queries_and_never_loses_what_it_has_reached() -> None:
    network, images, epsilons, queries = small_network(SHAPE, 4, 3), some_images(SHAPE, 8), [0.04, 0.15], 60
    labels = network(images).argmax(dim=-1)
    found = square_attack(network, images, labels, epsilons, queries)
    random = generator(queries)
    stripes = random.choice([-1.0, 1.0], size=(1, 1, SHAPE[0], 1, SHAPE[2]))[0, 0]
    squares = []
    for query in range(queries):
        side = side_of(query, queries, *SHAPE[1:])
        top, left = int(random.integers(SHAPE[1] - side + 1)), int(random.integers(SHAPE[2] - side + 1))
        squares.append((side, top, left, random.choice([-1.0, 1.0], size=(1, 1, SHAPE[0], 1, 1))[0, 0]))
    outcomes = set()
    for seed, column, point in np.ndindex(2, 2, 8):
        logits, label, epsilon = predictor(network, seed), int(labels[seed, point]), epsilons[column]
        image = images[0, point].numpy()
        best = np.clip(image + epsilon * stripes, 0, 1)
        reached = [margin_of(logits(best.ravel()), label)]
        for side, top, left, sign in squares:
            if reached[-1] > 0:
                break
            tried = best.copy()
            there = (slice(None), slice(top, top + side), slice(left, left + side))
            tried[there] = np.clip(image + epsilon * sign, 0, 1)[there]
            value = margin_of(logits(tried.ravel()), label)
            if value > reached[-1]:
                best = tried
            reached.append(max(value, reached[-1]))
        assert reached == sorted(reached)
        assert bool(found.fooled[seed, column, point]) == (reached[-1] > 0)
        np.testing.assert_allclose(found.images[seed, column, point].numpy(), best, atol=1e-12)
        outcomes.add(reached[-1] > 0)
    assert outcomes == {True, False}
    assert found.images.min() >= 0
    assert found.images.max() <= 1
    distance = (found.images - images[:, None]).abs().flatten(2).amax(dim=2)
    assert (distance <= torch.tensor(epsilons, dtype=torch.float64)[None] + 1e-12).all()
