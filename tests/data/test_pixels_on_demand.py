"""Images of large sets stay bytes until they are computed with, and no bit of any result is another one for that."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from grokscope.config.resources import training_resources
from grokscope.config.run_settings import RunSettings
from grokscope.data import large as large_sets
from grokscope.data.catalogue import DATASETS
from grokscope.data.content import array_sha256
from grokscope.data.dataset import ImageDataset, write_dataset
from grokscope.data.declared import TaskFacts
from grokscope.data.load import load_samples
from grokscope.data.pixels_on_demand import PixelsOnDemand, on_demand
from grokscope.data.registry import task_facts
from grokscope.data.samples import Samples
from grokscope.files import write_json
from grokscope.metrics.compute import compute_metric
from grokscope.metrics.registry import METRICS
from grokscope.training.checkpoints import CheckpointStore
from grokscope.training.train import train_block

SEEDS = [3, 8]
BATCH, PIXELS = 10, 3 * 32 * 32
NETWORKS: list[dict[str, dict[str, Any]]] = [
    {
        "data": {"subset": "with_replacement"},
        "model": {"kind": "mlp", "depth": 3, "width": 12},
        "training": {"loss": "mse"},
    },
    {
        "data": {"label_noise": 0.2},
        "model": {"kind": "cnn", "depth": 2, "width": 3, "dense_width": 9, "normalize": True, "batch_norm": True},
        "training": {"loss": "cross_entropy"},
    },
    {
        "data": {},
        "model": {"kind": "mlp", "depth": 3, "width": 12, "normalize": True},
        "training": {"loss": "mse", "dtype": "float64", "jacobian_penalty": {"strength": 0.01, "projections": 1}},
    },
]
MEASURED: dict[str, dict[str, Any]] = {
    "accuracy": {},
    "loss": {},
    "spectra": {},
    "local_complexity": {"radii": [0.05], "directions": 3, "points": {"train": 5, "test": 5, "random": 5}},
    "adversarial": {"epsilons": [0.1], "steps": 2, "points": 20, "starts": ["none", "random"]},
    "adversarial_train": {"epsilons": [0.1], "steps": 2, "points": 5},
    "attack_suite": {"epsilons": [0.1], "published_steps": 2, "steps": 3, "restarts": 2, "queries": 5, "points": 5},
    "logit_geometry": {"points": 5},
    "margins": {},
    "neural_collapse": {},
    "frame_deformation": {"radii": [0.05], "points": {"train": 3, "test": 3}},
}


def settings_of(changes: dict[str, dict[str, Any]]) -> RunSettings:
    base: dict[str, dict[str, Any]] = {
        "data": {"name": "cifar10", "train_size": 35, "test_size": 20},
        "training": {"steps": 8, "batch_size": BATCH, "optimizer": "adamw", "learning_rate": 1e-3},
        "checkpoints": {"grid": "log", "count": 3},
    }
    return RunSettings.model_validate(
        {section: base.get(section, {}) | changes.get(section, {}) for section in {*base, *changes}}
    )


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    random = np.random.default_rng(2)

    def split(size: int) -> tuple[np.ndarray, np.ndarray]:
        return random.integers(256, size=(size, 3, 32, 32), dtype=np.uint8), random.integers(10, size=size)

    path = tmp_path_factory.mktemp("cache") / "cifar10.safetensors"
    write_json(
        path.with_suffix(".json"), {"file_sha256": write_dataset(ImageDataset("cifar10", *split(50), *split(30)), path)}
    )
    return path


def samples_of(settings: RunSettings, file: Path, *, large: bool, patch: pytest.MonkeyPatch) -> Samples:
    patch.setattr(large_sets, "LARGE_BYTES", 0 if large else 2**31)
    found = load_samples(settings.data, file)
    assert isinstance(found.train_inputs, PixelsOnDemand) is large
    return found


@pytest.mark.parametrize("changes", NETWORKS, ids=lambda changes: str(changes["model"]))
def test_trainings_and_tables_have_the_same_bits(
    changes: dict[str, dict[str, Any]], file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(changes)
    tables: list[dict[str, pd.DataFrame]] = []
    records, checkpoints = [], []
    # one needs images that all seeds share, the other linear layers
    not_measured = {"adversarial_train"} if settings.data.subset == "with_replacement" else set()
    not_measured |= {"neural_collapse"} if settings.model.kind == "cnn" else set()
    for large in (False, True):
        samples = samples_of(settings, file, large=large, patch=monkeypatch)
        folder = tmp_path / str(large)
        records.append(train_block(settings, samples, SEEDS, folder, stream=io.StringIO()))
        store = CheckpointStore(folder)
        checkpoints.append({step: store.load(step) for step in store.steps()})
        tables.append({})
        for name, given in MEASURED.items():
            metric = METRICS[name].settings(metric=name, **given)
            if name in not_measured:
                continue
            tables[-1][name] = compute_metric(
                name, metric, settings, samples, SEEDS, folder, "run", stream=io.StringIO()
            )
    assert records[0]["identity"] == records[1]["identity"]
    assert checkpoints[0].keys() == checkpoints[1].keys()
    for step, tensors in checkpoints[0].items():
        for name, tensor in tensors.items():
            assert torch.equal(tensor, checkpoints[1][step][name])
    for name, table in tables[0].items():
        pd.testing.assert_frame_equal(table, tables[1][name], check_exact=True)


def test_a_training_makes_pixels_of_no_more_than_its_batches(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    real = PixelsOnDemand.made

    def watched(self: PixelsOnDemand) -> torch.Tensor:
        if self.steps:
            made.append(self.numel())
        return real(self)

    monkeypatch.setattr(PixelsOnDemand, "made", watched)
    settings = settings_of(NETWORKS[1])
    samples = samples_of(settings, file, large=True, patch=monkeypatch)
    train_block(settings, samples, SEEDS, tmp_path, stream=io.StringIO())
    # the last batch of the 35 samples has 5
    assert set(made) == {len(SEEDS) * samples_in_batch * PIXELS for samples_in_batch in (BATCH, 5)}
    made.clear()
    metric = METRICS["accuracy"].settings(metric="accuracy")
    monkeypatch.setattr("grokscope.metrics.accuracy.measure.samples_per_chunk", lambda *_: 7)
    compute_metric("accuracy", metric, settings, samples, SEEDS, tmp_path, "run", stream=io.StringIO())
    assert set(made) == {7 * PIXELS, 6 * PIXELS}


def test_the_hash_is_that_of_the_bytes(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(NETWORKS[0])
    plain, large = (samples_of(settings, file, large=large, patch=monkeypatch) for large in (False, True))
    assert array_sha256(large.train_inputs) == array_sha256(plain.train_inputs)


def test_every_operation_is_that_of_the_pixels() -> None:
    stored = np.random.default_rng(0).integers(256, size=(2, 6, 3, 4, 4), dtype=np.uint8)
    ours, plain = on_demand(stored).to(torch.float32).div_(255), torch.from_numpy(stored).to(torch.float32).div_(255)
    chosen = torch.tensor([4, 0])
    for of in (
        lambda x: x.flatten(2),
        lambda x: x.flatten(0, 1).index_select(0, chosen),
        lambda x: x[:, 1:3],
        lambda x: x[0, chosen],
        lambda x: x.double(),
        lambda x: x.double()[:, :1],
        lambda x: x.split(4, dim=1)[1],
        lambda x: x.expand(2, 6, 3, 4, 4)[1],
        lambda x: x.mean(),
        lambda x: x + x,
        lambda x: torch.cat([x, x]),
        lambda x: torch.stack([x[0], x[1]]),
        lambda x: x.clone(),
        lambda x: x.permute(1, 0, 2, 3, 4).contiguous(),
        lambda x: torch.zeros(3, dtype=torch.float64).to(x),
        lambda x: torch.func.jvp(lambda y: y**2, (x,), (torch.ones(2, 6, 3, 4, 4),))[1],
    ):
        for mode in (torch.no_grad, torch.inference_mode, torch.enable_grad):
            with mode():
                found, wanted = of(ours), of(plain)
                assert found.dtype == wanted.dtype
                assert found.device == wanted.device
                assert torch.equal(found.clone(), wanted)


def test_gradients_in_the_pixels_are_those_of_the_pixels() -> None:
    stored = np.random.default_rng(0).integers(256, size=(3, 4), dtype=np.uint8)
    gradients = []
    for images in (on_demand(stored), torch.from_numpy(stored)):
        pixels = images.to(torch.float32).div_(255)[1:].expand(2, 4).detach().requires_grad_()
        (pixels**3).sum().backward()
        gradients.append(pixels.grad)
    assert torch.equal(*gradients)


def test_only_sets_whose_pixels_would_fill_the_memory_are_treated_so() -> None:
    def facts(name: str) -> TaskFacts:
        return task_facts(settings_of({**NETWORKS[1], "data": {"name": name, "train_size": 35}}).data)

    large = [name for name in DATASETS if large_sets.stays_bytes(facts(name))]
    assert large == ["imagenette_128", "imagenette_160", "imagenette_224"]


@pytest.mark.parametrize("size", [64, 224])
def test_a_job_asks_for_no_memory_for_pixels_that_stay_bytes(size: int) -> None:
    settings = settings_of(
        {
            "data": {"name": f"imagenette_{size}", "train_size": 9469},
            "model": {"kind": "cnn", "depth": 2, "width": 4},
            "training": {"loss": "cross_entropy"},
        }
    )
    megabytes = training_resources(settings, 1).mem_mb
    as_bytes, as_numbers = (9469 * 3 * size * size * width / 1e6 for width in (1, 4))
    assert megabytes > as_bytes
    assert (megabytes < 2 * as_bytes + as_numbers) is (size == 224)
