"""What an attack climbs: cross-entropy, as it is or of rescaled logits, the margin, or the ratio of differences."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from grokscope.metrics.adversarial import measure as adversarial
from grokscope.metrics.adversarial.objectives.cross_entropy import objective as cross_entropy
from grokscope.metrics.adversarial.objectives.dlr import objective as dlr
from grokscope.metrics.adversarial.objectives.margin import objective as margin
from grokscope.metrics.adversarial.objectives.rescaled_cross_entropy import objective as rescaled
from grokscope.metrics.adversarial.pgd import attack
from metrics_helpers import attack_settings, confident, random_context, run_settings


def test_the_margin_is_the_distance_of_the_label_to_the_best_other_logit() -> None:
    logits = torch.tensor([[[1.0, 5.0, 3.0], [7.0, 2.0, 6.5]]])
    assert margin(logits, torch.tensor([[1, 2]])).tolist() == [[3.0 - 5.0, 7.0 - 6.5]]


def test_the_scale_of_the_logits_moves_the_published_attack_and_not_the_margin() -> None:
    run = run_settings(dtype="float32", depth=2)
    context = random_context(run)
    labels = torch.zeros(2, 8, dtype=torch.int64)
    moved = {}
    for scale in (1.0, 2.0**9):
        network = confident("float32", 5)
        with torch.no_grad():
            network.get_parameter("weight_2").mul_(scale)
            network.get_parameter("bias_2").mul_(scale)
        for name, objective in (("margin", margin), ("published", cross_entropy)):
            result = attack(network, context.test_inputs[:, :8], labels, [0.1], 0.02, 5, objective=objective)
            moved[name, scale] = result.images
    assert torch.equal(moved["margin", 1.0], moved["margin", 2.0**9])
    assert (
        moved["published", 2.0**9] == context.test_inputs[:, None, :8]
    ).all()  # no gradient is left, so nothing moves
    assert not torch.equal(moved["published", 1.0], moved["published", 2.0**9])


def test_the_objective_of_the_settings_is_climbed() -> None:
    run = run_settings(dtype="float32", depth=2)
    context = random_context(run)
    context.test_targets.zero_()
    network = confident("float32", 200)
    published, other = (
        adversarial.build(attack_settings(objective=name), context)(network, 0) for name in ("cross_entropy", "margin")
    )
    assert (published["zero_gradient_start"] == 1).all()
    assert (other["zero_gradient_start"] == 0).all()


def test_rescaled_cross_entropy_and_ratio_are_their_definitions_image_by_image() -> None:
    logits = torch.randn(2, 30, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    labels = torch.randint(5, (2, 30), generator=torch.Generator().manual_seed(2))
    for seed, point in np.ndindex(2, 30):
        z, y = logits[seed, point].numpy(), int(labels[seed, point])
        shares = np.exp(z / z.std()) / np.exp(z / z.std()).sum()
        np.testing.assert_allclose(rescaled(logits, labels)[seed, point], -np.log(shares[y]), rtol=1e-12)
        first, second, third = np.sort(z)[::-1][:3]
        other = second if z[y] == first else first
        np.testing.assert_allclose(dlr(logits, labels)[seed, point], -(z[y] - other) / (first - third), rtol=1e-12)


@pytest.mark.parametrize("objective", [rescaled, dlr])
@pytest.mark.parametrize("scale", [1e-6, 2.0**12])
def test_they_see_neither_the_scale_nor_a_shift_of_the_logits(objective, scale: float) -> None:
    logits = torch.randn(2, 30, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(1)).requires_grad_()
    labels = torch.randint(5, (2, 30), generator=torch.Generator().manual_seed(2))
    gradients = []
    for changed in (logits, scale * logits + 3 * scale):
        torch.testing.assert_close(objective(changed, labels), objective(logits, labels))
        gradients.append(torch.autograd.grad(objective(changed, labels).sum(), logits)[0])
    torch.testing.assert_close(gradients[0], gradients[1])


@pytest.mark.parametrize("objective", [rescaled, dlr])
def test_logits_that_are_all_alike_have_a_value_and_a_gradient(objective) -> None:
    logits = torch.zeros(1, 1, 4, requires_grad=True)
    value = objective(logits, torch.tensor([[2]]))
    assert value.isfinite().all()
    assert torch.autograd.grad(value.sum(), logits)[0].isfinite().all()
