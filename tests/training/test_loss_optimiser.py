"""Losses a seed and optimisers against torch's own, and the optimiser's state as tensors."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional

from grokscope.config.run_settings import TrainingSettings
from grokscope.data.declared import Classes, Images
from grokscope.models.build import build_network
from grokscope.models.initialise import initialise
from grokscope.models.network import Network
from grokscope.models.registry import model_settings
from grokscope.training.loss import evaluate_accuracy, evaluate_loss, loss_function
from grokscope.training.optimiser import build_optimiser, optimiser_tensors, restore_optimiser
from grokscope.training.registry import LOSSES
from margins import assert_equal_to_rounding


def training(optimizer: str, **changes: object) -> TrainingSettings:
    return TrainingSettings.model_validate(
        {
            "steps": 20,
            "batch_size": 6,
            "loss": "mse",
            "optimizer": optimizer,
            "learning_rate": 1e-2,
            "weight_decay": 0.1,
            **changes,
        }
    )


def network(seeds: int = 2) -> Network:
    made = build_network(
        model_settings(kind="mlp", depth=3, width=7), Images((1, 3, 3)), Classes(4), seeds, dtype=torch.float64
    )
    initialise(made, list(range(seeds)), 1.0)
    return made


def test_losses_are_torchs() -> None:
    outputs, labels = torch.randn(3, 6, 4, dtype=torch.float64), torch.randint(0, 4, (3, 6))
    for seed in range(3):
        mse = functional.mse_loss(outputs[seed], functional.one_hot(labels[seed], 4).double())
        torch.testing.assert_close(loss_function("mse")(outputs, labels)[seed], mse)
        torch.testing.assert_close(evaluate_loss("mse", outputs.float(), labels)[seed], mse, rtol=1e-5, atol=0)
        torch.testing.assert_close(
            loss_function("cross_entropy")(outputs, labels)[seed], functional.cross_entropy(outputs[seed], labels[seed])
        )
    with pytest.raises(ValueError, match=f"'no_such_loss' is not one of {', '.join(LOSSES)}"):
        loss_function("no_such_loss")


def test_accuracy() -> None:
    outputs = torch.tensor([[[1.0, 2, 0], [5, 1, 1]], [[1, 0, 0], [float("nan"), 0, 0]]])
    assert evaluate_accuracy(outputs, torch.tensor([[1, 2], [0, 0]])).tolist() == [0.5, 0.5]


@pytest.mark.trained
@pytest.mark.parametrize("loss", ["mse", "cross_entropy"])
@pytest.mark.parametrize("optimizer", ["adamw", "adam", "sgd", "plain_sgd", "rmsprop"])
def test_twenty_steps_are_those_of_torch_on_a_sequential(optimizer: str, loss: str) -> None:
    stacked, settings = network(), training(optimizer)
    ours = build_optimiser(settings, stacked)
    models = []
    for seed in range(2):
        tensors = {name: value[seed] for name, value in stacked.state_dict().items()}
        linears = [nn.Linear(9, 7), nn.Linear(7, 7), nn.Linear(7, 4)]
        for layer, linear in enumerate(linears, start=1):
            linear.weight.data, linear.bias.data = (
                tensors[f"weight_{layer}"].T.clone(),
                tensors[f"bias_{layer}"][0].clone(),
            )
        models.append(nn.Sequential(nn.Flatten(), linears[0], nn.ReLU(), linears[1], nn.ReLU(), linears[2]).double())
    options = {"lr": 1e-2, "weight_decay": 0.1}
    makers = {
        "adamw": lambda parameters: torch.optim.AdamW(parameters, **options),
        "adam": lambda parameters: torch.optim.Adam(parameters, **options),
        "sgd": lambda parameters: torch.optim.SGD(parameters, momentum=0.9, **options),
        "plain_sgd": lambda parameters: torch.optim.SGD(parameters, **options),
        "rmsprop": lambda parameters: torch.optim.RMSprop(parameters, foreach=False, **options),
    }
    theirs = [makers[optimizer](list(model.parameters())) for model in models]
    random = torch.Generator().manual_seed(0)
    for _ in range(20):
        images = torch.rand(2, 6, 1, 3, 3, dtype=torch.float64, generator=random)
        labels = torch.randint(0, 4, (2, 6), generator=random)
        ours.zero_grad()
        loss_function(loss)(stacked(images), labels).sum().backward()
        ours.step()
        for seed, (model, optimiser) in enumerate(zip(models, theirs, strict=True)):
            optimiser.zero_grad()
            outputs = model(images[seed])
            if loss == "mse":
                functional.mse_loss(outputs, functional.one_hot(labels[seed], 4).double()).backward()
            else:
                functional.cross_entropy(outputs, labels[seed]).backward()
            optimiser.step()
    expected = {}
    for layer, index in enumerate((1, 3, 5), start=1):
        expected[f"weight_{layer}"] = torch.stack([model[index].weight.T for model in models])
        expected[f"bias_{layer}"] = torch.stack([model[index].bias[None] for model in models])
    assert_equal_to_rounding(stacked.state_dict(), expected, 1e-9)


@pytest.mark.parametrize(
    "settings",
    [
        training("adamw"),
        training("adam"),
        training("sgd"),
        training("sgd", momentum=0.0),
        training("plain_sgd"),
        training("rmsprop"),
    ],
)
def test_round_trip_through_a_file(settings: TrainingSettings, tmp_path: Path) -> None:
    def update(stacked: Network, optimiser: torch.optim.Optimizer) -> None:
        optimiser.zero_grad()
        stacked(torch.linspace(0, 1, 2 * 6 * 9, dtype=torch.float64).view(2, 6, 1, 3, 3)).square().sum().backward()
        optimiser.step()

    stacked = network()
    optimiser = build_optimiser(settings, stacked)
    assert optimiser_tensors(optimiser, stacked) == {}
    for _ in range(3):
        update(stacked, optimiser)
    copied = copy.deepcopy(stacked)
    save_file(optimiser_tensors(optimiser, stacked), tmp_path / "state.safetensors")
    restored = build_optimiser(settings, copied)
    restore_optimiser(restored, copied, load_file(tmp_path / "state.safetensors"))
    for _ in range(3):
        update(stacked, optimiser)
        update(copied, restored)
    for name, value in stacked.state_dict().items():
        assert torch.equal(copied.state_dict()[name], value), name
