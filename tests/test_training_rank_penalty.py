"""The rank penalty against numpy's singular values and determinants, and what it does to a training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from torch import Tensor

from grokscope.config.run_settings import RankPenaltySettings, RunSettings
from grokscope.files import read_json
from grokscope.metrics.layer_outputs import as_samples
from grokscope.metrics.rank import ranks
from grokscope.models.build import build_network
from grokscope.training import train
from grokscope.training.arithmetic import arithmetic
from grokscope.training.batches import Batches
from grokscope.training.checkpoints import CheckpointStore
from grokscope.training.loss import loss_function
from grokscope.training.rank_penalty import DISTORTION, SINGULAR_FLOOR, rank_penalty, samples, spectral_spread
from grokscope.training.training_data import stacked_training_data
from training_support import small_dataset, small_settings, train_small

KINDS = ["log_det", "nuclear_norm"]
SHAPES = [(25, 100), (100, 25), (40, 40), (2, 30), (30, 1)]  # batch, width
CNN = {"kind": "cnn", "depth": 3, "width": 3, "dense_width": 7, "batch_norm": True}


def features(*shape: int, dtype: torch.dtype = torch.float64) -> Tensor:
    """Normal features with a mean of their own and singular values over two decades."""
    random = torch.Generator().manual_seed(2)
    drawn = torch.randn(shape, dtype=torch.float64, generator=random)
    return (drawn * torch.logspace(0, -2, shape[-1], dtype=torch.float64) + 0.3).to(dtype)


def by_numpy(kind: str, one_seed: Tensor) -> float:
    """The measure of features (n, F) as its formula says, from singular values or the determinant of the covariance of the features."""
    precise = one_seed.double().numpy()
    centred = precise - precise.mean(axis=0)
    directions = min(len(centred) - 1, centred.shape[1])
    if kind == "nuclear_norm":
        singular = np.linalg.svd(centred, compute_uv=False)
        return float(singular.sum() / (np.linalg.norm(centred) * np.sqrt(directions)))
    covariance = centred.T @ centred / np.square(centred).sum() * directions
    sign, logarithm = np.linalg.slogdet(np.eye(centred.shape[1]) + covariance / DISTORTION)
    assert sign == 1
    return float(logarithm / (directions * np.log(1 + 1 / DISTORTION)))


def gradient(kind: str, of: Tensor) -> tuple[Tensor, Tensor]:
    """Value (S,) and gradient of its sum."""
    leaf = of.clone().requires_grad_()
    value = spectral_spread(kind, leaf)
    value.sum().backward()
    assert leaf.grad is not None
    return value.detach(), leaf.grad


def penalty(kind: str = "log_det", strength: float = 0.1, layer: str = "second_last", features: str = "activations") -> dict[str, Any]:
    return {"kind": kind, "strength": strength, "layer": layer, "features": features}


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", KINDS)
def test_value_is_numpys(kind: str, shape: tuple[int, int], dtype: torch.dtype) -> None:
    stacked = features(3, *shape, dtype=dtype)
    values = spectral_spread(kind, stacked)
    assert values.dtype == dtype
    assert bool(((values > 0) & (values <= 1 + 1e-6)).all())
    tolerance = max(SINGULAR_FLOOR if kind == "nuclear_norm" else 1e-12, 4 * torch.finfo(dtype).eps)
    for seed in range(3):
        assert float(values[seed]) == pytest.approx(by_numpy(kind, stacked[seed]), rel=0, abs=tolerance)


def test_the_floor_is_all_that_parts_the_nuclear_norm_from_numpys() -> None:
    stacked = features(1, 25, 100)
    centred = (stacked - stacked.mean(dim=1, keepdim=True))[0].numpy()
    singular = np.linalg.svd(centred, compute_uv=False) * np.sqrt(24) / np.linalg.norm(centred)
    smoothed = (np.sqrt(singular**2 + SINGULAR_FLOOR**2) - SINGULAR_FLOOR).sum() / (24 * (np.sqrt(1 + SINGULAR_FLOOR**2) - SINGULAR_FLOOR))
    assert float(spectral_spread("nuclear_norm", stacked)) == pytest.approx(smoothed, rel=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_closed_forms(kind: str) -> None:
    """Equal singular values give 1; one direction among r gives 1 / sqrt(r), or the determinant of a rank-one update."""
    orthonormal = torch.linalg.qr(features(17, 8) - features(17, 8).mean(dim=0))[0]  # its columns are centred too
    flat = spectral_spread(kind, torch.stack([orthonormal, 1e3 * orthonormal]))
    torch.testing.assert_close(flat, torch.ones(2, dtype=torch.float64), rtol=1e-12, atol=0)
    single = spectral_spread(kind, orthonormal[:, :1] * torch.ones(1, 1, 8, dtype=torch.float64))
    wanted = 8**-0.5 if kind == "nuclear_norm" else np.log1p(8 / DISTORTION) / (8 * np.log1p(1 / DISTORTION))
    assert float(single) == pytest.approx(wanted, abs=SINGULAR_FLOOR)


@pytest.mark.parametrize("shape", [(5, 9), (9, 5), (6, 6), (7, 1)])
@pytest.mark.parametrize("kind", KINDS)
def test_gradient_is_that_of_finite_differences(kind: str, shape: tuple[int, int]) -> None:
    leaf = features(2, *shape).requires_grad_()
    assert torch.autograd.gradcheck(lambda tensor: spectral_spread(kind, tensor), leaf, eps=1e-5, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_gradient_of_features_of_low_rank(kind: str) -> None:
    """Every image twice, and more units than images: most singular values are zero and some equal."""
    doubled = features(1, 3, 9).repeat(1, 2, 1).requires_grad_()
    assert torch.autograd.gradcheck(lambda tensor: spectral_spread(kind, tensor), doubled, eps=1e-5, atol=1e-6, rtol=1e-4)


@pytest.mark.parametrize("shape", [(25, 60), (60, 25)])
@pytest.mark.parametrize("kind", KINDS)
def test_gradient_is_autograds_through_singular_values(kind: str, shape: tuple[int, int]) -> None:
    ours = gradient(kind, features(2, *shape))[1]
    leaf = features(2, *shape).requires_grad_()
    centred = leaf - leaf.mean(dim=1, keepdim=True)
    directions = min(shape[0] - 1, shape[1])
    squares = torch.linalg.svdvals(centred / torch.linalg.matrix_norm(centred)[:, None, None]) ** 2 * directions
    if kind == "log_det":
        (torch.log1p(squares / DISTORTION).sum() / (directions * np.log1p(1 / DISTORTION))).backward()
    else:
        (((squares + SINGULAR_FLOOR**2).sqrt()).sum() / (directions * (np.sqrt(1 + SINGULAR_FLOOR**2) - SINGULAR_FLOOR))).backward()
    torch.testing.assert_close(ours, leaf.grad, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("kind", KINDS)
def test_neither_scale_nor_shift_nor_rotation_matters(kind: str) -> None:
    stacked = features(2, 20, 12)
    rotation = torch.linalg.qr(features(12, 12))[0]
    value, slope = gradient(kind, stacked)
    for other in (1e-6 * stacked, 1e6 * stacked, stacked + 5, stacked @ rotation, stacked.flip(1)):
        torch.testing.assert_close(spectral_spread(kind, other), value, rtol=1e-9, atol=0)
    torch.testing.assert_close(gradient(kind, 1e3 * stacked)[1], slope / 1e3, rtol=1e-8, atol=1e-14)
    # no part of the gradient changes the size of the features or their mean
    size = torch.linalg.matrix_norm(slope) * torch.linalg.matrix_norm(stacked)
    assert float(((slope * stacked).sum(dim=(1, 2)) / size).abs().max()) < 1e-12
    assert float((slope.sum(dim=1).abs().amax(dim=1) / slope.abs().amax(dim=(1, 2))).max()) < 1e-12


@pytest.mark.parametrize("kind", KINDS)
def test_float32_is_float64_but_for_rounding(kind: str) -> None:
    single = features(2, 25, 60, dtype=torch.float32)
    value, slope = gradient(kind, single)
    precise, precise_slope = gradient(kind, single.double())
    torch.testing.assert_close(value.double(), precise, rtol=1e-6, atol=0)
    torch.testing.assert_close(slope.double(), precise_slope, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(25, 60), (60, 25)])
@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_is_the_same_alone_and_beside_any_other(kind: str, shape: tuple[int, int], dtype: torch.dtype) -> None:
    """Beside it: a dead network, features equal but for rounding, diverged ones, the largest and smallest numbers."""
    sound = features(1, *shape, dtype=dtype)
    zero = torch.zeros_like(sound)
    constant = zero + 0.1 * torch.randn(shape[1], dtype=dtype, generator=torch.Generator().manual_seed(1))
    rounding = constant * (1 + torch.finfo(dtype).eps * torch.randn(sound.shape, generator=torch.Generator().manual_seed(3)).sign())
    spoilt = sound.clone()
    spoilt[0, 0, 0] = torch.nan
    infinite = sound.clone()
    infinite[0, 0, 0] = torch.inf
    tiny = zero + torch.finfo(dtype).tiny * torch.randn(sound.shape, generator=torch.Generator().manual_seed(3)).to(dtype)
    huge = sound * (torch.finfo(dtype).max / 1e3)
    value, slope = gradient(kind, sound)
    values, slopes = gradient(kind, torch.cat([zero, constant, rounding, sound, spoilt, infinite, tiny, huge]))
    close = {"rtol": 1e-4, "atol": 1e-6} if dtype == torch.float32 else {"rtol": 1e-9, "atol": 1e-12}
    torch.testing.assert_close(values[3], value[0], **close)
    torch.testing.assert_close(slopes[3], slope[0], **close)
    for index in (0, 1, 2, 4, 5, 6):
        assert float(values[index]) == 0.0, index
        assert not slopes[index].any(), index
    assert bool(values.isfinite().all())
    assert bool(slopes.isfinite().all())


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("kind", KINDS)
def test_few_or_equal_images(kind: str, dtype: torch.dtype) -> None:
    single, slope = gradient(kind, features(2, 1, 30, dtype=dtype))
    assert single.tolist() == [0, 0]
    assert not slope.any()
    rank_one = torch.linspace(-1, 1, 8, dtype=dtype)[:, None] * torch.ones(2, 1, 30, dtype=dtype)
    for low in (rank_one, features(2, 1, 30, dtype=dtype) + 1e-3 * rank_one, features(2, 4, 30, dtype=dtype).repeat(1, 2, 1)):
        value, slope = gradient(kind, low)
        assert bool(((value > 0) & (value < 0.9)).all())
        assert bool(slope.isfinite().all())


@pytest.mark.parametrize("of", ["activations", "preactivations"])
def test_layers_features_and_strength(of: str) -> None:
    layers = [features(2, 9, width) for width in (12, 8, 4)] + [features(2, 9, 3)]
    one, two, three = (spectral_spread("log_det", layer.tanh() if of == "activations" else layer) for layer in layers[:-1])
    second_last = rank_penalty(RankPenaltySettings.model_validate({"kind": "log_det", "strength": -3, "features": of}), torch.tanh)
    torch.testing.assert_close(second_last(layers), -3 * three)
    all_hidden = rank_penalty(RankPenaltySettings.model_validate({"kind": "log_det", "strength": 2, "layer": "all_hidden", "features": of}), torch.tanh)
    torch.testing.assert_close(all_hidden(layers), 2 * (one + two + three) / 3)
    convolution = features(2, 5, 3, 4, 6)
    assert torch.equal(samples(convolution), as_samples(convolution))
    assert torch.equal(samples(layers[0]), layers[0])
    with pytest.raises(ValueError, match="'trace' is not one of log_det, nuclear_norm"):
        spectral_spread("trace", layers[0])


@pytest.mark.parametrize("kind", KINDS)
def test_units_that_are_never_active_count_among_preactivations_only(kind: str) -> None:
    settings = RankPenaltySettings.model_validate(penalty(kind, 1.0))
    layers = [features(1, 12, 8), features(1, 12, 3)]
    layers[0][..., 0] -= 10
    grown = [layers[0].clone(), layers[1]]
    grown[0][..., 0] *= 1e3
    seen = rank_penalty(settings, torch.relu)
    torch.testing.assert_close(seen(grown), seen(layers), rtol=0, atol=0)
    before = rank_penalty(settings.model_copy(update={"features": "preactivations"}), torch.relu)
    assert float(before(grown)) < 0.8 * float(before(layers))


@pytest.mark.parametrize(
    ("section", "changes", "message"),
    [
        ("training", {"rank_penalty": penalty(strength=float("inf"))}, "finite"),
        ("training", {"rank_penalty": penalty(kind="trace")}, "'log_det' or 'nuclear_norm'"),
        ("training", {"rank_penalty": penalty(layer="first")}, "'second_last' or 'all_hidden'"),
        ("training", {"rank_penalty": penalty(features="logits")}, "'activations' or 'preactivations'"),
        ("model", {"depth": 1}, r"training\.rank_penalty: an mlp of depth 1 has no hidden layer"),
    ],
)
def test_impossible(section: str, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        small_settings(**{"training": {"rank_penalty": penalty()}, section: changes})


def test_settings_of_a_run_without_are_as_before(tmp_path: Path) -> None:
    """No key is added to the resolved settings, which are what a training is known by."""
    without = [{}, {"training": {"rank_penalty": None}, "model": {"bottleneck": None}}, {"training": {"rank_penalty": penalty(strength=0.0)}}]
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
    """The training of one seed from its checkpoint of step 0, written out; the penalty from the singular values, by autograd."""
    training = settings.training
    dtype = getattr(torch, training.dtype)
    network = build_network(settings.model, (1, 28, 28), 10, 1, dtype=dtype)
    network.load_state_dict(CheckpointStore(start).load(0))
    images, labels = stacked_training_data(small_dataset(), settings.data, [seed], dtype, "cpu")
    optimiser = torch.optim.AdamW(network.parameters(), lr=training.learning_rate, weight_decay=training.weight_decay, fused=True)
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


def test_with_a_penalty_the_training_is_the_plain_loop(tmp_path: Path) -> None:
    settings = small_settings(training={"dtype": "float64", "steps": 20, "rank_penalty": penalty("nuclear_norm", -0.5)})
    train_small(settings, [7], tmp_path / "with")
    plain = plain_loop(settings, tmp_path / "with", 7)
    train_small(small_settings(training={"dtype": "float64", "steps": 20}), [7], tmp_path / "without")
    trained, without = last(tmp_path / "with"), last(tmp_path / "without")
    for name, value in plain.items():
        torch.testing.assert_close(trained[name], value, rtol=1e-7, atol=1e-8)
    assert not torch.allclose(trained["weight_2"], without["weight_2"], rtol=0.01)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_trains_the_same_alone_and_in_a_block(tmp_path: Path, kind: str, dtype: str) -> None:
    settings = small_settings(training={"dtype": dtype, "rank_penalty": penalty(kind, -0.1, "all_hidden")})
    train_small(settings, [0, 1, 2], tmp_path / "block")
    train_small(settings, [1], tmp_path / "alone")
    block, alone = last(tmp_path / "block"), last(tmp_path / "alone")
    # a unit that the loss does not see has a bias without gradient; in float32 Adam brings the rounding of the penalty's zero to size
    kept = [name for name in alone if dtype == "float64" or name.startswith("weight")]
    for name in kept:
        distance = torch.linalg.vector_norm(block[name][1].double() - alone[name][0].double())
        assert float(distance / torch.linalg.vector_norm(alone[name].double())) < (1e-3 if dtype == "float32" else 1e-10), name


def test_a_diverged_seed_leaves_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = small_settings(training={"steps": 12, "rank_penalty": penalty("nuclear_norm")})
    train_small(settings, [3, 8], tmp_path / "sound")
    draw = train.initialise

    def spoil(network: train.Network, seeds: list[int], scale: float) -> None:
        draw(network, seeds, scale)
        with torch.no_grad():
            network.get_parameter("weight_2")[1].fill_(float("nan"))

    monkeypatch.setattr(train, "initialise", spoil)
    assert train_small(settings, [3, 8], tmp_path / "spoilt")["finite"] == [True, False]
    sound = last(tmp_path / "sound")
    for name, value in last(tmp_path / "spoilt").items():
        assert torch.equal(value[0], sound[name][0]), name


@pytest.mark.parametrize("layer", ["second_last", "all_hidden"])
def test_a_convolutional_network(tmp_path: Path, layer: str) -> None:
    settings = small_settings(model=CNN, training={"steps": 3, "rank_penalty": penalty("log_det", 1.0, layer)})
    assert train_small(settings, [3, 8], tmp_path / layer)["finite"] == [True, True]


def effective_rank(settings: RunSettings, folder: Path, layer: int, active: bool) -> np.ndarray:
    """exp(entropy of the eigenvalues) of a layer's features of the training images, after or before the nonlinearity; one value a seed."""
    network = build_network(settings.model, (1, 28, 28), 10, 3)
    network.load_state_dict(last(folder))
    images, _ = stacked_training_data(small_dataset(), settings.data, [0, 1, 2], torch.float32, "cpu")
    with torch.no_grad():
        preactivations = network.preactivations(images)[layer].double()
    found = (preactivations.relu() if active else preactivations).numpy()
    return ranks(np.stack([np.linalg.eigvalsh(np.cov(one.T)) for one in found]), np.full(3, found.shape[1]))["effective"]


@pytest.mark.parametrize("features", ["activations", "preactivations"])
@pytest.mark.parametrize(("layer", "measured"), [("second_last", -2), ("all_hidden", 0)])
@pytest.mark.parametrize("kind", KINDS)
def test_it_moves_the_rank_of_a_trained_network(tmp_path: Path, kind: str, layer: str, measured: int, features: str) -> None:
    """In every seed lower with a positive strength and higher with a negative one, by a fifth at least."""
    found = {}
    for name, strength in (("low", 0.02), ("none", None), ("high", -0.02)):
        chosen = None if strength is None else penalty(kind, strength, layer, features)
        settings = small_settings(data={"label_noise": 0.0}, model={"depth": 4, "width": 30}, training={"steps": 200, "rank_penalty": chosen})
        train_small(settings, [0, 1, 2], tmp_path / name)
        found[name] = effective_rank(settings, tmp_path / name, measured, features == "activations")
    assert bool((found["low"] < 0.8 * found["none"]).all()), found
    assert bool((found["high"] > 1.2 * found["none"]).all()), found
