"""Points at which the attack sees no gradient."""

from __future__ import annotations

import pytest
import torch

from grokscope.metrics.adversarial import measure as adversarial
from grokscope.metrics.adversarial.pgd import attack
from metrics_helpers import attack_settings, confident, initialised, random_context, run_settings


@pytest.mark.parametrize(
    ("dtype", "margin", "expected"),
    [("float32", 200, 1.0), ("float64", 200, 0.0), ("float64", 2000, 1.0), ("float32", 5, 0.0)],
)
def test_a_saturated_softmax_has_no_gradient_where_the_label_is_the_sure_class(
    dtype: str, margin: float, expected: float
) -> None:
    run = run_settings(dtype=dtype, depth=2)
    context = random_context(run)
    context.test_targets.zero_()
    table = adversarial.build(attack_settings(), context)(confident(dtype, margin), 0)
    assert (table["zero_gradient_start"] == expected).all()
    assert (table["zero_gradient_last"] == expected).all()
    assert (table["accuracy"] == 1).all()
    context.test_targets.fill_(1)  # a wrong answer has a gradient, however sure
    table = adversarial.build(attack_settings(), context)(confident(dtype, margin), 0)
    assert (table["zero_gradient_start"] == 0).all()


def test_a_point_with_zero_gradient_stays_and_only_there() -> None:
    run = run_settings(dtype="float32", depth=2)
    context, network = random_context(run), confident("float32", 200)
    labels = torch.tensor([[0, 1, 0, 2]] * 2)
    result = attack(network, context.test_inputs[:, :4], labels, [0.1], 0.02, 3)
    assert result.zero_at_start.tolist() == result.zero_at_last.tolist() == [[[True, False, True, False]]] * 2
    unmoved = (result.images[:, 0] == context.test_inputs[:, :4]).flatten(2).all(dim=2)
    assert unmoved.tolist() == [[True, False, True, False]] * 2


def test_a_point_without_a_gradient_at_the_start_never_gets_one() -> None:
    """The only hidden neuron is dead at about half of the images; the sign of zero is zero, so an attack that starts
    there stays there.
    """
    run = run_settings(dtype="float64", depth=2, width=1)
    network, context = initialised(run), random_context(run)
    with torch.no_grad():
        network.get_parameter("weight_1").fill_(1.0)
        network.get_parameter("bias_1").fill_(-context.test_inputs[0].flatten(1).sum(dim=1).median().item())
    table = adversarial.build(attack_settings(starts=["random"], epsilons=[0.1], steps=6, points=30), context)(
        network, 0
    )
    moving = table[table["epsilon"] == 0.1]
    assert moving["zero_gradient_start"].between(0.1, 0.9).all()
    assert (moving["zero_gradient_last"] >= moving["zero_gradient_start"]).all()
    with torch.no_grad():
        network.get_parameter("bias_1").fill_(-1e6)
    dead = adversarial.build(attack_settings(starts=["random"], epsilons=[0.1]), context)(network, 0)
    assert (dead[["zero_gradient_start", "zero_gradient_last"]] == 1).all(axis=None)
