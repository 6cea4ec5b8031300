"""Neural collapse against closed forms, numpy and the formulas of the paper written out."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from grokscope.metrics.neural_collapse import measure
from grokscope.metrics.neural_collapse.declaration import NeuralCollapseSettings
from grokscope.metrics.tables import check_table
from metrics_helpers import SEEDS, initialised, random_context, run_settings, spoil

CLASSES, FEATURES = 4, 6


def simplex() -> Tensor:
    """Four points (4, 6) at equal distances and angles, around a mean that is not zero."""
    corners = torch.eye(CLASSES, FEATURES, dtype=torch.float64) * 3
    return corners + torch.linspace(-1, 2, FEATURES, dtype=torch.float64)


def labelled(means: Tensor, spread: float, counts: tuple[int, ...] = (5, 9, 7, 4)) -> tuple[Tensor, Tensor]:
    """Features around the means of their classes, and the labels."""
    labels = torch.arange(CLASSES).repeat_interleave(torch.tensor(counts))
    noise = torch.randn(len(labels), FEATURES, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    return means[labels] + spread * noise, labels


def random_case() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    means, weights = (
        torch.randn(shape, dtype=torch.float64, generator=generator)
        for shape in ((CLASSES, FEATURES), (FEATURES, CLASSES))
    )
    features, labels = labelled(means, 0.7)
    return features, labels, features @ weights, weights


def test_collapsed_features_of_a_simplex_have_all_measures_at_zero() -> None:
    means = simplex()
    features, labels = labelled(means, 0.0)
    weights = 5 * (means - means.mean(dim=0)).T
    logits = (features - means.mean(dim=0)) @ weights
    found = measure.collapse(features, labels, logits, weights)
    assert found == pytest.approx(dict.fromkeys(found, 0.0), abs=1e-12)


def test_variability_in_closed_form() -> None:
    """Two classes on a line at +-1, each half at +-s around its mean: within s^2, between 1, two classes."""
    features = torch.tensor([[1.3], [0.7], [-1.3], [-0.7]], dtype=torch.float64)
    labels, weights = torch.tensor([0, 0, 1, 1]), torch.tensor([[1.0, -1.0]], dtype=torch.float64)
    found = measure.collapse(features, labels, features @ weights, weights)
    assert found["within_class"] == pytest.approx(0.3**2 / 2)
    assert found["norms"] == pytest.approx(0, abs=1e-12)
    assert found["angles"] == pytest.approx(0, abs=1e-12)


def test_means_on_one_side_in_closed_form() -> None:
    """Three means on a line at 0, 1 and 5: norms 2, 1, 3 around their mean 2, cosines 1, -1, -1 against -1/2."""
    features = torch.tensor([[0.0], [1.0], [5.0]], dtype=torch.float64)
    weights = torch.tensor([[2.0, 1.0, -3.0]], dtype=torch.float64)
    found = measure.collapse(features, torch.arange(3), torch.eye(3, dtype=torch.float64), weights)
    assert found["norms"] == pytest.approx(np.std([2, 1, 3]) / 2)
    assert found["angles"] == pytest.approx((1.5 + 0.5 + 0.5) / 3)
    assert found["duality"] == pytest.approx(4)  # opposite directions of length one
    assert found["nearest_mean"] == 0


def test_random_features_against_the_formulas_written_out() -> None:
    features, labels, logits, weights = random_case()
    found = measure.collapse(features, labels, logits, weights)
    h, y = features.numpy(), labels.numpy()
    means = np.array([h[y == label].mean(axis=0) for label in range(CLASSES)])
    centre = means.mean(axis=0)
    within = np.mean(
        [np.outer(one - means[label], one - means[label]) for one, label in zip(h, y, strict=True)], axis=0
    )
    between = np.mean([np.outer(mean - centre, mean - centre) for mean in means], axis=0)
    assert found["within_class"] == pytest.approx(
        np.trace(within @ np.linalg.pinv(between, rcond=1e-10)) / CLASSES, rel=1e-9
    )
    centred = means - centre
    norms = np.linalg.norm(centred, axis=1)
    assert found["norms"] == pytest.approx(norms.std() / norms.mean())
    cosines = [centred[a] @ centred[b] / norms[a] / norms[b] for a in range(CLASSES) for b in range(CLASSES) if a != b]
    assert found["angles"] == pytest.approx(np.abs(np.array(cosines) + 1 / (CLASSES - 1)).mean())
    w = weights.numpy().T
    assert found["duality"] == pytest.approx(np.sum((w / np.linalg.norm(w) - centred / np.linalg.norm(centred)) ** 2))
    nearest = [int(np.argmin([np.linalg.norm(one - mean) for mean in means])) for one in h]
    assert found["nearest_mean"] == pytest.approx(np.mean(logits.numpy().argmax(axis=1) != nearest))
    assert 0 < found["nearest_mean"] < 1


@pytest.mark.parametrize("factor", [1e-150, 1e150])
def test_the_size_of_features_does_not_matter(factor: float) -> None:
    features, labels, logits, weights = random_case()
    expected = measure.collapse(features, labels, logits, weights)
    assert measure.collapse(features * factor, labels, logits, weights) == pytest.approx(expected, rel=1e-9)


def test_classes_without_samples_are_left_out() -> None:
    features, labels, logits, weights = random_case()
    spread = 2 * labels + 1
    wide, wide_weights = (torch.full((size, 8), -9.0, dtype=torch.float64) for size in (len(labels), FEATURES))
    wide[:, 1::2], wide_weights[:, 1::2] = logits, weights
    assert measure.collapse(features, spread, wide, wide_weights) == pytest.approx(
        measure.collapse(features, labels, logits, weights)
    )


def test_what_has_no_value_is_nan() -> None:
    features, labels, logits, weights = random_case()
    dead = measure.collapse(torch.ones_like(features), labels, logits, weights)
    assert [math.isnan(dead[name]) for name in ("within_class", "norms", "angles", "duality")] == [True] * 4
    alone = measure.collapse(features, torch.zeros_like(labels), logits, weights)
    assert all(math.isnan(value) for value in alone.values())
    assert all(math.isnan(value) for value in measure.collapse(features * math.inf, labels, logits, weights).values())


@pytest.mark.parametrize("chunk", [None, 1, 7])
@pytest.mark.parametrize("kind", ["mlp", "cnn"])
@pytest.mark.parametrize("shared", [True, False])
def test_the_table_has_what_the_layer_of_the_logits_sees(kind: str, chunk: int | None, shared: bool) -> None:
    settings = run_settings(kind=kind, width=6, init_scale=2.0)
    context, network = random_context(settings, shared=shared), initialised(settings)
    spoil(network, 1)
    table = measure.build(NeuralCollapseSettings(), context, chunk)(network, 5)
    check_table("neural_collapse", table.assign(run="r")[["run", *table.columns]])
    precise = initialised(settings).double()
    with torch.no_grad():
        outputs = precise.preactivations(context.train_inputs.double())
    weights = precise.get_parameter(f"weight_{len(precise.layers)}")[0]
    hidden = outputs[-2][0].relu()
    torch.testing.assert_close(
        outputs[-1][0], hidden @ weights + precise.get_parameter(f"bias_{len(precise.layers)}")[0]
    )
    expected = measure.collapse(hidden, context.train_targets[0], outputs[-1][0], weights)
    row = table[table.seed == SEEDS[0]].iloc[0]
    assert {name: row[name] for name in expected} == pytest.approx(expected, rel=1e-9)
    assert table[table.seed == SEEDS[1]].iloc[0][list(expected)].isna().all()
    assert next(network.parameters()).dtype == torch.float32


def test_a_network_without_hidden_layers_is_refused() -> None:
    from grokscope.config.metric_settings import MetricsSettings
    from grokscope.config.possible import impossible_metrics

    metrics = MetricsSettings.model_validate({"neural_collapse": {}})
    (complaint,) = impossible_metrics(run_settings(depth=1), metrics)
    assert "there is no hidden layer whose features could collapse" in complaint
    assert list(impossible_metrics(run_settings(depth=2), metrics)) == []


@pytest.mark.parametrize(
    "model",
    [
        {"kind": "cnn", "depth": 2, "width": 3, "dense_width": 6, "dense_activation": False},
        {"kind": "cnn", "depth": 2, "width": 3, "dense_width": 6},
        {"kind": "resnet", "width": 2, "blocks": 1, "stages": 2},
        {"kind": "resnet_imagenet", "width": 2, "blocks": 1, "stages": 2, "batch_norm": True},
    ],
    ids=str,
)
def test_features_are_what_the_output_layer_sees(model: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    """They give the logits with the last weights and biases; `collapse` gets them and the labels of each seed."""
    run = run_settings(dtype="float64", loss="cross_entropy", **model)
    network, context = initialised(run), random_context(run)
    seen: list[tuple[Tensor, ...]] = []
    own = measure.collapse
    monkeypatch.setattr(measure, "collapse", lambda *arguments: seen.append(arguments) or own(*arguments))
    table = measure.build(NeuralCollapseSettings(), context, chunk=7)(network, 4)
    assert table["within_class"].notna().all()
    logits = network.eval()(context.train_inputs)
    for position, (features, labels, reported, weights) in enumerate(seen):
        torch.testing.assert_close(reported, logits[position], rtol=1e-9, atol=1e-11)
        bias = network.get_parameter(f"bias_{len(network.layers)}")[position]
        torch.testing.assert_close(features @ weights + bias, reported, rtol=1e-9, atol=1e-11)
        assert torch.equal(labels, context.train_targets[position])
    assert len(seen) == len(SEEDS)
