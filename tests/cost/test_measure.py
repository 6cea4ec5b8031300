"""Measuring what a job costs: sizes against real files, and times that are those of the clock."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import torch

from cost_support import CNN, EVERY_METRIC, METRICS, made_up, typed
from embedding_helpers import transformer_run
from grokscope.config.metric_settings import METRIC_NAMES, MetricsSettings
from grokscope.config.possible import impossible_metrics
from grokscope.cost import measure
from grokscope.cost.made_up import made_up_samples
from grokscope.cost.measure import extrapolated, median_step, metric_time, real_numbers, training_time
from grokscope.cost.shapes import checkpoint_bytes, metric_shape, training_shape
from grokscope.cost.shrink import first_share, shrunk
from grokscope.cost.timings import measure_times
from grokscope.data.catalogue import dataset_info
from grokscope.errors import UserError
from grokscope.metrics.adversarial.declaration import AdversarialSettings
from grokscope.metrics.embedding_map.declaration import EmbeddingMapSettings
from grokscope.metrics.local_complexity.declaration import LocalComplexitySettings, PointCounts
from grokscope.models.build import network_of_run
from grokscope.training.checkpoints import CheckpointStore
from training_support import small_settings, train_small

TOY = {"name": "regression_toy", "subset": "first", "label_noise": 0.0}
OF_TWO_NUMBERS = ("complexity_map", "regions_by_side")


@pytest.mark.parametrize("seeds", [1, 3])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("model", [{}, {"batch_norm": True, "depth": 11}, CNN], ids=["mlp", "deep", "cnn"])
def test_bytes_of_a_checkpoint_are_those_of_the_file(
    tmp_path: Path, model: dict[str, Any], dtype: str, seeds: int
) -> None:
    settings = typed(small_settings(model=model), dtype)
    store = CheckpointStore(tmp_path)
    store.save(7, network_of_run(settings, seeds).state_dict())
    assert checkpoint_bytes(settings, seeds) == store.path(7).stat().st_size


def test_bytes_of_all_checkpoints_of_a_training(tmp_path: Path) -> None:
    settings = small_settings()
    train_small(settings, [3, 8], tmp_path)
    files = list(tmp_path.glob("step_*.safetensors"))
    assert len(files) * checkpoint_bytes(settings, 2) == sum(path.stat().st_size for path in files)


def test_made_up_images_have_the_shape_of_the_data_set() -> None:
    dataset = made_up_samples(small_settings(data={"name": "cifar10"}).data, 1203, 7)
    assert dataset.train_inputs.shape == (1203, *dataset_info("cifar10").image_shape)
    assert dataset.test_inputs.shape[0] == 7
    assert sorted(set(dataset.train_targets.tolist())) == list(range(10))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("model", [{}, CNN], ids=["mlp", "cnn"])
def test_an_update_takes_time(model: dict[str, Any], dtype: str) -> None:
    found = training_time(typed(small_settings(model=model), dtype), 2, device="cpu", threads=1, budget_seconds=0.02)
    assert all(
        math.isfinite(value) and value > 0 for value in (found.step_seconds, found.save_seconds, found.state_bytes)
    )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", METRIC_NAMES)
@pytest.mark.parametrize("model", [{}, CNN], ids=["mlp", "cnn"])
def test_a_metric_takes_time(model: dict[str, Any], name: str, dtype: str) -> None:
    settings = typed(small_settings(model=model), dtype)
    if list(impossible_metrics(settings, MetricsSettings({name: EVERY_METRIC[name]}))):
        # it is for other networks, or for another task
        settings = typed(small_settings(data=TOY if name in OF_TWO_NUMBERS else {"subset": "first"}), dtype)
        settings = transformer_run(dtype=dtype) if name.startswith("embedding_") else settings
        assert not list(impossible_metrics(settings, MetricsSettings({name: EVERY_METRIC[name]})))
    found = metric_time(EVERY_METRIC[name], settings, 2, device="cpu", threads=1, budget_seconds=0.01)
    assert math.isfinite(found.checkpoint_seconds)
    assert found.checkpoint_seconds > 0
    assert found.setup_seconds >= 0
    assert found.checkpoint_values > 0


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_a_device_that_is_not_there_is_said() -> None:
    block, _ = made_up()
    with pytest.raises(UserError, match="no CUDA device here"):
        measure_times([block], device="cuda", threads=1, jobs=1)


def test_times_are_those_of_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(float(tick) for tick in range(10**6))
    monkeypatch.setattr(measure, "clock_of", lambda device, threads: lambda: next(ticks))
    assert training_time(small_settings(), 1, device="cpu", threads=1, budget_seconds=50).step_seconds == 1


def test_extrapolation() -> None:
    assert extrapolated([0.1, 0.4], [1 + 0.1 * 8, 1 + 0.4 * 8]) == pytest.approx(1 + 8)
    assert extrapolated([0.1, 0.4], [1 + 0.1 * 8, 1 + 0.4 * 8], repeats=5) == pytest.approx(1 + 40)
    assert extrapolated([0.25], [2.0]) == pytest.approx(8)
    assert extrapolated([0.1, 0.4], [3.0, 2.0]) == pytest.approx(2)  # noise: it does not get cheaper with more
    assert extrapolated([0.1, 0.4], [0.1, 2.0]) == pytest.approx(5)  # nor is there less than nothing at no image
    assert extrapolated([0.1, 1.0], [3.0, 7.0]) == pytest.approx(7)


def test_the_median_step_holds_what_comes_once_in_a_while() -> None:
    assert median_step([0.0, 1.0, 2.0, 50.0, 51.0]) == 1
    marks = [0.0]
    for step in range(100):
        marks.append(marks[-1] + (6.0 if step % 5 == 4 else 1.0))
    assert median_step(marks) == pytest.approx(2)


def test_shrunk_settings() -> None:
    settings = small_settings(data={"train_size": 1000, "test_size": 500})
    points = LocalComplexitySettings(radii=[0.1], points=PointCounts(train=0, test=100, random=400))
    run, own, repeats = shrunk(settings, points, 0.1)
    assert (run.data.train_size, run.data.test_size) == (100, 50)
    assert isinstance(own, LocalComplexitySettings)
    assert own.points == PointCounts(train=0, test=10, random=40)
    assert repeats == 1
    assert first_share(points, settings) == 4 / 400
    attack = AdversarialSettings(epsilons=[0.1], steps=50, points=None)
    assert first_share(attack, settings) == 4 / 1000
    run, own, repeats = shrunk(settings, attack, 1e-6)
    assert (run.data.train_size, run.data.test_size) == (2, 2)
    assert isinstance(own, AdversarialSettings)
    assert own.steps * repeats == 50
    maps = EmbeddingMapSettings(radius=0.1, grid=100, maps_at=[0, 6])
    run, own, repeats = shrunk(transformer_run(), maps, 0.01)  # checkpoints at steps 0, 1, 3 and 6
    assert run.data.train_size == 3
    assert isinstance(own, EmbeddingMapSettings)
    assert (own.grid, own.maps_at, repeats) == (10, [], 0.5)


def test_real_numbers() -> None:
    table = pd.DataFrame(
        {"seed": [1, 2], "split": ["train", "test"], "value": [0.5, 1.5], "eigenvalues": [[3.0, 2.0, 1.0], [1.0]]}
    )
    assert real_numbers(table) == 2 + 4


def test_shapes_tell_apart_what_takes_longer() -> None:
    settings = small_settings()
    same = small_settings(
        training={"steps": 9, "learning_rate": 0.5},
        data={"train_size": 90},
        checkpoints={"count": 3},
        model={"init_scale": 8.0},
    )
    assert training_shape(settings, 2) == training_shape(same, 2)
    others = [
        {"training": {"weight_decay": 0.0}},
        {"training": {"optimizer": "sgd"}},
        {"model": {"width": 13}},
        {"data": {"name": "fashion_mnist"}},
    ]
    shapes = {training_shape(small_settings(**other), 2) for other in others} | {
        training_shape(settings, 2),
        training_shape(settings, 3),
    }
    assert len(shapes) == 6
    accuracy = METRICS["accuracy"]
    assert metric_shape(accuracy, settings, 2) != metric_shape(accuracy, same, 2)
    assert metric_shape(accuracy, settings, 2) == metric_shape(accuracy, small_settings(training={"steps": 9}), 2)
