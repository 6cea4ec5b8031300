"""Tokens with a class for each position and for each row: trained and measured as any other task."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from torch.nn import functional

from grokscope.config.metric_settings import metric_settings
from grokscope.config.resources import metric_resources, training_resources
from grokscope.config.run_work import RunWork
from grokscope.cost.made_up import made_up_samples
from grokscope.data.load import load_samples
from grokscope.data.registry import task_facts
from grokscope.data.samples import INPUT_TYPES, TARGET_TYPES
from grokscope.metrics.compute import compute_metric, network_of
from grokscope.models.initialise import initialise
from grokscope.training.checkpoints import CheckpointStore
from grokscope.training.train import train_block
from margins import assert_equal_to_rounding, assert_mean_above, assert_mean_below
from task_support import POSITIONS, TEST_SIZE, VOCABULARY, MixerRunSettings, register_tokens, token_settings

SEEDS = [3, 8]


@pytest.fixture(autouse=True)
def tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    register_tokens(monkeypatch)


def measured(name: str, settings: MixerRunSettings, folder: Path, seeds: list[int]) -> pd.DataFrame:
    samples = load_samples(settings.data)
    of_metric = metric_settings(name, {})
    return compute_metric(name, of_metric, settings, samples, seeds, folder, "r", stream=io.StringIO())


@pytest.mark.parametrize("task", ["reversal", "row_sum"])
def test_layers_are_those_that_are_declared(task: str) -> None:
    settings = token_settings(task)
    network, work = network_of(settings, 2), RunWork(settings, 2)
    initialise(network, SEEDS, 1.0)
    rows = torch.as_tensor(load_samples(settings.data).test_inputs)[None]
    shapes = [tuple(layer.shape[2:]) for layer in network.preactivations(rows)]
    assert shapes == [layer.shape for layer in work.layers]
    assert work.parameters == sum(parameter[0].numel() for parameter in network.parameters())
    assert work.facts.input.size == POSITIONS
    assert work.training_values == (VOCABULARY**POSITIONS - TEST_SIZE) * POSITIONS
    assert training_resources(settings, 2).mem_mb > 0
    assert metric_resources(metric_settings("spectra", {}), settings, 2).mem_mb > 0


@pytest.mark.trained
@pytest.mark.parametrize("loss", ["cross_entropy", "mse"])
@pytest.mark.parametrize("task", ["reversal", "row_sum"])
def test_it_learns_its_training_rows(task: str, loss: str, tmp_path: Path) -> None:
    settings = token_settings(task, loss=loss)
    samples = load_samples(settings.data)
    seeds = list(range(5))
    train_block(settings, samples, seeds, tmp_path, stream=io.StringIO())
    table = measured("accuracy", settings, tmp_path, seeds)
    last = table[(table["step"] == 200) & (table["split"] == "train")]["accuracy"].to_numpy()
    assert_mean_above(last, 0.9)
    first = table[(table["step"] == 0) & (table["split"] == "train")]["accuracy"].to_numpy()
    assert_mean_below(first, 0.6)


@pytest.mark.trained
@pytest.mark.parametrize("loss", ["cross_entropy", "mse"])
@pytest.mark.parametrize("task", ["reversal", "row_sum"])
def test_what_is_measured(task: str, loss: str, tmp_path: Path) -> None:
    settings = token_settings(task, loss=loss, steps=5)
    samples = load_samples(settings.data)
    train_block(settings, samples, SEEDS, tmp_path, stream=io.StringIO())
    network = network_of(settings, 2)
    network.load_state_dict(CheckpointStore(tmp_path).load(5))
    targets = torch.as_tensor(samples.test_targets)
    with torch.no_grad():
        layers = network.preactivations(torch.as_tensor(samples.test_inputs)[None])
    tables = {
        name: measured(name, settings, tmp_path, SEEDS) for name in ("accuracy", "loss", "spectra", "weight_norm")
    }
    found: dict[str, torch.Tensor] = {}
    expected: dict[str, torch.Tensor] = {}
    for position, seed in enumerate(SEEDS):
        logits = layers[-1][position].double()
        one_hot = functional.one_hot(targets, VOCABULARY).double()
        by_hand = {
            "cross_entropy": -(logits.log_softmax(dim=-1) * one_hot).sum(dim=-1).mean().item(),
            "mse": (logits - one_hot).square().mean().item(),
        }
        for name in ("accuracy", "loss"):
            row = tables[name].query(f"seed == {seed} and step == 5 and split == 'test'")
            found[f"{name} {seed}"], expected[f"{name} {seed}"] = map(torch.tensor, (row["loss"].item(), by_hand[loss]))
            if name == "accuracy":
                assert row["accuracy"].item() == np.mean((logits.argmax(dim=-1) == targets).numpy())
        spectrum = tables["spectra"].query(f"seed == {seed} and step == 5 and layer == 1")
        features = layers[0][position].double().flatten(0, 1).numpy()
        assert spectrum["points"].item() == len(features) == TEST_SIZE * POSITIONS
        own = np.linalg.eigvalsh(np.cov(features, rowvar=False))[::-1]
        found[f"spectrum {seed}"] = torch.as_tensor(spectrum["eigenvalues"].item())
        expected[f"spectrum {seed}"] = torch.as_tensor(own.copy())
    assert_equal_to_rounding(found, expected, 1e-5)


@pytest.mark.parametrize("task", ["reversal", "row_sum"])
def test_made_up_samples_to_time_it_on_look_like_the_task(task: str) -> None:
    settings = token_settings(task).data
    facts, samples = task_facts(settings), made_up_samples(settings, 20, 7)
    own = load_samples(settings)
    for split, size in (("train", 20), ("test", 7)):
        for kind in ("inputs", "targets"):
            found, real = getattr(samples, f"{split}_{kind}"), getattr(own, f"{split}_{kind}")
            assert found.shape == (size, *real.shape[1:])
            assert found.dtype == real.dtype
    assert samples.train_inputs.max() < VOCABULARY
    assert INPUT_TYPES[facts.input.kind] == TARGET_TYPES[facts.target.kind] == np.int64
