"""Runs on tasks beyond images: the regression toy, and made-up tasks of tokens with a network for them.

In a row of the made-up tasks every position holds a token. The class of a position is the token at the other end of the
row; the class of a row is the sum of its tokens, modulo their number.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import torch
import yaml
from torch import Tensor

from grokscope.config.run_settings import RunSettings
from grokscope.config.section import Positive
from grokscope.data import registry as tasks
from grokscope.data.declared import Classes, Input, Target, Task, TaskFacts, TaskSettings, Tokens
from grokscope.data.samples import Samples
from grokscope.models import registry as models
from grokscope.models.declared import Layer, ModelDeclaration, ModelSettings
from grokscope.models.network import Network
from grokscope.training import train

POSITIONS, VOCABULARY, TEST_SIZE = 3, 4, 16


def toy_settings(**changes: dict[str, Any]) -> RunSettings:
    """A perceptron of depth 3 and width 12 on 60 points of the regression toy; `changes` by section."""
    sections: dict[str, dict[str, Any]] = {
        "data": {"name": "regression_toy", "train_size": 60, "test_size": 50},
        "model": {"kind": "mlp", "depth": 3, "width": 12},
        "training": {
            "steps": 40,
            "batch_size": 25,
            "loss": "mse",
            "optimizer": "adamw",
            "learning_rate": 1e-2,
            "dtype": "float64",
        },
        "checkpoints": {"grid": "log", "count": 3},
    }
    for section, values in changes.items():
        sections[section] = {**sections[section], **values}
    return RunSettings.model_validate(sections)


def facts(settings: TaskSettings) -> TaskFacts:
    """Of both tasks of tokens; every row occurs once, in the training or in the test samples."""
    target = Classes(VOCABULARY, of_positions=settings.name == "reversal")
    return TaskFacts(Tokens(POSITIONS, VOCABULARY), target, VOCABULARY**POSITIONS - TEST_SIZE, TEST_SIZE)


def make(settings: TaskSettings) -> Samples:
    """All rows in a random order."""
    rows = np.stack(np.unravel_index(np.arange(VOCABULARY**POSITIONS), (VOCABULARY,) * POSITIONS), axis=1)
    rows = np.random.default_rng(0).permutation(rows)
    targets = rows[:, ::-1].copy() if settings.name == "reversal" else rows.sum(axis=1) % VOCABULARY
    return Samples(settings.name, rows[TEST_SIZE:], targets[TEST_SIZE:], rows[:TEST_SIZE], targets[:TEST_SIZE])


class MixerSettings(ModelSettings):
    """An embedding, a linear layer over all positions together, and a linear layer that gives the outputs."""

    kind: Literal["mixer"]
    width: Positive


def layers(settings: MixerSettings, input: Input, target: Target) -> list[Layer]:
    """`width` features at every position, then outputs at every position or for the whole row."""
    assert isinstance(input, Tokens)
    width, positions = settings.width, input.positions
    inner = positions * width
    of_positions = target.kind == "classes_of_positions"
    outputs = target.outputs
    mixed = Layer("mixing", "linear", (positions, width), inner**2, input.vocabulary * width + inner**2 + inner, 1)
    if of_positions:
        last = Layer("outputs", "linear", (positions, outputs), inner * outputs, (width + 1) * outputs, 1)
    else:
        last = Layer("outputs", "linear", (outputs,), inner * outputs, (inner + 1) * outputs)
    return [mixed, last]


class Mixer(Network):
    """The network of MixerSettings."""

    def __init__(self, settings: MixerSettings, input: Input, target: Target, seeds: int) -> None:
        super().__init__(settings, layers(settings, input, target), input, seeds)
        assert isinstance(input, Tokens)
        self.width, self.of_positions = settings.width, target.kind == "classes_of_positions"
        inner = input.positions * self.width
        self.add_parameter("embedding", (input.vocabulary, self.width), 1, fan_in=1)
        self.add_linear(1, inner, inner)
        self.add_linear(2, self.width if self.of_positions else inner, target.outputs)

    def first(self, inputs: Tensor) -> Tensor:
        """Tokens (S or 1, B, positions) -> (S, B, positions, width)."""
        tokens = inputs.expand(self.seeds, -1, -1)
        embedded = self.get_parameter("embedding")[torch.arange(self.seeds)[:, None, None], tokens]
        return self.linear(1, embedded.flatten(2)).unflatten(2, (-1, self.width))

    def rest(self, z: Tensor) -> list[Tensor]:
        """(S, B, positions, width) -> that and the outputs."""
        x = self.activate(z)
        if not self.of_positions:
            return [z, self.linear(2, x.flatten(2))]
        return [z, self.linear(2, x.flatten(1, 2)).unflatten(1, x.shape[1:3])]


class MixerRunSettings(RunSettings):
    """The settings of a run of this network, which the registry did not have when the types of settings were made."""

    model: MixerSettings  # type: ignore[assignment]


def register_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add the tasks and the network, as lines of their registries would; their code is not of the package, so that it
    has no fingerprint.
    """
    for name in ("reversal", "row_sum"):
        monkeypatch.setitem(tasks.MADE, name, Task(name, TaskSettings, facts, made_by=__name__))
    targets = ("classes", "classes_of_positions")
    declared = ModelDeclaration(
        "mixer", MixerSettings, f"{__name__}:Mixer", layers, lambda settings: "mixer", ("tokens",), targets
    )
    monkeypatch.setitem(models.MODELS, "mixer", declared)
    monkeypatch.setattr(train, "made_content", lambda settings: {"code": "made up"})


def token_settings(task: str, **training: Any) -> MixerRunSettings:
    """A mixer on all training rows of a task."""
    return MixerRunSettings.model_validate(
        {
            "data": {"name": task, "train_size": VOCABULARY**POSITIONS - TEST_SIZE},
            "model": {"kind": "mixer", "width": 16},
            "training": {
                "steps": 200,
                "batch_size": 24,
                "loss": "cross_entropy",
                "optimizer": "adamw",
                "learning_rate": 1e-2,
                **training,
            },
            "checkpoints": {"grid": "log", "count": 2},
        }
    )


EXPERIMENTS: dict[str, Any] = {
    "id": "toy",
    "title": "The regression toy",
    "run_id": "{data.name}-d{model.depth}",
    "variants": {"as_code": {"description": "As it stands."}},
    "base": {
        **toy_settings().model_dump(mode="json", exclude_unset=True),
        "metrics": {"loss": {}, "spectra": {}},
    },
    "claims": {},
    "sweeps": {"depths": {"axes": {"depth": {"key": "model.depth", "values": [2, 3]}}}},
    "figures": {
        "toy_rank": {
            "title": "Rank",
            "where": "extension",
            "shows": "Nothing is known yet.",
            "sweeps": ["depths"],
            "metrics": ["spectra"],
            "draw": {"curve_grid": {"columns": "depth", "rows": [{"curves": ["rank"]}]}},
        }
    },
}


def write_toy_experiments(file: Path, key: str = "data", values: dict[str, Any] | None = None) -> Path:
    """Experiments on the toy with two depths; `values` are laid over section `key` of their base."""
    base = EXPERIMENTS["base"]
    changed = {**base, key: {**base[key], **(values or {})}}
    file.write_text(yaml.safe_dump({**EXPERIMENTS, "base": changed}))
    return file
