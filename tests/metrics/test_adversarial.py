import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from torch import nn

from grokscope.metrics.accuracy import measure as accuracy
from grokscope.metrics.accuracy.declaration import AccuracySettings
from grokscope.metrics.adversarial import measure as adversarial
from grokscope.metrics.adversarial.declaration import AdversarialSettings
from grokscope.metrics.adversarial.objectives.cross_entropy import objective as cross_entropy
from grokscope.metrics.adversarial.objectives.margin import objective as margin
from grokscope.metrics.adversarial.pgd import attack, input_gradient, is_zero, random_start
from grokscope.metrics.tables import columns_of
from grokscope.models.network import Network
from metrics_helpers import SEEDS, initialised, random_context, run_settings, spoil

SHAPE = (1, 28, 28)


def settings(**changes: object) -> AdversarialSettings:
    return AdversarialSettings.model_validate({"epsilons": [0.05, 0.2], "steps": 4, "points": 12} | changes)


def modules_of(network: Network, seed: int) -> nn.Sequential:
    """One seed of a ReLU network as torch's own layers."""
    parts: list[nn.Module] = []
    for layer, kind in enumerate(network.layer_kinds, start=1):
        weight, bias = (network.get_parameter(f"{name}_{layer}")[seed].detach() for name in ("weight", "bias"))
        if kind == "convolution":
            stride = 2 if layer in (2, 4, 6) else 1
            module: nn.Module = nn.Conv2d(weight.shape[1], weight.shape[0], 3, stride=stride, padding=1).to(weight)
            module.load_state_dict({"weight": weight, "bias": bias})
        else:
            if layer == 1 or network.layer_kinds[layer - 2] == "convolution":
                parts += [nn.AvgPool2d(4), nn.Flatten()] if layer > 1 else [nn.Flatten()]
            module = nn.Linear(*weight.shape).to(weight)
            module.load_state_dict({"weight": weight.T, "bias": bias[0]})
        parts += [module, nn.ReLU()]
    return nn.Sequential(*parts[:-1])


def attack_one(
    model: nn.Sequential, image: torch.Tensor, label: int, epsilon: float, step_size: float, steps: int
) -> torch.Tensor:
    """An attack on one image, step by step with torch's own layers and `backward`."""
    adversary = image.clone()
    for _ in range(steps):
        adversary = adversary.detach().requires_grad_()
        nn.CrossEntropyLoss()(model(adversary[None]), torch.tensor([label])).backward()
        assert adversary.grad is not None
        moved = adversary.detach() + step_size * adversary.grad.sign()
        adversary = torch.clamp(image + torch.clamp(moved - image, -epsilon, epsilon), 0, 1)
    return adversary.detach()


@pytest.mark.parametrize("model", [{"depth": 1}, {"depth": 3}, {"kind": "cnn", "depth": 2, "width": 3}], ids=str)
def test_last_iterates_are_those_of_torchs_own_layers_image_by_image(model: dict) -> None:
    run = run_settings(dtype="float64", **model)
    network, context = initialised(run), random_context(run)
    images, labels = context.test_inputs[:, :5], context.targets("test")[:, :5]
    result = attack(network, images, labels, [0.03, 0.1], 0.02, 4)
    for seed in range(len(SEEDS)):
        one_seed = modules_of(network, seed)
        np.testing.assert_allclose(one_seed(images[0]).detach(), network(images)[seed].detach(), atol=1e-12)
        for index, epsilon in enumerate([0.03, 0.1]):
            for point in range(5):
                expected = attack_one(one_seed, images[0, point], int(labels[seed, point]), epsilon, 0.02, 4)
                np.testing.assert_allclose(result.images[seed, index, point], expected, atol=1e-12)
                np.testing.assert_allclose(
                    result.logits[seed, index, point], one_seed(expected[None])[0].detach(), atol=1e-12
                )
    assert not result.zero_at_start.any()


