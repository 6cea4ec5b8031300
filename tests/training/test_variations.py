"""Trainings with other initialisation schemes and further terms of the loss."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from grokscope.config.possible import impossible_training
from grokscope.config.run_settings import RunSettings
from grokscope.data.declared import Classes, Images
from grokscope.models.build import build_network
from grokscope.results.parts import training_code
from grokscope.training.checkpoints import CheckpointStore
from grokscope.training.penalties.jacobian import mean_squared_jacobian
from grokscope.training.penalties.regions import share_nearby
from grokscope.training.registry import PENALTIES
from grokscope.training.training_data import stacked_training_data
from margins import assert_equal_to_rounding, assert_mean_above, assert_mean_below
from training_support import penalty, small_dataset, small_settings, train_small

VARIATIONS: dict[str, dict[str, Any]] = {
    "scheme": {"model": {"init_scheme": "kaiming_normal"}},
    "jacobian": {"training": {"jacobian_penalty": {"strength": 0.01}}},
    "regions": {"training": {"region_penalty": {"strength": 0.05}}},
    "logits": {"training": {"logit_penalty": {"strength": 0.05}}},
    "all": {
        "model": {"init_scheme": "orthogonal"},
        "training": {
            "rank_penalty": penalty(),
            "jacobian_penalty": {"strength": 0.01, "projections": 2},
            "region_penalty": {"strength": -0.05},
        },
    },
}
NOTHING: dict[str, Any] = {
    "rank_penalty": penalty(strength=0.0),
    "jacobian_penalty": {"strength": 0.0},
    "region_penalty": {"strength": 0.0},
    "logit_penalty": {"strength": 0.0},
    "temperature": 1.0,
    "label_smoothing": 0.0,
}
"""Values of the settings of all terms of the loss that mean none."""


def last(folder: Path) -> dict[str, torch.Tensor]:
    store = CheckpointStore(folder)
    return store.load(store.steps()[-1])


@pytest.mark.parametrize("name", VARIATIONS)
def test_a_variation_has_code_of_its_own_and_changes_the_training(tmp_path: Path, name: str) -> None:
    settings = small_settings(**VARIATIONS[name])
    assert training_code(settings) != training_code(small_settings())
    record = train_small(settings, [3, 8], tmp_path / name)
    train_small(small_settings(), [3, 8], tmp_path / "plain")
    assert record["finite"] == [True, True]
    assert not torch.equal(last(tmp_path / name)["weight_2"], last(tmp_path / "plain")["weight_2"])


@pytest.mark.trained
@pytest.mark.parametrize("name", VARIATIONS)
def test_a_seed_trains_the_same_alone_and_in_a_block(tmp_path: Path, name: str) -> None:
    changes = {key: dict(values) for key, values in VARIATIONS[name].items()}
    changes["training"] = {**changes.get("training", {}), "dtype": "float64"}
    settings = small_settings(**changes)
    train_small(settings, [0, 1, 2], tmp_path / "block")
    train_small(settings, [1], tmp_path / "alone")
    block, alone = last(tmp_path / "block"), last(tmp_path / "alone")
    assert_equal_to_rounding({key: block[key][1] for key in alone}, {key: alone[key][0] for key in alone}, 1e-9)


def test_a_strength_of_zero_is_no_penalty() -> None:
    assert NOTHING.keys() == PENALTIES.keys()
    without = small_settings(training=NOTHING)
    assert without == small_settings()
    assert not PENALTIES.keys() & without.model_dump(mode="json")["training"].keys()
    changed = small_settings(**VARIATIONS["all"])
    assert RunSettings.model_validate_json(changed.model_dump_json()) == changed


@pytest.mark.parametrize("key", ["jacobian_penalty", "region_penalty"])
def test_what_cannot_be_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=f"training.{key}: with model.batch_norm"):
        small_settings(model={"batch_norm": True}, training={key: {"strength": 0.1}})
    if key == "region_penalty":
        with pytest.raises(ValueError, match="this mlp has no hidden layer"):
            small_settings(model={"depth": 1}, training={key: {"strength": 0.1}})
    else:
        settings = small_settings(training={key: {"strength": 0.1, "projections": 11}})
        (complaint,) = impossible_training(settings)
        assert complaint.startswith("training.jacobian_penalty.projections 11: task mnist has only 10 outputs")


def measured(settings: RunSettings, seeds: list[int], folder: Path) -> tuple[list[float], list[float]]:
    """Squared Jacobian and share of neurons nearby at the training images, of each seed."""
    network = build_network(settings.model, Images((1, 28, 28)), Classes(10), len(seeds))
    network.load_state_dict(last(folder))
    images, _ = stacked_training_data(small_dataset(), settings.data, seeds, torch.float32, "cpu")
    everything = torch.eye(10).expand(len(seeds), images.shape[1], -1, -1)
    directions = torch.randn(images.shape, generator=torch.Generator().manual_seed(0))
    images = images.expand(len(seeds), *images.shape[1:])
    layers = network.preactivations(images)
    nearby = share_nearby(network, images, layers, directions, 0.1)
    return mean_squared_jacobian(network, images, layers, everything).tolist(), nearby.tolist()


@pytest.mark.trained
def test_each_term_moves_what_it_is_for(tmp_path: Path) -> None:
    seeds, found = list(range(6)), {}
    chosen: dict[str, dict[str, Any]] = {
        "none": {},
        "flat": {"jacobian_penalty": {"strength": 0.1}},
        "away": {"region_penalty": {"strength": 0.3}},
        "near": {"region_penalty": {"strength": -0.3}},
    }
    for name, changes in chosen.items():
        settings = small_settings(model={"width": 30}, training={"steps": 200, **changes})
        train_small(settings, seeds, tmp_path / name)
        found[name] = [torch.tensor(values).log() for values in measured(settings, seeds, tmp_path / name)]
    assert_mean_below(found["flat"][0] - found["none"][0], -0.5)
    assert_mean_below(found["away"][1] - found["none"][1], -0.3)
    assert_mean_above(found["near"][1] - found["none"][1], 0.3)
