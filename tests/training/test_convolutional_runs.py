"""Small convolutional and residual networks are trained on a few images, and everything is measured on them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import torch

from grokscope.config.metric_settings import MetricsSettings
from grokscope.config.possible import impossible_metrics, impossible_training
from grokscope.config.resources import metric_resources, training_resources
from grokscope.config.run_settings import RunSettings
from grokscope.cost.made_up import made_up_samples
from grokscope.metrics.compute import compute_metric, network_of
from grokscope.metrics.tables import check_table
from grokscope.training.checkpoints import CheckpointStore
from grokscope.training.train import train_block

SEEDS = [3, 8]
METRICS: dict[str, dict[str, Any]] = {
    "accuracy": {},
    "local_complexity": {"radii": [0.01], "directions": 3, "points": {"train": 3, "test": 3, "random": 3}},
    "adversarial": {"epsilons": [0.05], "steps": 2, "points": 6},
    "attack_suite": {"epsilons": [0.05], "points": 4, "published_steps": 2, "steps": 2, "queries": 3, "targets": 2},
    "logit_geometry": {"points": 5},
    "margins": {"points": 5},
    "neural_collapse": {},
    "weight_norm": {},
    "spectra": {},
    "frame_deformation": {"radii": [0.1], "points": {"train": 3, "test": 3}},
}
MODELS: dict[str, dict[str, Any]] = {
    "cnn": {"kind": "cnn", "depth": 6, "dense_activation": False},
    "cnn with batch normalisation": {"kind": "cnn", "depth": 5, "batch_norm": True, "dense_batch_norm": False},
    "resnet": {"kind": "resnet", "blocks": 1},
    "resnet with batch normalisation": {"kind": "resnet", "blocks": 1, "stages": 3, "batch_norm": True},
    "resnet with another initialisation": {"kind": "resnet", "blocks": 1, "init_scheme": "orthogonal"},
    "resnet_imagenet": {"kind": "resnet_imagenet", "blocks": 1, "batch_norm": True},
    "resnet_imagenet with another initialisation": {
        "kind": "resnet_imagenet",
        "blocks": 1,
        "init_scheme": "kaiming_normal",
    },
}


@pytest.mark.parametrize("name", MODELS)
def test_a_run_is_planned_trained_and_measured(name: str, tmp_path: Path) -> None:
    run = RunSettings.model_validate(
        {
            "data": {"name": "cifar10", "train_size": 30, "test_size": 12},
            "model": {"width": 3, "normalize": True, **MODELS[name]},
            "training": {
                "steps": 4,
                "batch_size": 10,
                "loss": "cross_entropy",
                "optimizer": "adamw",
                "learning_rate": 1e-3,
            },
            "checkpoints": {"grid": "log", "count": 2},
        }
    )
    metrics = MetricsSettings.model_validate(METRICS)
    assert list(impossible_training(run)) == []
    assert list(impossible_metrics(run, metrics)) == []
    assert training_resources(run, len(SEEDS)).mem_mb > 0
    samples = made_up_samples(run.data, 30, 12)
    record = train_block(run, samples, SEEDS, tmp_path, stream=io.StringIO())
    assert record["finite"] == [True, True]
    first, last = (CheckpointStore(tmp_path).load(step) for step in (0, 4))
    assert first.keys() == network_of(run, len(SEEDS)).state_dict().keys()
    assert all(not torch.equal(first[key][0], last[key][0]) for key in first)
    for metric, settings, _ in metrics.items_in_order():
        stream = io.StringIO()
        table = compute_metric(metric, settings, run, samples, SEEDS, tmp_path, "run", stream=stream)
        check_table(metric, table)
        assert set(table["step"]) == set(record["checkpoint_steps"])
        assert set(table["seed"]) == set(SEEDS)
        assert metric_resources(settings, run, len(SEEDS)).mem_mb > 0


@pytest.mark.parametrize(
    ("model", "penalty", "complaint"),
    [
        (
            {"kind": "resnet"},
            {"rank_penalty": {"kind": "log_det", "strength": 0.1}},
            "training.rank_penalty.features activations: no nonlinearity follows layer `pooled` of architecture"
            " resnet; use preactivations",
        ),
        (
            {"kind": "cnn", "depth": 5, "dense_activation": False},
            {"region_penalty": {"strength": 0.1}},
            "training.region_penalty: no nonlinearity follows layer `linear 6` of architecture cnn, so its zero sets"
            " are no borders of regions; leave it out",
        ),
        ({"kind": "cnn", "depth": 5}, {"region_penalty": {"strength": 0.1}}, None),
        (
            {"kind": "resnet"},
            {"rank_penalty": {"kind": "log_det", "strength": 0.1, "features": "preactivations"}},
            None,
        ),
    ],
    ids=str,
)
def test_terms_of_the_loss_that_need_a_nonlinearity(
    model: dict[str, Any], penalty: dict[str, Any], complaint: str | None
) -> None:
    run = RunSettings.model_validate(
        {
            "data": {"name": "cifar10", "train_size": 30},
            "model": {"width": 3, **model},
            "training": {
                "steps": 4,
                "batch_size": 10,
                "loss": "cross_entropy",
                "optimizer": "adamw",
                "learning_rate": 1e-3,
                **penalty,
            },
            "checkpoints": {"grid": "log", "count": 2},
        }
    )
    assert list(impossible_training(run)) == ([] if complaint is None else [complaint])