@pytest.mark.parametrize("starts", [["none"], ["random"], ["random", "none"]])
def test_rows_are_accuracies_of_the_last_iterates(starts: list[str]) -> None:
    run = run_settings(dtype="float64", init_scale=3.0)
    network, context = initialised(run), random_context(run)
    table = adversarial.build(settings(starts=starts), context)(network, 9)
    assert list(table.columns) == [column for column in columns_of("adversarial") if column != "run"]
    assert len(table) == len(starts) * len(SEEDS) * 3
    assert set(table["step"]) == {9}
    assert set(table["points"]) == {12}
    chosen = [0, 2, 5, 7, 10, 12, 15, 17, 20, 22, 25, 27]  # 12 of 30 points
    images, labels = context.test_inputs[:, chosen], context.targets("test")[:, chosen]
    for start in starts:
        for epsilon in (0.05, 0.2):
            noise = None if start == "none" else random_start(epsilon, 12, SHAPE).to(images)[None]
            result = attack(network, images, labels, [epsilon], 4 / 255, 4, noise)
            right = (result.logits.argmax(dim=-1)[:, 0] == labels).double().mean(dim=1)
            chosen = table[(table["start"] == start) & (table["epsilon"] == epsilon)]
            assert list(chosen["seed"]) == SEEDS
            np.testing.assert_allclose(chosen["accuracy"], right)


@pytest.mark.parametrize("kind", ["mlp", "cnn"])
@pytest.mark.parametrize("epsilons", [[0.1], [0.0, 0.1], [0.0]])
def test_epsilon_zero_comes_first_and_is_the_clean_accuracy(kind: str, epsilons: list[float]) -> None:
    run = run_settings(kind=kind, width=4)
    network, context = initialised(run), random_context(run)
    table = adversarial.build(settings(epsilons=epsilons, starts=["none", "random"], points=None), context)(network, 0)
    clean = accuracy.build(AccuracySettings(), context)(network, 0)
    for (_, seed), rows in table.groupby(["start", "seed"]):
        assert list(rows["epsilon"]) == sorted({0.0, *epsilons})
        assert (
            rows["accuracy"].iloc[0]
            == clean.loc[(clean["seed"] == seed) & (clean["split"] == "test"), "accuracy"].item()
        )
    assert set(table["points"]) == {30}


def test_a_linear_network_moves_every_pixel_to_the_side_that_lowers_its_margin() -> None:
    run = run_settings(dtype="float64", depth=1)
    network = initialised(run)
    with torch.no_grad():  # two classes that matter: classes 2 to 9 have no probability
        network.get_parameter("weight_1")[:, :, 2:] = 0
        network.get_parameter("bias_1")[:, :, 2:] = -1e4
    images = 0.3 + 0.4 * random_context(run).test_inputs[:, :6]
    labels = torch.tensor([[0, 1, 0, 1, 0, 1]] * 2)
    result = attack(network, images, labels, [0.05], 0.02, 5)
    weight = network.get_parameter("weight_1").detach()
    for seed in range(2):
        towards_one = (weight[seed, :, 1] - weight[seed, :, 0]).sign().view(SHAPE)
        side = torch.where(labels[seed] == 0, 1.0, -1.0)[:, None, None, None]
        np.testing.assert_allclose(result.images[seed, 0], images[0] + 0.05 * side * towards_one, atol=1e-15)


@hypothesis_settings(max_examples=25, deadline=None)
@given(
    epsilon=st.floats(0, 1),
    step_size=st.floats(1e-4, 2),
    steps=st.integers(1, 4),
    use_start=st.booleans(),
    dtype=st.sampled_from(["float32", "float64"]),
    dark=st.booleans(),
)
def test_never_outside_ball_or_box(
    epsilon: float, step_size: float, steps: int, use_start: bool, dtype: str, dark: bool
) -> None:
    run = run_settings(dtype=dtype, depth=2)
    context = random_context(run)
    images = context.test_inputs[:, :3].round() if dark else context.test_inputs[:, :3]
    start = random_start(epsilon, 3, SHAPE).to(images).expand(2, -1, -1, -1, -1) if use_start else None
    result = attack(initialised(run), images, context.targets("test")[:, :3], [epsilon, 0.1], step_size, steps, start)
    assert result.images.min() >= 0
    assert result.images.max() <= 1
    rounding = 2 * torch.finfo(images.dtype).eps
    assert (result.images[:, 0] - images).abs().max() <= epsilon + rounding
    assert (result.images[:, 1] - images).abs().max() <= 0.1 + rounding


