"""Trainings with a rank penalty against the plain loop: settings, seeds, and that it moves the rank."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from grokscope.config.run_settings import RunSettings
from grokscope.data.declared import Classes, Images
from grokscope.files import read_json
from grokscope.metrics.rank import ranks
from grokscope.models.build import build_network
from grokscope.training.arithmetic import arithmetic
from grokscope.training.batches import Batches
from grokscope.training.checkpoints import CheckpointStore
from grokscope.training.loss import loss_function
from grokscope.training.penalties.rank import SINGULAR_FLOOR
from grokscope.training.training_data import stacked_training_data
from margins import assert_equal_to_rounding, assert_mean_above, assert_mean_below, assert_unequal
from training_support import penalty, small_dataset, small_settings, train_small

KINDS = ["log_det", "nuclear_norm"]
SHAPES = [(25, 100), (100, 25), (40, 40), (2, 30), (30, 1)]  # batch, width
CNN = {"kind": "cnn", "depth": 3, "width": 3, "dense_width": 7, "batch_norm": True}


def test_settings_of_a_run_without_are_as_before(tmp_path: Path) -> None:
    """No key is added to the resolved settings, which are what a training is known by."""
    without = [
        {},
        {"training": {"rank_penalty": None}, "model": {"bottleneck": None}},
        {"training": {"rank_penalty": penalty(strength=0.0)}},
    ]
    for settings in (small_settings(**changes) for changes in without):
        assert settings == small_settings()
        resolved = settings.model_dump(mode="json")
        assert "rank_penalty" not in resolved["training"]
        assert "bottleneck" not in resolved["model"]
        assert RunSettings.model_validate(resolved) == settings
    train_small(small_settings(training={"steps": 2}), [0], tmp_path)
    assert "rank_penalty" not in read_json(tmp_path / "identity.json")["settings"]["training"]
    changed = small_settings(training={"rank_penalty": penalty()}, model={"bottleneck": 4})
    assert changed.model_dump(mode="json")["training"]["rank_penalty"] == penalty()
    assert RunSettings.model_validate_json(changed.model_dump_json()) == changed


def plain_loop(settings: RunSettings, start: Path, seed: int) -> dict[str, Tensor]:
    """The training of one seed from its checkpoint of step 0, written out; the penalty from the singular values, by
    autograd.
    """
    training = settings.training
    dtype = getattr(torch, training.dtype)
    network = build_network(settings.model, Images((1, 28, 28)), Classes(10), 1, dtype=dtype)
    network.load_state_dict(CheckpointStore(start).load(0))
    images, labels = stacked_training_data(small_dataset(), settings.data, [seed], dtype, "cpu")
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=training.learning_rate, weight_decay=training.weight_decay, fused=True
    )
    batches = Batches([seed], settings.data.train_size, training.batch_size)
    with arithmetic(device="cpu", threads=1, flush_denormal=True):
        for step in range(training.steps):
            index = batches.indices(step)[0]
            optimiser.zero_grad()
            loss = loss_function(training.loss)(network(images[:, index]), labels[:, index]).sum()
            if training.rank_penalty is not None:
                hidden = network.preactivations(images[:, index])[-2][0].relu()
                centred = hidden - hidden.mean(dim=0)
                directions = min(len(index) - 1, hidden.shape[1])
                singular = torch.linalg.svdvals(centred / torch.linalg.matrix_norm(centred)) * directions**0.5
                smoothed = (singular**2 + SINGULAR_FLOOR**2).sqrt() / (np.sqrt(1 + SINGULAR_FLOOR**2) - SINGULAR_FLOOR)
                loss = loss + training.rank_penalty.strength * smoothed.sum() / directions
            loss.backward()
            optimiser.step()
    return network.state_dict()


def last(folder: Path) -> dict[str, Tensor]:
    store = CheckpointStore(folder)
    return store.load(store.steps()[-1])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_without_a_penalty_the_training_is_the_plain_loop_to_the_bit(tmp_path: Path, dtype: str) -> None:
    settings = small_settings(training={"dtype": dtype})
    train_small(settings, [7], tmp_path)
    trained = last(tmp_path)
    for name, value in plain_loop(settings, tmp_path, 7).items():
        assert torch.equal(trained[name], value), name


@pytest.mark.trained
def test_with_a_penalty_the_training_is_the_plain_loop(tmp_path: Path) -> None:
    settings = small_settings(training={"dtype": "float64", "steps": 20, "rank_penalty": penalty("nuclear_norm", -0.5)})
    train_small(settings, [7], tmp_path / "with")
    plain = plain_loop(settings, tmp_path / "with", 7)
    train_small(small_settings(training={"dtype": "float64", "steps": 20}), [7], tmp_path / "without")
    trained, without = last(tmp_path / "with"), last(tmp_path / "without")
    assert_equal_to_rounding(trained, plain, 1e-8)
    assert_unequal(without, plain, 1e-8)


@pytest.mark.trained
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_trains_the_same_alone_and_in_a_block(tmp_path: Path, kind: str, dtype: str) -> None:
    settings = small_settings(training={"dtype": dtype, "rank_penalty": penalty(kind, -0.1, "all_hidden")})
    train_small(settings, [0, 1, 2], tmp_path / "block")
    train_small(settings, [1], tmp_path / "alone")
    block, alone = last(tmp_path / "block"), last(tmp_path / "alone")
    # a unit that the loss does not see has a bias without gradient; in float32 Adam brings the rounding of the
    # penalty's zero to size
    kept = [name for name in alone if dtype == "float64" or name.startswith("weight")]
    assert_equal_to_rounding(
        {name: block[name][1] for name in kept},
        {name: alone[name][0] for name in kept},
        1e-3 if dtype == "float32" else 1e-10,
    )


@pytest.mark.parametrize("layer", ["second_last", "all_hidden"])
def test_a_convolutional_network(tmp_path: Path, layer: str) -> None:
    settings = small_settings(model=CNN, training={"steps": 3, "rank_penalty": penalty("log_det", 1.0, layer)})
    assert train_small(settings, [3, 8], tmp_path / layer)["finite"] == [True, True]


def effective_rank(settings: RunSettings, seeds: list[int], folder: Path, layer: int, active: bool) -> np.ndarray:
    """exp(entropy of the eigenvalues) of a layer's features of the training images, after or before the nonlinearity;
    one value for each seed.
    """
    network = build_network(settings.model, Images((1, 28, 28)), Classes(10), len(seeds))
    network.load_state_dict(last(folder))
    images, _ = stacked_training_data(small_dataset(), settings.data, seeds, torch.float32, "cpu")
    with torch.no_grad():
        preactivations = network.preactivations(images)[layer].double()
    found = (preactivations.relu() if active else preactivations).numpy()
    return ranks(np.stack([np.linalg.eigvalsh(np.cov(one.T)) for one in found]), np.full(len(seeds), found.shape[1]))[
        "effective"
    ]


@pytest.mark.trained
@pytest.mark.parametrize("features", ["activations", "preactivations"])
@pytest.mark.parametrize(("layer", "measured"), [("second_last", -2), ("all_hidden", 0)])
@pytest.mark.parametrize("kind", KINDS)
def test_it_moves_the_rank_of_a_trained_network(
    tmp_path: Path, kind: str, layer: str, measured: int, features: str
) -> None:
    """The mean over seeds is lower by a third at least with a positive strength, and higher by a half at least with a
    negative one.

    The strength is one at which the penalty outweighs the loss: at a fifth of it the rank depends as much on the loss,
    and the margin is gone.
    """
    seeds, found = list(range(6)), {}
    for name, strength in (("low", 0.1), ("none", None), ("high", -0.1)):
        chosen = None if strength is None else penalty(kind, strength, layer, features)
        settings = small_settings(
            data={"label_noise": 0.0}, model={"depth": 4, "width": 30}, training={"steps": 100, "rank_penalty": chosen}
        )
        train_small(settings, seeds, tmp_path / name)
        found[name] = np.log(effective_rank(settings, seeds, tmp_path / name, measured, features == "activations"))
    assert_mean_below(found["low"] - found["none"], -np.log(1.5))
    assert_mean_above(found["high"] - found["none"], np.log(1.5))
