"""What an attack climbs: cross-entropy, or the margin."""

from __future__ import annotations

import torch

from grokscope.metrics.adversarial import measure as adversarial
from grokscope.metrics.adversarial.objectives.cross_entropy import objective as cross_entropy
from grokscope.metrics.adversarial.objectives.margin import objective as margin
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
