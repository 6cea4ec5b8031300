"""Which images and labels a run sees: properties of every kind of subset and of label noise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from grokscope.data.subset import evenly_spaced, generator, training_subset
from grokscope.errors import UserError

CLASSES = 10
LABELS = np.random.default_rng(1).permutation(
    np.repeat(np.arange(CLASSES), np.arange(31, 41))
)  # 31 to 40 images a class

seeds = some.integers(0, 2**63)
sizes = some.integers(1, 310)  # balanced: at most 31 a class
fractions = some.floats(0, 1)
kinds = some.sampled_from(["first", "balanced", "with_replacement"])


@given(sizes, kinds, fractions, seeds)
def test_every_subset_is_a_function_of_its_arguments(size: int, kind: str, noise: float, seed: int) -> None:
    indices, labels = training_subset(LABELS, size, kind, noise, seed, CLASSES)
    again = training_subset(LABELS, size, kind, noise, seed, CLASSES)
    assert np.array_equal(indices, again[0])
    assert np.array_equal(labels, again[1])
    assert indices.dtype == labels.dtype == np.int64
    assert indices.shape == labels.shape == (size,)
    assert indices.min() >= 0
    assert indices.max() < LABELS.size
    assert labels.min() >= 0
    assert labels.max() < CLASSES
    assert np.count_nonzero(labels != LABELS[indices]) <= round(noise * size)


@given(sizes, kinds, fractions, seeds)
def test_noise_does_not_change_which_images_are_chosen(size: int, kind: str, noise: float, seed: int) -> None:
    indices, labels = training_subset(LABELS, size, kind, 0.0, seed, CLASSES)
    assert np.array_equal(labels, LABELS[indices])
    assert np.array_equal(indices, training_subset(LABELS, size, kind, noise, seed, CLASSES)[0])


@given(sizes, seeds)
def test_balanced_takes_equally_many_of_each_class_once(size: int, seed: int) -> None:
    indices, labels = training_subset(LABELS, size, "balanced", 0.0, seed, CLASSES)
    each, remainder = divmod(size, CLASSES)
    assert np.unique(indices).size == size
    assert np.bincount(labels, minlength=CLASSES).tolist() == [each + (label < remainder) for label in range(CLASSES)]


def test_first_takes_the_first_for_every_seed() -> None:
    for seed in (0, 1):
        assert training_subset(LABELS, 7, "first", 0.0, seed, CLASSES)[0].tolist() == list(range(7))


@pytest.mark.parametrize("kind", ["balanced", "with_replacement"])
def test_seeds_differ(kind: str) -> None:
    draws = [training_subset(LABELS, 100, kind, 0.0, seed, CLASSES)[0] for seed in range(3)]
    assert not np.array_equal(draws[0], draws[1])
    assert not np.array_equal(draws[1], draws[2])


def test_a_balanced_subset_is_not_in_the_order_of_classes() -> None:
    labels = training_subset(LABELS, 300, "balanced", 0.0, 0, CLASSES)[1]
    assert np.count_nonzero(np.diff(labels) < 0) > 50


def test_balanced_of_all_images_is_the_file_in_its_order_for_every_seed() -> None:
    labels = np.random.default_rng(2).permutation(np.arange(100) % CLASSES)
    for seed in (0, 1):
        assert training_subset(labels, 100, "balanced", 0.0, seed, CLASSES)[0].tolist() == list(range(100))
    with pytest.raises(UserError, match="balanced, needs 36 images of class 0, but there are 31"):
        training_subset(LABELS, LABELS.size, "balanced", 0.0, 0, CLASSES)


@given(some.integers(1, 400), some.integers(1, 400))
def test_evenly_spaced(count: int, available: int) -> None:
    indices = evenly_spaced(count, available)
    assert len(indices) == min(count, available)
    assert indices[0] == 0
    assert indices[-1] < available
    gaps = np.diff([*indices, available])
    assert gaps.min() >= 1
    assert gaps.max() - gaps.min() <= 1


def test_evenly_spaced_takes_all_or_none() -> None:
    assert evenly_spaced(None, 7).tolist() == evenly_spaced(9, 7).tolist() == list(range(7))
    assert evenly_spaced(0, 7).tolist() == []
    assert evenly_spaced(4, 10).tolist() == [0, 2, 5, 7]


def test_with_replacement_repeats_about_as_often_as_it_should() -> None:
    labels = np.arange(10_000) % CLASSES
    indices = training_subset(labels, 10_000, "with_replacement", 0.0, 0, CLASSES)[0]
    assert np.unique(indices).size / labels.size == pytest.approx(1 - np.exp(-1), abs=0.02)  # standard deviation 0.003
    assert training_subset(labels[:3], 50, "with_replacement", 0.0, 0, CLASSES)[0].max() == 2


@pytest.mark.parametrize("noise", [0.2, 1.0])
def test_one_redrawn_label_in_ten_stays_true_by_chance(noise: float) -> None:
    labels = np.arange(20_000) % CLASSES
    indices, noisy = training_subset(labels, labels.size, "first", noise, 0, CLASSES)
    wrong = np.count_nonzero(noisy != labels[indices])
    expected = 0.9 * noise * labels.size
    assert abs(wrong - expected) < 5 * np.sqrt(expected * 0.1)
    assert np.bincount(noisy).std() < 5 * np.sqrt(labels.size / CLASSES)


def test_the_number_of_redrawn_labels_is_exact() -> None:
    """With classes from 0 to 999 and one true class, nearly every redrawn label shows, and never more than were
    redrawn.
    """
    labels = np.zeros(1000, dtype=np.int64)
    for noise in (0.0, 0.1, 0.25, 0.999, 1.0):
        noisy = training_subset(labels, 1000, "first", noise, 3, 1_000_000)[1]
        assert round(noise * 1000) - 1 <= np.count_nonzero(noisy) <= round(noise * 1000)


def test_labels_given_are_not_changed() -> None:
    labels = LABELS.copy()
    training_subset(labels, labels.size, "first", 1.0, 0, CLASSES)
    assert np.array_equal(labels, LABELS)


def test_draws_are_the_same_on_every_machine_and_version() -> None:
    """Published results depend on these draws: a change of numpy or of this code must not pass unseen."""
    labels = np.arange(100) % CLASSES
    assert training_subset(labels, 6, "balanced", 0.0, 0, CLASSES)[0].tolist() == [55, 91, 82, 43, 90, 94]
    assert training_subset(labels, 6, "with_replacement", 0.0, 0, CLASSES)[0].tolist() == [7, 22, 13, 62, 51, 57]
    assert training_subset(labels, 6, "first", 0.5, 0, CLASSES)[1].tolist() == [0, 5, 2, 7, 4, 5]


def test_purposes_are_independent() -> None:
    assert generator(0, "one").integers(2**60) != generator(0, "two").integers(2**60)
    assert generator(0, "one").integers(2**60) != generator(1, "one").integers(2**60)
    assert generator(0, "one").integers(2**60) == generator(0, "one").integers(2**60)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"size": 356}, "train_size 356 is more than the 355 training samples"),
        ({"size": 356, "subset": "balanced"}, "train_size 356 is more than the 355 training samples"),
        ({"size": 320, "subset": "balanced"}, "needs 32 images of class 0, but there are 31"),
        ({"size": 0}, "train_size 0 is not positive"),
        ({"label_noise": 1.1}, "label_noise 1.1"),
        ({"label_noise": float("nan")}, "label_noise nan"),
        ({"seed": -1}, "seed -1 is negative"),
        ({"subset": "last"}, "subset 'last' is unknown"),
        ({"classes": 9}, "numbers from 0 to 8"),
        ({"targets": []}, "non-empty list"),
    ],
)
def test_what_cannot_be_done_is_a_one_line_error(changes: dict[str, object], reason: str) -> None:
    arguments: dict[str, object] = {
        "targets": LABELS,
        "size": 10,
        "subset": "first",
        "label_noise": 0.1,
        "seed": 0,
        "classes": CLASSES,
    }
    with pytest.raises(UserError, match=reason) as error:
        training_subset(**{**arguments, **changes})  # type: ignore[arg-type]
    assert "\n" not in str(error.value)
