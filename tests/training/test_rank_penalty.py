"""The rank penalty against numpy's singular values and determinants."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from torch import Tensor

from grokscope.config.run_settings import RankPenaltySettings
from grokscope.metrics.layer_outputs import as_samples
from grokscope.models.declared import Layer
from grokscope.training.penalties.rank import DISTORTION, SINGULAR_FLOOR, rank_penalty, samples, spectral_spread
from training_support import penalty, small_settings

KINDS = ["log_det", "nuclear_norm"]
SHAPES = [(25, 100), (100, 25), (40, 40), (2, 30), (30, 1)]  # batch, width
CNN = {"kind": "cnn", "depth": 3, "width": 3, "dense_width": 7, "batch_norm": True}


def features(*shape: int, dtype: torch.dtype = torch.float64) -> Tensor:
    """Normal features with a mean of their own and singular values over two decades."""
    random = torch.Generator().manual_seed(2)
    drawn = torch.randn(shape, dtype=torch.float64, generator=random)
    return (drawn * torch.logspace(0, -2, shape[-1], dtype=torch.float64) + 0.3).to(dtype)


def by_numpy(kind: str, one_seed: Tensor) -> float:
    """The measure of features (n, F) as its formula says, from singular values or the determinant of the covariance of
    the features.
    """
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
    smoothed = (np.sqrt(singular**2 + SINGULAR_FLOOR**2) - SINGULAR_FLOOR).sum() / (
        24 * (np.sqrt(1 + SINGULAR_FLOOR**2) - SINGULAR_FLOOR)
    )
    assert float(spectral_spread("nuclear_norm", stacked)) == pytest.approx(smoothed, rel=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_closed_forms(kind: str) -> None:
    """Equal singular values give 1; one direction among r gives 1 / sqrt(r), or the determinant of a rank-one
    update.
    """
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
    assert torch.autograd.gradcheck(
        lambda tensor: spectral_spread(kind, tensor), doubled, eps=1e-5, atol=1e-6, rtol=1e-4
    )


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
        (
            ((squares + SINGULAR_FLOOR**2).sqrt()).sum()
            / (directions * (np.sqrt(1 + SINGULAR_FLOOR**2) - SINGULAR_FLOOR))
        ).backward()
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
    rounding = constant * (
        1 + torch.finfo(dtype).eps * torch.randn(sound.shape, generator=torch.Generator().manual_seed(3)).sign()
    )
    spoilt = sound.clone()
    spoilt[0, 0, 0] = torch.nan
    infinite = sound.clone()
    infinite[0, 0, 0] = torch.inf
    tiny = zero + torch.finfo(dtype).tiny * torch.randn(sound.shape, generator=torch.Generator().manual_seed(3)).to(
        dtype
    )
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
    for low in (
        rank_one,
        features(2, 1, 30, dtype=dtype) + 1e-3 * rank_one,
        features(2, 4, 30, dtype=dtype).repeat(1, 2, 1),
    ):
        value, slope = gradient(kind, low)
        assert bool(((value > 0) & (value < 0.9)).all())
        assert bool(slope.isfinite().all())


@pytest.mark.parametrize("of", ["activations", "preactivations"])
def test_layers_features_and_strength(of: str) -> None:
    layers = [features(2, 9, width) for width in (12, 8, 4)] + [features(2, 9, 3)]
    one, two, three = (
        spectral_spread("log_det", layer.tanh() if of == "activations" else layer) for layer in layers[:-1]
    )
    second_last = rank_penalty(
        RankPenaltySettings.model_validate({"kind": "log_det", "strength": -3, "features": of}), torch.tanh
    )
    torch.testing.assert_close(second_last(layers), -3 * three)
    all_hidden = rank_penalty(
        RankPenaltySettings.model_validate({"kind": "log_det", "strength": 2, "layer": "all_hidden", "features": of}),
        torch.tanh,
    )
    torch.testing.assert_close(all_hidden(layers), 2 * (one + two + three) / 3)
    convolution = features(2, 5, 3, 4, 6)
    assert torch.equal(samples(convolution), as_samples(convolution, Layer("", "convolution", (3, 4, 6), 0, 0)))
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
        ("model", {"depth": 1}, r"training\.rank_penalty: this mlp has no hidden layer"),
    ],
)
def test_impossible(section: str, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        small_settings(**{"training": {"rank_penalty": penalty()}, section: changes})
