"""Transformers on tokens: trained, measured and planned as any other network."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from torch.nn import functional

import grokscope.results.parts as parts
from grokscope.config.fitting import unfit_training
from grokscope.config.metric_settings import metric_settings
from grokscope.config.resources import metric_resources, training_resources
from grokscope.config.run_settings import RunSettings
from grokscope.cost.shapes import checkpoint_bytes
from grokscope.data.declared import Classes, TaskFacts, Tokens
from grokscope.data.load import load_samples
from grokscope.metrics.compute import compute_metric, network_of
from grokscope.metrics.registry import METRICS
from grokscope.models.init_schemes.by_architecture import initialise_by_scheme
from grokscope.models.registry import declaration
from grokscope.report.wording import run_in_words
from grokscope.training.checkpoints import CheckpointStore
from grokscope.training.train import train_block
from margins import assert_equal_to_rounding, assert_mean_above, assert_mean_below
from task_support import POSITIONS, TEST_SIZE, VOCABULARY, register_tokens, token_settings
from training_support import small_settings

SEEDS = [3, 8]


@pytest.fixture(autouse=True)
def tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    register_tokens(monkeypatch)


def settings(task: str, steps: int = 3, **model: Any) -> RunSettings:
    base = token_settings(task, steps=steps).model_dump(mode="json", exclude_unset=True)
    return RunSettings.model_validate(
        {**base, "model": {"kind": "transformer", "blocks": 2, "width": 16, "heads": 2, "norm": "post", **model}}
    )


def measured(name: str, run: RunSettings, folder: Path, seeds: list[int] = SEEDS) -> pd.DataFrame:
    of_metric = metric_settings(name, {})
    return compute_metric(name, of_metric, run, load_samples(run.data), seeds, folder, "r", stream=io.StringIO())


@pytest.mark.trained
@pytest.mark.parametrize("task", ["reversal", "row_sum"])
def test_it_learns_its_training_rows(task: str, tmp_path: Path) -> None:
    # every row of `reversal` has its own classes, but a causal position cannot know what comes after it
    run, seeds = settings(task, steps=150, attention="full"), [0, 3, 5, 8, 9]
    train_block(run, load_samples(run.data), seeds, tmp_path, stream=io.StringIO())
    train = measured("accuracy", run, tmp_path, seeds).query("split == 'train'")
    at_start, at_end = (train[train["step"] == step]["accuracy"].to_numpy() for step in (0, 150))
    assert len(at_start) == len(at_end) == len(seeds)
    outputs = run.data.train_size * (POSITIONS if task == "reversal" else 1)
    assert_mean_above(at_end, 0.9, resolution=1 / outputs)
    assert_mean_below(at_start, 0.6, resolution=1 / outputs)


@pytest.mark.parametrize("scheme", ["torch", "gpt2"])
def test_a_training_starts_from_the_scheme(scheme: str, tmp_path: Path) -> None:
    run = settings("row_sum", init_scheme=scheme, init_scale=2.0)
    train_block(run, load_samples(run.data), SEEDS, tmp_path, stream=io.StringIO())
    fresh = network_of(run, 2)
    initialise_by_scheme(fresh, SEEDS, 2.0, scheme)
    start = CheckpointStore(tmp_path).load(0)
    assert start.keys() == fresh.state_dict().keys()
    assert all(torch.equal(start[name], value) for name, value in fresh.state_dict().items())
    found = next(tmp_path.glob("step_*3.safetensors")).stat().st_size
    assert found == checkpoint_bytes(run, 2)


@pytest.mark.trained
@pytest.mark.parametrize("task", ["reversal", "row_sum"])
def test_what_is_measured(task: str, tmp_path: Path) -> None:
    run = settings(task)
    samples = load_samples(run.data)
    train_block(run, samples, SEEDS, tmp_path, stream=io.StringIO())
    network = network_of(run, 2).double()
    network.load_state_dict(CheckpointStore(tmp_path).load(3))
    targets = torch.as_tensor(samples.test_targets)
    with torch.no_grad():
        layers = network.preactivations(torch.as_tensor(samples.test_inputs)[None])
    names = ["accuracy", "loss", "spectra", "weight_norm", "zero_loss", *(["probes"] if task == "row_sum" else [])]
    tables = {name: measured(name, run, tmp_path).query("step == 3") for name in names}
    found, own = {}, {}
    for position, seed in enumerate(SEEDS):
        logits = layers[-1][position]
        loss = functional.cross_entropy(logits.flatten(0, -2), targets.flatten())
        for name in ("accuracy", "loss"):
            row = tables[name].query(f"seed == {seed} and split == 'test'")
            found[f"{name} {seed}"], own[f"{name} {seed}"] = torch.tensor(row["loss"].item()), loss
        right = (logits.argmax(dim=-1) == targets).double().mean().item()
        assert tables["accuracy"].query(f"seed == {seed} and split == 'test'")["accuracy"].item() == pytest.approx(
            right
        )
        # the hidden layer of block 2: one row of features for each position
        spectrum = tables["spectra"].query(f"seed == {seed} and layer == 4 and split == 'test'")
        features = layers[3][position].flatten(0, 1).numpy()
        assert spectrum["points"].item() == len(features) == TEST_SIZE * POSITIONS
        found[f"spectrum {seed}"] = torch.as_tensor(spectrum["eigenvalues"].item())
        own[f"spectrum {seed}"] = torch.as_tensor(np.linalg.eigvalsh(np.cov(features, rowvar=False))[::-1].copy())
        # all of attention counts with the block's hidden layer
        inside = [name for name, layer in network.parameter_layers.items() if layer == 4]
        assert {"attention_weight_4", "projection_weight_4", "weight_4"}.issubset(inside)
        norm = sum(network.get_parameter(name)[position].detach().square().sum() for name in inside) ** 0.5
        row = tables["weight_norm"].query(f"seed == {seed} and layer == 4")
        found[f"norm {seed}"], own[f"norm {seed}"] = torch.tensor(row["norm"].item()), norm
    assert_equal_to_rounding(found, own, 1e-5)
    if "probes" in tables:
        assert set(tables["probes"]["layer"]) == set(range(1, 7))
    for name in names:
        assert METRICS[name].inputs == ("images", "vectors", "tokens")
        assert metric_resources(metric_settings(name, {}), run, 2).mem_mb > 0
    assert training_resources(run, 2).mem_mb > 0


def complaints(run: RunSettings) -> str:
    return "; ".join(unfit_training(run))


def test_what_does_not_fit_is_refused() -> None:
    assert complaints(settings("row_sum")) == ""
    assert "model.normalize true: is for images" in complaints(settings("row_sum", normalize=True))
    images = small_settings().model_dump(mode="json", exclude_unset=True)
    on_images = RunSettings.model_validate({**images, "model": settings("row_sum").model.model_dump(mode="json")})
    assert "model.kind transformer: is for tokens" in complaints(on_images)
    on_tokens = RunSettings.model_validate(
        {**settings("row_sum").model_dump(mode="json"), "model": {"kind": "mlp", "depth": 2, "width": 3}}
    )
    assert "architectures that fit: transformer" in complaints(on_tokens)


def test_tied_outputs_need_a_token_for_every_class(monkeypatch: pytest.MonkeyPatch) -> None:
    assert complaints(settings("row_sum", tied=True)) == ""
    facts = TaskFacts(Tokens(POSITIONS, VOCABULARY), Classes(VOCABULARY + 1), 10, 10)
    monkeypatch.setattr("grokscope.config.fitting.task_facts", lambda data: facts)
    assert complaints(settings("row_sum", tied=True)) == (
        "model.tied true: there are 5 classes and only 4 tokens whose embeddings could give them; use false"
    )


def test_what_cannot_be_measured_has_a_reason() -> None:
    assert declaration(settings("row_sum").model).not_measured.keys() == {"neural_collapse"}


def test_the_module_that_draws_is_in_the_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(parts, "code_version", lambda *modules: asked.append(modules) or "")
    for run in (settings("row_sum"), small_settings(), small_settings(model={"init_scheme": "orthogonal"})):
        parts.training_code(run)
    own = "grokscope.models.transformer.initialise"
    by_weight = "grokscope.models.init_schemes.initialise"
    assert [(own in modules, by_weight in modules) for modules in asked] == [
        (True, False),
        (False, False),
        (False, True),
    ]


def test_in_words() -> None:
    words = run_in_words(settings("row_sum").model_dump(mode="json"))
    assert words == f"transformer of 2 blocks and width 16 on row_sum, N = {VOCABULARY**POSITIONS - TEST_SIZE}"
    assert "with gpt2 initialisation" in run_in_words(settings("row_sum", init_scheme="gpt2").model_dump(mode="json"))
