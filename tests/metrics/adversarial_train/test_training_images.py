"""The attack on training images against one on torch's own layers, image by image, with the labels of each seed."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from grokscope.config.run_work import RunWork
from grokscope.metrics.adversarial_train import measure
from grokscope.metrics.adversarial_train.declaration import ADVERSARIAL_TRAIN, AdversarialTrainSettings
from grokscope.metrics.tables import columns_of
from metrics_helpers import SEEDS, initialised, random_context, run_settings

EPSILONS, STEP_SIZE, STEPS = [0.002, 0.2], 0.001, 4


def withstands(layers: nn.Sequential, image: torch.Tensor, label: torch.Tensor, epsilon: float) -> bool:
    """Whether one image of one network keeps its label, by a loop that knows nothing of stacked seeds."""
    found = image.clone()
    for _ in range(STEPS):
        found.requires_grad_()
        (gradient,) = torch.autograd.grad(nn.functional.cross_entropy(layers(found[None]), label[None]), found)
        found = found.detach() + STEP_SIZE * gradient.sign()
        found = torch.minimum(torch.maximum(found, image - epsilon), image + epsilon).clamp(0, 1)
    return bool(layers(found[None]).argmax() == label)


def test_each_seed_is_attacked_with_its_own_labels() -> None:
    run = run_settings(dtype="float64", init_scale=3.0)
    network, context = initialised(run), random_context(run, shared=True)
    with torch.no_grad():  # some images have the label that the network gives, others one of their own
        given = network(context.train_inputs).argmax(dim=-1)
    context.train_targets[:, ::2] = given[:, ::2]
    settings = AdversarialTrainSettings(epsilons=EPSILONS, step_size=STEP_SIZE, steps=STEPS, points=None)
    table = measure.build(settings, context)(network, 7)
    assert list(table.columns) == [column for column in columns_of("adversarial_train") if column != "run"]
    assert set(table["points"]) == {40}
    for place, seed in enumerate(SEEDS):
        layers = nn.Sequential(nn.Flatten())
        for layer in (1, 2, 3):
            weight, bias = (network.get_parameter(f"{name}_{layer}")[place].detach() for name in ("weight", "bias"))
            module = nn.Linear(*weight.shape).to(weight)
            module.load_state_dict({"weight": weight.T, "bias": bias[0]})
            layers += nn.Sequential(module, nn.ReLU()) if layer < 3 else nn.Sequential(module)
        for epsilon in EPSILONS:
            kept = [
                withstands(layers, image, label, epsilon)
                for image, label in zip(context.train_inputs[0], context.train_targets[place], strict=True)
            ]
            row = table[(table["seed"] == seed) & (table["epsilon"] == epsilon)]
            assert row["accuracy"].item() == pytest.approx(np.mean(kept), abs=1e-12)
            assert np.mean(kept) > 0 or epsilon > 0.1


def test_images_that_seeds_do_not_share_are_refused() -> None:
    run = run_settings()
    settings = AdversarialTrainSettings(epsilons=EPSILONS)
    own = run.model_copy(update={"data": run.data.model_copy(update={"subset": "balanced"})})
    assert not list(ADVERSARIAL_TRAIN.complaints(settings, RunWork(run, 2)))
    (complaint,) = ADVERSARIAL_TRAIN.complaints(settings, RunWork(own, 2))
    assert complaint.startswith("data.subset balanced: ")
