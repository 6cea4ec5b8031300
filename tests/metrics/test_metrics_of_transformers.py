"""Every metric that makes sense on tokens, measured on trained transformers from their checkpoints."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from torch.nn import functional

from embedding_helpers import SEEDS, alone, embed, transformer_run
from grokscope.analysis.block_tables import read_block_ranks
from grokscope.config.metric_settings import MetricsSettings, metric_settings
from grokscope.config.possible import impossible_metrics
from grokscope.config.resources import metric_resources
from grokscope.config.run_settings import RunSettings
from grokscope.data.load import load_samples
from grokscope.metrics.compute import compute_metric, network_of
from grokscope.metrics.compute_arrays import compute_arrays
from grokscope.metrics.declared_arrays import ArraysSettings
from grokscope.metrics.tables import write_table
from grokscope.training.checkpoints import CheckpointStore
from grokscope.training.train import train_block
from margins import assert_equal_to_rounding
from task_support import register_tokens

METRICS: dict[str, dict[str, Any]] = {
    "accuracy": {},
    "loss": {},
    "weight_norm": {},
    "spectra": {},
    "zero_loss": {},
    "embedding_complexity": {
        "radii": [0.3],
        "relative_radii": [0.1],
        "directions": 3,
        "points": {"train": 3, "test": 3, "random": 2},
    },
    "embedding_attack": {"epsilons": [0.1], "relative_epsilons": [0.5], "steps": 2},
    "embedding_map": {"radius": 0.4, "directions": 3, "grid": 3, "maps_at": [0, 6]},
}
LAYERS = range(1, 7)


@pytest.fixture(params=["one class for each sample", "one for each position"])
def run(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> RunSettings:
    if "sample" in request.param:
        return transformer_run()
    register_tokens(monkeypatch)
    return transformer_run({"name": "reversal", "train_size": 20})


def measured(name: str, run: RunSettings, folder: Path) -> pd.DataFrame:
    settings = metric_settings(name, METRICS.get(name, {}))
    samples = load_samples(run.data)
    assert metric_resources(settings, run, len(SEEDS)).mem_mb > 0
    return compute_metric(name, settings, run, samples, SEEDS, folder, "r", stream=io.StringIO())


@pytest.mark.trained
def test_what_is_measured(run: RunSettings, tmp_path: Path) -> None:
    samples = load_samples(run.data)
    assert list(impossible_metrics(run, MetricsSettings.model_validate(METRICS))) == []
    train_block(run, samples, SEEDS, tmp_path, stream=io.StringIO())
    tables = {name: measured(name, run, tmp_path) for name in METRICS}
    write_table(tmp_path / "spectra.parquet", "spectra", tables["spectra"])
    ranks = read_block_ranks(tmp_path / "spectra.parquet", "r")
    network = network_of(run, len(SEEDS))
    network.load_state_dict(CheckpointStore(tmp_path).load(6))
    targets, found, expected = torch.as_tensor(samples.test_targets), {}, {}
    for place, seed in enumerate(SEEDS):
        at_end = {name: table[(table["seed"] == seed) & (table["step"] == 6)] for name, table in tables.items()}
        with torch.no_grad():
            layers = alone(network, place)(embed(network, place, torch.as_tensor(samples.test_inputs)))
        logits = layers[-1]
        accuracy = at_end["accuracy"].query("split == 'test'")["accuracy"].item()
        assert accuracy == pytest.approx((logits.argmax(dim=-1) == targets).double().mean().item())
        clean = at_end["embedding_attack"].query("epsilon == 0")["accuracy"]
        assert len(clean) > 0
        found[f"clean {seed}"] = torch.as_tensor(clean.to_numpy(copy=True))
        expected[f"clean {seed}"] = torch.full((len(clean),), accuracy, dtype=torch.float64)
        loss = functional.cross_entropy(logits.flatten(0, -2), targets.flatten())
        found[f"loss {seed}"] = torch.tensor(
            at_end["loss"].query("split == 'test'")["loss"].item(), dtype=torch.float64
        )
        expected[f"loss {seed}"] = loss
        norms = at_end["weight_norm"].set_index("layer")["norm"]
        assert list(norms.index) == [0, *LAYERS]
        embeddings = [network.get_parameter(f"{name}_embedding")[place] for name in ("token", "position")]
        found[f"norm {seed}"] = torch.tensor([norms[1], norms[0]])
        expected[f"norm {seed}"] = torch.stack(
            [
                torch.sqrt(sum(parameter.detach().square().sum() for parameter in parameters))  # type: ignore[arg-type]
                for parameters in (embeddings, [parameter[place] for parameter in network.parameters()])
            ]
        )
        for layer, shape in zip(LAYERS, (6, 7, 6, 7, 6, logits.shape[-1]), strict=True):
            row = at_end["spectra"].query(f"layer == {layer}")
            features = layers[layer - 1].reshape(-1, shape).numpy()
            assert row["points"].item() == len(features)
            own = np.linalg.eigvalsh(np.cov(features, rowvar=False))[::-1]
            found[f"spectrum {layer} {seed}"] = torch.as_tensor(row["eigenvalues"].item())
            expected[f"spectrum {layer} {seed}"] = torch.as_tensor(own.copy())
            rank = ranks.query(f"seed == {seed} and step == 6 and layer == {layer} and definition == 'relative_1e-3'")
            assert rank["rank"].item() in range(1, shape + 1)
        complexity = at_end["embedding_complexity"]
        assert set(complexity["layer"]) == {0, 2, 4}
        assert complexity["value"].notna().all()
    assert set(tables["embedding_map"]["step"]) == {0, 6}
    assert_equal_to_rounding(found, expected, 1e-9)


@pytest.mark.trained
def test_maps_come_from_the_checkpoints(run: RunSettings, tmp_path: Path) -> None:
    samples, name = load_samples(run.data), "embedding_map"
    train_block(run, samples, SEEDS, tmp_path, stream=io.StringIO())
    settings, stream = metric_settings(name, METRICS[name]), io.StringIO()
    assert isinstance(settings, ArraysSettings)
    table = measured(name, run, tmp_path)
    arrays = compute_arrays(name, settings, run, samples, SEEDS, tmp_path, "r", stream=stream)
    found, expected = {}, {}
    for (seed, step), rows in table.groupby(["seed", "step"]):
        maps = next(array for key, array in arrays.items() if (key.name, key.seed, key.step) == ("maps", seed, step))
        found[f"{seed} {step}"] = torch.as_tensor(rows.set_index("layer")["value"].loc[[2, 4]].to_numpy(copy=True))
        expected[f"{seed} {step}"] = torch.as_tensor(maps.mean(axis=(1, 2)))
    assert len(found) == 4
    assert_equal_to_rounding(found, expected, 1e-9)
    assert sorted({key.step for key, array in arrays.items() if array.size}) == [0, 6]


def test_probes_see_every_layer(tmp_path: Path) -> None:
    run = transformer_run()
    train_block(run, load_samples(run.data), SEEDS, tmp_path, stream=io.StringIO())
    table = measured("probes", run, tmp_path)
    assert set(table["layer"]) == set(LAYERS)
    assert table["accuracy"].between(0, 1).all()
