"""What attacks climb does not depend on the loss that a network was trained with."""

from __future__ import annotations

import importlib
from typing import Any

import pandas as pd
import pytest
import torch

from grokscope.config.run_settings import RunSettings
from grokscope.metrics.adversarial import pgd
from grokscope.metrics.adversarial.declaration import AdversarialSettings
from grokscope.metrics.adversarial_train.declaration import AdversarialTrainSettings
from grokscope.metrics.apgd.declaration import ApgdSettings
from grokscope.metrics.attack_suite.declaration import AttackSuiteSettings
from grokscope.metrics.input_gradients.declaration import InputGradientsSettings
from grokscope.metrics.registry import METRICS
from metrics_helpers import initialised, random_context, run_settings

LOSSES: dict[str, dict[str, Any]] = {
    "mse": {"loss": "mse"},
    "temperature": {"temperature": 10.0},
    "smoothing": {"label_smoothing": 0.1},
    "small logits": {"logit_penalty": {"strength": 0.1}},
    "one norm": {"loss": "normalized_cross_entropy"},
}
MEASURED = {
    "adversarial": AdversarialSettings(epsilons=[0.02], steps=3, points=8, starts=["none", "random"]),
    "adversarial_train": AdversarialTrainSettings(epsilons=[0.02], steps=3, points=8),
    "attack_suite": AttackSuiteSettings(epsilons=[0.02], published_steps=3, steps=3, queries=4, points=8, targets=2),
    "apgd": ApgdSettings(epsilons=[0.02], steps=3, points=8),
    "input_gradients": InputGradientsSettings(points=8),
}


def trained_with(**training: Any) -> RunSettings:
    sections = run_settings(init_scale=2.0).model_dump(mode="json")
    sections["training"] |= {"loss": "cross_entropy", **training}
    return RunSettings.model_validate(sections)


def table_of(name: str, run: RunSettings) -> pd.DataFrame:
    context, network = random_context(run, shared=True), initialised(run)
    found: pd.DataFrame = importlib.import_module(METRICS[name].measure).build(MEASURED[name], context)(network, 0)
    return found


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("name", MEASURED)
def test_the_same_weights_give_the_same_table(name: str, loss: str) -> None:
    pd.testing.assert_frame_equal(table_of(name, trained_with()), table_of(name, trained_with(**LOSSES[loss])))


def test_the_published_attack_climbs_the_cross_entropy_of_the_outputs() -> None:
    """For a network that was trained at a temperature, too: torch's own loss of the outputs as they are."""
    run = trained_with(temperature=10.0)
    context, network = random_context(run, shared=True), initialised(run)
    images, labels = context.points("test", 6)
    found, logits = pgd.input_gradient(network, images.expand(2, -1, -1, -1, -1), labels)
    for seed in range(2):
        variable = images[0].clone().requires_grad_()
        outputs = network(variable[None].expand(2, -1, -1, -1, -1))[seed]
        torch.nn.functional.cross_entropy(outputs, labels[seed], reduction="sum").backward()
        torch.testing.assert_close(found[seed], variable.grad)
        torch.testing.assert_close(logits[seed], outputs.detach())
