"""Batches are those of a shuffling DataLoader and a function of seed and step alone; training data lies ready for
them.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch

from grokscope.training.batches import Batches, epoch_order
from grokscope.training.training_data import stacked_training_data
from training_support import small_dataset, small_settings


def test_an_epoch_visits_every_image_once() -> None:
    batches = Batches([3, 5], size=23, batch_size=5)
    assert batches.steps_per_epoch == 5
    for epoch in range(3):
        parts = [batches.indices(epoch * 5 + position) for position in range(5)]
        assert [part.shape for part in parts] == [(2, 5)] * 4 + [(2, 3)]
        for row in torch.cat(parts, dim=1):
            assert sorted(row.tolist()) == list(range(23))


def test_orders_differ_by_seed_and_epoch_and_are_uniform() -> None:
    assert not torch.equal(epoch_order(0, 0, 50), epoch_order(0, 1, 50))
    assert not torch.equal(epoch_order(0, 0, 50), epoch_order(1, 0, 50))
    first = np.bincount([int(epoch_order(0, epoch, 4)[0]) for epoch in range(2000)], minlength=4)
    assert np.abs(first - 500).max() < 100


def test_a_seed_does_not_depend_on_its_block_or_on_the_past() -> None:
    block, alone = Batches([3, 5, 1], 23, 5), Batches([5], 23, 5)
    wanted = {step: block.indices(step)[1].clone() for step in range(20)}
    for step in (17, 2, 19, 0):
        assert torch.equal(alone.indices(step)[0], wanted[step])


def test_known_order() -> None:
    """The order is part of every result: a change of it must be meant."""
    assert epoch_order(0, 0, 8).tolist() == [0, 6, 5, 7, 2, 3, 1, 4]
    assert epoch_order(3, 2, 8).tolist() == [1, 2, 3, 0, 6, 5, 7, 4]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_shared_images(dtype: torch.dtype) -> None:
    dataset = small_dataset()
    settings = small_settings(data={"subset": "first", "label_noise": 0.0}).data
    images, labels = stacked_training_data(dataset, settings, [0, 1], dtype, "cpu")
    assert images.shape == (1, 110, 1, 28, 28)
    assert images.dtype == dtype
    torch.testing.assert_close(images[0], torch.as_tensor(dataset.train_inputs[:110]).to(dtype) / 255, rtol=0, atol=0)
    assert torch.equal(labels, torch.as_tensor(dataset.train_targets[:110]).expand(2, -1))


def test_images_and_labels_by_seed() -> None:
    dataset = small_dataset()
    images, labels = stacked_training_data(dataset, small_settings().data, [0, 1], torch.float32, "cpu")
    assert images.shape == (2, 110, 1, 28, 28)
    assert labels.shape == (2, 110)
    assert not torch.equal(images[0], images[1])
    alone, its_labels = stacked_training_data(dataset, small_settings().data, [1], torch.float32, "cpu")
    assert torch.equal(alone[0], images[1])
    assert torch.equal(its_labels[0], labels[1])


def test_noise_alone_leaves_images_shared() -> None:
    settings = small_settings(data={"subset": "first", "label_noise": 0.5}).data
    images, labels = stacked_training_data(small_dataset(), settings, [0, 1], torch.float32, "cpu")
    assert images.shape[0] == 1
    assert not torch.equal(labels[0], labels[1])