def confident(dtype: str, margin: float) -> Network:
    """A network that has learned nothing but is sure: class 0 leads by about `margin` whatever the image."""
    network = initialised(run_settings(dtype=dtype, depth=2))
    with torch.no_grad():
        network.get_parameter("bias_2")[:, :, 0] += margin
    return network


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
    table = adversarial.build(settings(), context)(confident(dtype, margin), 0)
    assert (table["zero_gradient_start"] == expected).all()
    assert (table["zero_gradient_last"] == expected).all()
    assert (table["accuracy"] == 1).all()
    context.test_targets.fill_(1)  # a wrong answer has a gradient, however sure
    table = adversarial.build(settings(), context)(confident(dtype, margin), 0)
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
    table = adversarial.build(settings(starts=["random"], epsilons=[0.1], steps=6, points=30), context)(network, 0)
    moving = table[table["epsilon"] == 0.1]
    assert moving["zero_gradient_start"].between(0.1, 0.9).all()
    assert (moving["zero_gradient_last"] >= moving["zero_gradient_start"]).all()
    with torch.no_grad():
        network.get_parameter("bias_1").fill_(-1e6)
    dead = adversarial.build(settings(starts=["random"], epsilons=[0.1]), context)(network, 0)
    assert (dead[["zero_gradient_start", "zero_gradient_last"]] == 1).all(axis=None)


def test_gradient_of_an_image_does_not_depend_on_its_batch_and_nan_is_not_zero() -> None:
    run = run_settings(dtype="float64")
    network, context = initialised(run), random_context(run)
    images, labels = context.test_inputs[:, :6].expand(2, -1, -1, -1, -1), context.targets("test")[:, :6]
    whole, logits = input_gradient(network, images, labels)
    alone, _ = input_gradient(network, images[:, 2:3], labels[:, 2:3])
    np.testing.assert_allclose(whole[:, 2:3], alone, atol=1e-15)
    assert not logits.requires_grad
    assert all(parameter.grad is None for parameter in network.parameters())
    values = torch.tensor([[0.0, -0.0], [0.0, 1e-300], [math.nan, 0.0]], dtype=torch.float64).view(1, 3, 1, 1, 2)
    assert is_zero(values).tolist() == [[True, False, False]]


@pytest.mark.parametrize("chunk", [1, 5, 100])
def test_chunks_do_not_change_the_result(chunk: int) -> None:
    run = run_settings(dtype="float64")
    network, context = initialised(run), random_context(run)
    chosen = settings(starts=["none", "random"])
    whole, chunked = (adversarial.build(chosen, context, chunk=size)(network, 0) for size in (None, chunk))
    exact = ["seed", "step", "epsilon", "start", "points"]
    assert whole[exact].equals(chunked[exact])
    np.testing.assert_allclose(whole.drop(columns=exact), chunked.drop(columns=exact), rtol=1e-12)


def test_random_starts_are_reproducible_and_differ_by_epsilon_and_point() -> None:
    start = random_start(0.1, 5, SHAPE)
    assert torch.equal(start, random_start(0.1, 5, SHAPE))
    assert torch.equal(start[:3], random_start(0.1, 3, SHAPE))
    assert not torch.allclose(start, random_start(0.2, 5, SHAPE))
    assert not torch.allclose(start[0], start[1])
    assert start.min() >= -1
    assert start.max() <= 1
    assert start.mean().abs() < 0.05
    assert start.square().mean().item() == pytest.approx(1 / 3, abs=0.03)
    run = run_settings()
    network, context = initialised(run), random_context(run)
    first, second = (adversarial.build(settings(starts=["random"]), context)(network, 0) for _ in range(2))
    assert first.equals(second)
    alone = adversarial.build(settings(starts=["random"], epsilons=[0.2]), context)(
        network, 0
    )  # epsilons do not share randomness
    assert alone.equals(first[first["epsilon"] != 0.05].reset_index(drop=True))


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_diverged_seed_is_nan_and_leaves_the_other_alone(value: float) -> None:
    run = run_settings()
    network, context = initialised(run), random_context(run)
    measure = adversarial.build(settings(starts=["none", "random"]), context)
    whole = measure(network, 0)
    spoil(network, 1, value)
    table = measure(network, 0)
    measured = ["accuracy", "zero_gradient_start", "zero_gradient_last"]
    assert table.loc[table["seed"] == SEEDS[1], measured].isna().all(axis=None)
    assert table[table["seed"] == SEEDS[0]].equals(whole[whole["seed"] == SEEDS[0]])


def test_batch_normalisation_is_in_evaluation_mode() -> None:
    run = run_settings(batch_norm=True)
    network, context = initialised(run).train(), random_context(run)
    before = network.get_buffer("running_mean_1").clone()
    adversarial.build(settings(), context)(network, 0)
    assert torch.equal(before, network.get_buffer("running_mean_1"))


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
        adversarial.build(settings(objective=name), context)(network, 0) for name in ("cross_entropy", "margin")
    )
    assert (published["zero_gradient_start"] == 1).all()
    assert (other["zero_gradient_start"] == 0).all()
