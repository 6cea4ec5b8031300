"""The attack whose step sizes shrink, against a closed form, against a search of everything, and against the published
algorithm image by image.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from attack_helpers import (
    margin_of,
    predictor,
    published_algorithm,
    small_network,
    some_images,
    two_classes,
    worst_image,
)
from grokscope.metrics.adversarial.objectives.dlr import objective as dlr
from grokscope.metrics.adversarial.objectives.margin import objective as margin
from grokscope.metrics.adversarial.objectives.rescaled_cross_entropy import objective as rescaled
from grokscope.metrics.attack_suite.adaptive import adaptive_attack, check_iterations, targeted_attack
from grokscope.metrics.attack_suite.pairs import random_start

SHAPE = (1, 5, 5)


@pytest.mark.parametrize("objective", [margin, rescaled, dlr])
def test_on_a_linear_network_exactly_those_images_are_fooled_that_can_be(objective) -> None:
    network, images = two_classes(SHAPE, third=objective is dlr), some_images(SHAPE, 60)
    labels = network(images).argmax(dim=-1)
    epsilons = [0.02, 0.1, 0.3]
    found = adaptive_attack(network, images, labels, epsilons, 12, objective)
    both = set()
    for seed, column, point in np.ndindex(2, 3, 60):
        worst, reached = worst_image(network, seed, images[0, point], int(labels[seed, point]), epsilons[column])
        assert bool(found.fooled[seed, column, point]) == (reached > 0)
        both.add(reached > 0)
        if reached <= 0 and objective is margin:
            np.testing.assert_allclose(found.images[seed, column, point].numpy().ravel(), worst, atol=1e-12)
    assert both == {True, False}


def test_on_two_pixels_it_finds_what_a_search_of_all_images_finds() -> None:
    shape = (1, 1, 2)
    network, images = small_network(shape, 4, 3, seeds=3), some_images(shape, 12, salt=1)
    labels = network(images).argmax(dim=-1)
    epsilon, along = 0.15, np.linspace(-0.15, 0.15, 121)
    starts = (None, *(random_start(epsilon, number, 12, shape).double()[None] for number in range(1, 6)))
    found = adaptive_attack(network, images, labels, [epsilon], 40, margin, starts)
    fooled = 0
    for seed, point in np.ndindex(3, 12):
        logits, label, pixels = predictor(network, seed), int(labels[seed, point]), images[0, point].numpy().ravel()
        grid = np.clip(pixels + np.stack(np.meshgrid(along, along), axis=-1), 0, 1)
        highest = margin_of(logits(grid), label).max()
        reached = margin_of(logits(found.images[seed, 0, point].numpy().ravel()), label)
        assert bool(found.fooled[seed, 0, point]) == (reached > 0)
        assert bool(found.fooled[seed, 0, point]) == (highest > 0)
        if highest <= 0:
            assert reached >= highest - 1e-3
        fooled += highest > 0
    assert 0 < fooled < 36


def test_checks_come_where_the_paper_puts_them() -> None:
    assert check_iterations(100) == [22, 41, 57, 70, 80, 87, 93, 99]


@pytest.mark.parametrize("random", [False, True])
def test_it_is_the_published_algorithm_image_by_image(random: bool) -> None:
    network, images, epsilons = small_network(SHAPE, 5, 4), some_images(SHAPE, 9, salt=2), [0.05, 0.12]
    labels = network(images).argmax(dim=-1)
    start = torch.stack([random_start(epsilon, 1, 9, SHAPE).double() for epsilon in epsilons]) if random else None
    found = adaptive_attack(network, images, labels, epsilons, 25, margin, (start,))
    outcomes = set()
    for seed, column, point in np.ndindex(2, 2, 9):
        begin = None if start is None else start[column, point].numpy()
        image, fooled, _ = published_algorithm(
            network, seed, images[0, point].numpy(), int(labels[seed, point]), epsilons[column], 25, begin
        )
        assert bool(found.fooled[seed, column, point]) == fooled
        np.testing.assert_allclose(found.images[seed, column, point].numpy(), image, atol=1e-12)
        outcomes.add(fooled)
    assert outcomes == {True, False}


def test_the_targeted_attack_is_the_algorithm_class_by_class() -> None:
    network, images, epsilons = small_network(SHAPE, 5, 4), some_images(SHAPE, 9, salt=4), [0.05, 0.12]
    labels = network(images).argmax(dim=-1)
    found = targeted_attack(network, images, labels, epsilons, 15, 2)
    outcomes = set()
    for seed, column, point in np.ndindex(2, 2, 9):
        label, image = int(labels[seed, point]), images[0, point].numpy()
        logits = predictor(network, seed)(image.ravel())
        order = [other for other in np.argsort(-logits) if other != label][:2]
        runs = []
        for target in order:
            runs.append(published_algorithm(network, seed, image, label, epsilons[column], 15, None, int(target)))
            if runs[-1][1]:
                break
        best, fooled, _ = runs[-1] if runs[-1][1] else max(runs, key=lambda run: run[2])
        assert bool(found.fooled[seed, column, point]) == fooled
        np.testing.assert_allclose(found.images[seed, column, point].numpy(), best, atol=1e-12)
        outcomes.add((fooled, len(runs)))
    assert {fooled for fooled, _ in outcomes} == {True, False}


@hypothesis_settings(max_examples=20)
@given(
    epsilons=st.lists(st.floats(0, 0.5), min_size=1, max_size=3),
    steps=st.integers(1, 9),
    starts=st.integers(1, 3),
    number=st.integers(0, 99),
)
def test_never_outside_ball_or_box_and_fooled_only_where_the_image_fools(
    epsilons: list[float], steps: int, starts: int, number: int
) -> None:
    network, images = small_network(SHAPE, 3, 2), some_images(SHAPE, 7, salt=number)
    labels = network(images).argmax(dim=-1)
    given_starts = [
        torch.stack([random_start(epsilon, restart, 7, SHAPE).double() for epsilon in epsilons])
        for restart in range(1, starts)
    ]
    found = adaptive_attack(network, images, labels, epsilons, steps, margin, (None, *given_starts))
    assert found.images.min() >= 0
    assert found.images.max() <= 1
    distance = (found.images - images[:, None]).abs().flatten(2).amax(dim=2)
    assert (distance <= torch.tensor(epsilons, dtype=torch.float64)[None] + 1e-12).all()
    predicted = network(found.images.flatten(1, 2)).argmax(dim=-1).unflatten(1, (len(epsilons), 7))
    assert torch.equal(found.fooled, predicted != labels[:, None])


def test_more_starts_fool_more_and_a_network_of_nan_breaks_nothing() -> None:
    network, images = small_network(SHAPE, 5, 4, width=30), some_images(SHAPE, 60, salt=5)
    labels = network(images).argmax(dim=-1)
    starts = [random_start(0.06, number, 60, SHAPE).double()[None] for number in range(1, 4)]
    once = adaptive_attack(network, images, labels, [0.06], 6, margin).fooled
    often = adaptive_attack(network, images, labels, [0.06], 6, margin, (None, *starts)).fooled
    assert (often | ~once).all()
    with torch.no_grad():
        network.get_parameter("weight_1")[0] = math.nan
    other = adaptive_attack(network, images, labels, [0.06], 6, margin).fooled
    assert torch.equal(other[1], once[1])
