"""Settings that cannot be trained or measured are named before anything starts."""

from pathlib import Path
from typing import Any

import pytest

from grokscope.config.metric_settings import MetricsSettings
from grokscope.config.named import PACKAGE, function_parameters
from grokscope.config.possible import impossible_metrics, impossible_training
from training_support import small_settings


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"data": {"name": "cifar10", "train_size": 50_001}}, "data.train_size 50001: cifar10 has 50000"),
        (
            {"data": {"subset": "balanced", "train_size": 54_220}},
            "data.train_size 54220: balanced, but mnist has only 5421",
        ),
        ({"model": {"batch_norm": True}, "data": {"train_size": 101}}, "training.batch_size 25"),
        ({"model": {"batch_norm": True}, "training": {"batch_size": 1}}, "training.batch_size 1"),
        ({"training": {"betas": (0.9, 1.0)}}, "training.betas [0.9, 1.0]"),
        ({"training": {"betas": (-0.1, 0.9)}}, "training.betas [-0.1, 0.9]"),
    ],
)
def test_impossible_trainings(changes: dict[str, dict[str, Any]], words: str) -> None:
    (complaint,) = impossible_training(small_settings(**changes))
    assert words in complaint


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"data": {"train_size": 60_000, "subset": "first"}},
        {"data": {"train_size": 60_001, "subset": "with_replacement"}},
        {"data": {"train_size": 54_210}},
        {"model": {"batch_norm": True}},
        {"training": {"betas": (0.0, 0.999)}},
    ],
)
def test_possible_trainings(changes: dict[str, dict[str, Any]]) -> None:
    assert list(impossible_training(small_settings(**changes))) == []


@pytest.mark.parametrize(
    ("metrics", "words"),
    [
        ({"local_complexity": {"radii": [0.1, 0.1]}}, "metrics.local_complexity.radii [0.1, 0.1]"),
        (
            {"local_complexity": {"radii": [0.1], "directions": 785}},
            "metrics.local_complexity.directions 785: samples of mnist have 784 numbers",
        ),
        (
            {"local_complexity": {"radii": [0.1], "points": {"train": 0, "test": 0, "random": 0}}},
            "metrics.local_complexity.points",
        ),
        ({"adversarial": {"epsilons": [0.1, 0.2, 0.1]}}, "metrics.adversarial.epsilons"),
        ({"probes": {"kinds": ["ridge", "ridge"]}}, "metrics.probes.kinds"),
    ],
)
def test_impossible_metrics(metrics: dict[str, Any], words: str) -> None:
    (complaint,) = impossible_metrics(small_settings(), MetricsSettings.model_validate(metrics))
    assert words in complaint


def test_possible_metrics() -> None:
    metrics = {
        "accuracy": {},
        "local_complexity": {"radii": [0.1], "directions": 784, "points": {"train": 0, "test": 1, "random": 0}},
    }
    assert list(impossible_metrics(small_settings(), MetricsSettings.model_validate(metrics))) == []


def test_parameters_of_an_estimand_are_read_from_its_source(tmp_path: Path) -> None:
    module = tmp_path / "made_up.py"
    module.write_text("def estimate(inputs, axis, where=None, *, event, share=0.5):\n    pass\n")
    assert function_parameters(module, "estimate", given=1) == (["axis", "where", "event", "share"], ["axis", "event"])
    assert function_parameters(PACKAGE / "analysis/estimands/event_step_by_axis.py", "estimate", given=1)[1] == [
        "axis",
        "event",
    ]
