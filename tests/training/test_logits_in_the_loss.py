"""Temperature, smoothed labels, logits of one norm and small logits: losses and gradients against torch's own, finite
differences and closed forms.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from grokscope.config.penalty_settings import LogitPenaltySettings
from grokscope.data.declared import Classes, Images
from grokscope.models.build import build_network
from grokscope.models.registry import model_settings
from grokscope.results.parts import training_code
from grokscope.training.checkpoints import CheckpointStore
from grokscope.training.loss import evaluate_loss, loss_function
from grokscope.training.losses.normalized_cross_entropy import TEMPERATURE
from grokscope.training.penalties import label_smoothing, logits, temperature
from margins import assert_equal_to_rounding, assert_mean_below, assert_unequal
from training_support import small_dataset, small_settings, train_small

SEEDS, BATCH, CLASSES = [3, 8], 6, 5
NETWORK = build_network(model_settings(kind="mlp", depth=2, width=3), Images((1, 2, 2)), Classes(CLASSES), len(SEEDS))
INPUTS = torch.empty(0)

Loss = Callable[[Tensor, Tensor], Tensor]


def with_term(term: Callable[[int, Tensor, list[Tensor]], Tensor]) -> Loss:
    """The cross-entropy with a further term, as the training adds it."""
    plain = loss_function("cross_entropy")
    return lambda outputs, labels: plain(outputs, labels) + term(0, INPUTS, [outputs])


def cooled(value: float) -> Loss:
    return with_term(temperature.build(value, NETWORK, SEEDS))


def smoothed(share: float) -> Loss:
    return with_term(label_smoothing.build(share, NETWORK, SEEDS))


def small(strength: float) -> Loss:
    return with_term(logits.build(LogitPenaltySettings(strength=strength), NETWORK, SEEDS))


def of_torch(loss: Callable[[Tensor, Tensor], Tensor]) -> Loss:
    """A loss of torch on outputs (n, classes), for each seed alone."""
    return lambda outputs, labels: torch.stack(
        [loss(of_seed.flatten(0, -2), own.flatten()) for of_seed, own in zip(outputs, labels, strict=True)]
    )


def unit(outputs: Tensor) -> Tensor:
    return outputs / (outputs.square().sum(dim=-1, keepdim=True).sqrt() + 1e-7) / 0.04


PAIRS: dict[str, tuple[Loss, Loss]] = {
    **{
        f"temperature {value:g}": (
            cooled(value),
            of_torch(lambda z, y, value=value: value * functional.cross_entropy(z / value, y)),  # type: ignore[misc]
        )
        for value in (0.5, 10.0)
    },
    **{
        f"smoothing {share:g}": (
            smoothed(share),
            of_torch(lambda z, y, share=share: functional.cross_entropy(z, y, label_smoothing=share) / (1 - share)),  # type: ignore[misc]
        )
        for share in (0.1, 0.7)
    },
    "small": (
        small(0.3),
        of_torch(lambda z, y: functional.cross_entropy(z, y) + 0.3 * functional.mse_loss(z, torch.zeros_like(z))),
    ),
    "one norm": (
        loss_function("normalized_cross_entropy"),
        of_torch(lambda z, y: functional.cross_entropy(unit(z), y)),
    ),
}


def outputs_and_labels(positions: int | None, size: float = 1.0, dtype: torch.dtype = torch.float64) -> Any:
    random = torch.Generator().manual_seed(3)
    shape = (len(SEEDS), BATCH) if positions is None else (len(SEEDS), BATCH, positions)
    outputs = size * torch.randn(*shape, CLASSES, dtype=torch.float64, generator=random)
    return outputs.to(dtype).requires_grad_(), torch.randint(0, CLASSES, shape, generator=random)


def gradient(loss: Loss, outputs: Tensor, labels: Tensor) -> Tensor:
    return torch.autograd.grad(loss(outputs, labels).sum(), outputs)[0]


@pytest.mark.parametrize("positions", [None, 4])
@pytest.mark.parametrize("name", PAIRS)
def test_values_and_gradients_are_torchs(name: str, positions: int | None) -> None:
    ours, theirs = PAIRS[name]
    outputs, labels = outputs_and_labels(positions)
    torch.testing.assert_close(ours(outputs, labels), theirs(outputs, labels), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(
        gradient(ours, outputs, labels), gradient(theirs, outputs, labels), rtol=1e-10, atol=1e-13
    )
    assert not torch.allclose(
        gradient(ours, outputs, labels), gradient(loss_function("cross_entropy"), outputs, labels), rtol=0.05
    )


@pytest.mark.parametrize("name", PAIRS)
def test_gradients_are_finite_differences(name: str) -> None:
    loss = PAIRS[name][0]
    outputs, labels = outputs_and_labels(None)
    found = gradient(loss, outputs, labels)
    step = 1e-6
    for place in torch.cartesian_prod(*[torch.arange(size) for size in outputs.shape]).tolist():
        moved = torch.zeros_like(outputs)
        moved[tuple(place)] = step
        with torch.no_grad():
            slope = (loss(outputs + moved, labels) - loss(outputs - moved, labels)).sum() / (2 * step)
        assert float(slope) == pytest.approx(float(found[tuple(place)]), rel=1e-6, abs=1e-8)


def sure(size: float) -> tuple[Tensor, Tensor]:
    """Outputs in float32 that lead at the label by `size`."""
    labels = torch.arange(BATCH).expand(len(SEEDS), -1) % CLASSES
    return (size * functional.one_hot(labels, CLASSES).float()).requires_grad_(), labels


def test_where_the_cross_entropy_has_lost_its_gradient_these_losses_have_one() -> None:
    """Logits that lead by 200 have a softmax of exactly one and zero in float32."""
    outputs, labels = sure(200.0)
    plain = loss_function("cross_entropy")
    assert not plain(outputs, labels).any()
    assert not gradient(plain, outputs, labels).any()
    # the closed form: exp(-200 / 10) over the batch, in every other class
    slopes = gradient(cooled(10.0), outputs, labels) * BATCH
    others = slopes[functional.one_hot(labels, CLASSES) == 0]
    torch.testing.assert_close(others, torch.full_like(others, 2.0611536e-9), rtol=1e-4, atol=0)
    assert gradient(smoothed(0.1), outputs, labels).abs().amax(dim=-1).min() > 0.01
    assert gradient(small(0.01), outputs, labels).abs().amax(dim=-1).min() > 0.01


def test_the_scale_of_the_logits_is_nothing_to_logits_of_one_norm() -> None:
    loss = loss_function("normalized_cross_entropy")
    outputs, labels = outputs_and_labels(None)
    torch.testing.assert_close(loss(1000 * outputs, labels), loss(outputs, labels), rtol=1e-6, atol=0)
    along = (gradient(loss, outputs, labels) * outputs).sum(dim=-1)
    assert float(along.abs().max().detach()) < 1e-6
    # the furthest that logits of one norm can lead: the others lie at minus a fraction of the label's
    outputs, labels = sure(1.0)
    best = (outputs - outputs.mean(dim=-1, keepdim=True)).detach()
    norm = 1 / TEMPERATURE
    lead = norm * ((CLASSES - 1) / CLASSES) ** 0.5 * (1 + 1 / (CLASSES - 1))
    expected = torch.log1p((CLASSES - 1) * torch.exp(torch.tensor(-lead, dtype=torch.float64)))
    torch.testing.assert_close(loss(best.double(), labels), expected.expand(2), rtol=1e-3, atol=0)
    zero = torch.zeros(2, 3, CLASSES, requires_grad=True)
    assert gradient(loss, zero, torch.zeros(2, 3, dtype=torch.int64)).isfinite().all()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"temperature": 0.0}, "greater than 0"),
        ({"temperature": float("inf")}, "finite"),
        ({"label_smoothing": 1.0}, "less than 1"),
        ({"logit_penalty": {"strength": -1.0}}, "greater than or equal to 0"),
        (
            {"temperature": 2.0, "loss": "mse"},
            "training.temperature: it changes the loss cross_entropy, and the loss is mse",
        ),
        ({"label_smoothing": 0.1, "loss": "normalized_cross_entropy"}, "training.label_smoothing: it changes the loss"),
        ({"temperature": 2.0, "label_smoothing": 0.1}, "leave one of the two out"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        small_settings(training={"loss": "cross_entropy", **changes})


TRAINED: dict[str, dict[str, Any]] = {
    "temperature": {"temperature": 4.0},
    "smoothing": {"label_smoothing": 0.1},
    "small": {"logit_penalty": {"strength": 0.1}},
    "one norm": {"loss": "normalized_cross_entropy"},
}


@pytest.mark.trained
@pytest.mark.parametrize("name", TRAINED)
def test_a_training_has_the_code_of_its_loss_and_trains_each_seed_as_if_alone(tmp_path: Path, name: str) -> None:
    plain = small_settings(training={"loss": "cross_entropy", "dtype": "float64"})
    settings = small_settings(training={"loss": "cross_entropy", "dtype": "float64", **TRAINED[name]})
    assert training_code(settings) != training_code(plain)
    last = {}
    for folder, (of, seeds) in {"block": (settings, [0, 1]), "alone": (settings, [1]), "plain": (plain, [1])}.items():
        train_small(of, seeds, tmp_path / folder)
        store = CheckpointStore(tmp_path / folder)
        last[folder] = store.load(store.steps()[-1])
    assert_equal_to_rounding(
        {key: value[1] for key, value in last["block"].items()},
        {key: value[0] for key, value in last["alone"].items()},
        1e-9,
    )
    assert_unequal({"weight_2": last["alone"]["weight_2"]}, {"weight_2": last["plain"]["weight_2"]}, 1e-6)


@pytest.mark.trained
def test_logits_grow_least_where_a_term_keeps_them_small(tmp_path: Path) -> None:
    """After 400 steps on images that are fitted soon, and at the same arithmetic."""
    seeds = list(range(5))
    spreads = {}
    for name, changes in {"plain": {}, **TRAINED}.items():
        settings = small_settings(
            data={"label_noise": 0.0}, training={"loss": "cross_entropy", "steps": 400, **changes}
        )
        train_small(settings, seeds, tmp_path / name)
        store = CheckpointStore(tmp_path / name)
        weights = store.load(store.steps()[-1])
        network = build_network(settings.model, Images((1, 28, 28)), Classes(10), len(seeds))
        network.load_state_dict(weights)
        images = torch.from_numpy(small_dataset().train_inputs).float()[None] / 255
        spreads[name] = network(images).std(dim=-1).mean(dim=1).detach().log()
    for smaller, larger in itertools.pairwise(("small", "smoothing", "plain", "temperature")):
        assert_mean_below(spreads[smaller] - spreads[larger], 0.0)


def test_the_recorded_loss_is_without_the_terms() -> None:
    outputs, labels = outputs_and_labels(None)
    expected = torch.stack(
        [functional.cross_entropy(one, own) for one, own in zip(outputs.detach(), labels, strict=True)]
    )
    torch.testing.assert_close(evaluate_loss("cross_entropy", outputs, labels), expected)
