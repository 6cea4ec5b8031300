"""A perceptron on the regression toy: the loop against torch's own layers, loss and optimiser; and what is measured on
it.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn
from torch.nn import functional

from grokscope.config.metric_settings import metric_settings
from grokscope.config.run_settings import RunSettings
from grokscope.data.load import load_samples
from grokscope.metrics.compute import compute_metric, network_of
from grokscope.metrics.local_complexity.frames import random_points, shared_frame
from grokscope.progress import Progress
from grokscope.results.parts import made_content
from grokscope.training.batches import Batches
from grokscope.training.checkpoints import CheckpointStore
from grokscope.training.train import train_block
from margins import assert_equal_to_rounding, assert_mean_above, assert_mean_below
from metrics_helpers import brute_force
from task_support import toy_settings
from training_support import small_settings, train_small

SEEDS = [3, 8]


def trained(settings: RunSettings, folder: Path, seeds: list[int] = SEEDS) -> dict[str, Any]:
    samples = load_samples(settings.data)
    return train_block(settings, samples, seeds, folder, stream=io.StringIO())


def measured(name: str, settings: RunSettings, folder: Path, seeds: list[int] = SEEDS, **values: Any) -> pd.DataFrame:
    samples = load_samples(settings.data)
    of_metric = metric_settings(name, values)
    return compute_metric(name, of_metric, settings, samples, seeds, folder, "r", stream=io.StringIO())


@pytest.mark.trained
def test_it_is_adamw_on_the_mean_squared_error_of_the_values(tmp_path: Path) -> None:
    settings = toy_settings()
    trained(settings, tmp_path)
    samples = load_samples(settings.data)
    inputs, values = torch.as_tensor(samples.train_inputs), torch.as_tensor(samples.train_targets)
    start, store = CheckpointStore(tmp_path).load(0), CheckpointStore(tmp_path)
    expected: dict[str, list[torch.Tensor]] = {}
    for position, seed in enumerate(SEEDS):
        layers = [nn.Linear(*sizes, dtype=torch.float64) for sizes in ((2, 12), (12, 12), (12, 1))]
        with torch.no_grad():
            for number, layer in enumerate(layers, start=1):
                layer.weight.copy_(start[f"weight_{number}"][position].T)
                layer.bias.copy_(start[f"bias_{number}"][position, 0])
        model = nn.Sequential(layers[0], nn.ReLU(), layers[1], nn.ReLU(), layers[2])
        optimiser = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
        batches = Batches([seed], 60, 25)
        for step in range(40):
            chosen = batches.indices(step)[0]
            optimiser.zero_grad()
            functional.mse_loss(model(inputs[chosen]), values[chosen]).backward()
            optimiser.step()
        for number, layer in enumerate(layers, start=1):
            expected.setdefault(f"weight_{number}", []).append(layer.weight.T)
            expected.setdefault(f"bias_{number}", []).append(layer.bias[None])
    stacked = {name: torch.stack(tensors).detach() for name, tensors in expected.items()}
    assert_equal_to_rounding(store.load(40), stacked, 1e-9)


@pytest.mark.trained
def test_it_learns_the_function(tmp_path: Path) -> None:
    """After 400 updates the test loss is well below the variance of the values, which is what a constant leaves."""
    settings = toy_settings(
        data={"train_size": 1000, "test_size": 1000},
        model={"depth": 5, "width": 30},
        training={"steps": 400, "batch_size": 100},
    )
    seeds = list(range(5))
    trained(settings, tmp_path, seeds)
    table = measured("loss", settings, tmp_path, seeds)
    variance = float(load_samples(settings.data).test_targets.var())
    last = table[(table["step"] == 400) & (table["split"] == "test")]["loss"].to_numpy()
    assert_mean_below(last, variance / 2)
    first = table[(table["step"] == 0) & (table["split"] == "test")]["loss"].to_numpy()
    assert_mean_above(first, variance / 2)


@pytest.mark.trained
def test_what_is_measured(tmp_path: Path) -> None:
    settings = toy_settings()
    trained(settings, tmp_path)
    samples = load_samples(settings.data)
    network = network_of(settings, 2)
    network.load_state_dict(CheckpointStore(tmp_path).load(40))
    test = samples.test_inputs[np.arange(50) * len(samples.test_inputs) // 50]
    loss = measured("loss", settings, tmp_path)
    with torch.no_grad():
        outputs = network(torch.as_tensor(samples.train_inputs)[None]).numpy()
        layers = network.preactivations(torch.as_tensor(test)[None])
    for position, seed in enumerate(SEEDS):
        row = loss[(loss["seed"] == seed) & (loss["step"] == 40) & (loss["split"] == "train")]
        assert row["loss"].item() == pytest.approx(np.mean((outputs[position] - samples.train_targets) ** 2))
    spectra = measured("spectra", settings, tmp_path)
    found: dict[str, torch.Tensor] = {}
    expected: dict[str, torch.Tensor] = {}
    for row in spectra[spectra["step"] == 40].itertuples():
        features = layers[row.layer - 1][SEEDS.index(row.seed)].numpy()
        own = np.linalg.eigvalsh(np.atleast_2d(np.cov(features, rowvar=False)))[::-1]
        found[f"{row.layer} {row.seed}"] = torch.as_tensor(row.eigenvalues)
        expected[f"{row.layer} {row.seed}"] = torch.as_tensor(own.copy())
    assert_equal_to_rounding(found, expected, 1e-9)
    norms = measured("weight_norm", settings, tmp_path)
    assert set(norms["layer"]) == {0, 1, 2, 3}


def test_random_points_lie_in_the_box_of_the_vectors() -> None:
    in_box = random_points(12, (2,), -10.0, 10.0)
    np.testing.assert_allclose(in_box, 20 * random_points(12, (2,)) - 10, atol=1e-14)
    assert in_box.abs().max() > 5


@pytest.mark.trained
def test_local_complexity_in_the_box_of_the_vectors(tmp_path: Path) -> None:
    """Against every vertex taken through the network alone; random points lie in the whole square."""
    settings = toy_settings()
    trained(settings, tmp_path)
    points = {"train": 0, "test": 0, "random": 12}
    table = measured("local_complexity", settings, tmp_path, radii=[0.5, 2.0], directions=2, points=points)
    network = network_of(settings, 2)
    network.load_state_dict(CheckpointStore(tmp_path).load(40))
    in_box = random_points(12, (2,), -10.0, 10.0)
    for radius in (0.5, 2.0):
        cuts = brute_force(network, in_box, shared_frame((2,), 2), radius)
        assert cuts.sum() > 0
        for position, seed in enumerate(SEEDS):
            rows = table[(table["seed"] == seed) & (table["step"] == 40) & (table["radius"] == radius)]
            expected = [cuts[position].sum(axis=1).mean(), *cuts[position].mean(axis=0)]
            found = torch.tensor(rows.sort_values("layer")["value"].tolist(), dtype=torch.float64)
            assert_equal_to_rounding({"value": found}, {"value": torch.tensor(expected, dtype=torch.float64)}, 1e-9)


def test_progress_speaks_of_accuracy_only_where_there_are_classes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(Progress, "update", lambda self, done, describe: said.append(describe()))
    trained(toy_settings(), tmp_path / "toy")
    train_small(small_settings(), SEEDS, tmp_path / "digits")
    assert re.fullmatch(r"batch loss \S+ \S+", said[0])
    assert re.fullmatch(r"batch loss \S+ \S+, batch accuracy \S+ \S+", said[-1])


def test_settings_and_code_stand_in_for_the_content(tmp_path: Path) -> None:
    record = trained(toy_settings(data={"draw": 5}), tmp_path)
    identity = record["identity"]
    assert identity["settings"]["data"] == {"name": "regression_toy", "train_size": 60, "draw": 5}
    assert identity["data"] == {
        "name": "regression_toy",
        "vector_length": 2,
        "lowest": -10.0,
        "highest": 10.0,
        "values": 1,
        **(made_content(toy_settings()) or {}),
    }
    assert len(identity["data"]["code"]) == 16
