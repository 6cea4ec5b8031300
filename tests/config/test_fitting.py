"""Parts that make no sense for a task are refused by name, with what to do about it, before anything starts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from experiments_support import REPOSITORY
from grokscope.config.metric_settings import MetricsSettings
from grokscope.config.possible import impossible_metrics, impossible_training
from grokscope.config.start import load_plan
from grokscope.data.registry import NAMES
from grokscope.errors import UserError
from grokscope.models.registry import MODELS
from grokscope.training.registry import LOSSES
from task_support import register_tokens, token_settings, toy_settings, write_toy_experiments
from training_support import small_settings

TOY = "and task regression_toy has"
METRICS: dict[str, dict[str, Any]] = {
    "accuracy": {},
    "loss": {},
    "weight_norm": {},
    "spectra": {},
    "probes": {},
    "local_complexity": {"radii": [0.1], "directions": 2},
    "adversarial": {"epsilons": [0.1]},
    "attack_suite": {"epsilons": [0.1]},
    "logit_geometry": {},
    "apgd": {"epsilons": [0.1]},
    "input_gradients": {},
    "zero_loss": {},
    "logit_scale": {"factors": [1], "epsilons": [0.1]},
}

OF_CLASSES = ("adversarial", "attack_suite", "logit_geometry", "apgd", "input_gradients", "logit_scale")
"""Metrics that need one class for each sample, and inputs that can be moved a little."""


def fitting(known: Mapping[str, Any], target: str, kind_of_input: str | None = None) -> str:
    """The parts of a registry that are for this target, and this input: a message names them all, in its order."""
    names = [
        name
        for name, part in known.items()
        if target in part.targets and (kind_of_input is None or kind_of_input in part.inputs)
    ]
    return ", ".join(names)


def test_parts_that_fit_are_those_that_say_so() -> None:
    assert "mse" in fitting(LOSSES, "values").split(", ")
    assert not {"cross_entropy", "normalized_cross_entropy"} & set(fitting(LOSSES, "values").split(", "))
    assert "mlp" in fitting(MODELS, "values", "vectors").split(", ")
    assert not {"cnn", "resnet", "transformer"} & set(fitting(MODELS, "values", "vectors").split(", "))


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        (
            {"training": {"loss": "cross_entropy"}},
            "training.loss cross_entropy: is for one class for each sample or a class for each position,"
            f" {TOY} values; losses that fit: {fitting(LOSSES, 'values')}",
        ),
        (
            {"model": {"kind": "cnn"}},
            f"model.kind cnn: is for images, {TOY} vectors; architectures that fit:"
            f" {fitting(MODELS, 'values', 'vectors')}",
        ),
        (
            {"data": {"label_noise": 0.1}},
            f"data.label_noise 0.1: is for one class for each sample, {TOY} values; use 0",
        ),
        (
            {"data": {"subset": "balanced"}},
            "data.subset balanced: regression_toy has no classes of known sizes; use first",
        ),
        ({"model": {"normalize": True}}, f"model.normalize true: is for images, {TOY} vectors; use false"),
    ],
)
def test_what_the_toy_cannot_be_trained_with(changes: dict[str, dict[str, Any]], complaint: str) -> None:
    assert list(impossible_training(toy_settings(**changes))) == [complaint]


def complaints(settings: Any) -> dict[str, str]:
    """Complaint about each metric that is refused on a run, by its name."""
    found = impossible_metrics(settings, MetricsSettings.model_validate(METRICS))
    return {complaint.split(":")[0].removeprefix("metrics."): complaint for complaint in found}


def test_metrics_by_task(monkeypatch: pytest.MonkeyPatch) -> None:
    register_tokens(monkeypatch)
    assert set(complaints(small_settings())) == set()
    refused = complaints(toy_settings())
    assert set(refused) == {"accuracy", "probes", "zero_loss", *OF_CLASSES}
    assert refused["accuracy"] == (
        "metrics.accuracy: is for one class for each sample or a class for each position,"
        f" {TOY} values; leave it out, or write `accuracy: null` where it is inherited"
    )
    assert set(complaints(token_settings("row_sum"))) == {"local_complexity", *OF_CLASSES}
    assert set(complaints(token_settings("reversal"))) == {"local_complexity", "probes", *OF_CLASSES}


def test_more_directions_than_numbers() -> None:
    metrics = MetricsSettings.model_validate({"local_complexity": {"radii": [0.1]}})
    (complaint,) = impossible_metrics(toy_settings(), metrics)
    assert complaint == "metrics.local_complexity.directions 25: samples of regression_toy have 2 numbers"


def test_tokens_need_a_network_for_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    register_tokens(monkeypatch)
    assert list(impossible_training(token_settings("reversal"))) == []
    (complaint,) = impossible_training(
        small_settings(data={"name": "row_sum", "train_size": 48, "subset": "first", "label_noise": 0.0})
    )
    of_tokens = fitting(MODELS, "classes", "tokens")
    assert {"transformer", "mixer"} <= set(of_tokens.split(", "))
    assert complaint.endswith(
        f"is for images or vectors, and task row_sum has tokens; architectures that fit: {of_tokens}"
    )
    penalties: dict[str, dict[str, object]] = {
        "rank_penalty": {"kind": "log_det", "strength": 0.1},
        "jacobian_penalty": {"strength": 0.1},
        "region_penalty": {"strength": 0.1},
    }
    for key, penalty in penalties.items():
        (complaint,) = impossible_training(token_settings("reversal", **{key: penalty}))
        assert complaint.startswith(f"training.{key}: is for images and vectors")


def planned(tmp_path: Path, key: str, values: dict[str, Any]) -> Any:
    file = write_toy_experiments(tmp_path / "toy.yaml", key, values)
    return load_plan({"scale": "paper", "experiments": [str(file)], "figures": ["toy_rank"]}, REPOSITORY)[1]


def test_the_toy_is_planned(tmp_path: Path) -> None:
    plan = planned(tmp_path, "data", {"draw": 2})
    assert sorted(plan.runs) == ["regression_toy-d2", "regression_toy-d3"]
    assert plan.runs["regression_toy-d2"].settings.data.model_dump()["draw"] == 2


@pytest.mark.parametrize(
    ("key", "values", "words"),
    [
        ("training", {"loss": "cross_entropy"}, "run regression_toy-d2: training.loss cross_entropy: is for"),
        (
            "training",
            {"loss": "no_such_loss"},
            f"training.loss: should be one of {', '.join(LOSSES)} (got 'no_such_loss')",
        ),
        ("metrics", {"accuracy": {}}, "run regression_toy-d2: metrics.accuracy: is for"),
        ("metrics", {"loss": {"every": 0}}, "metrics.loss.every: should be greater than 0"),
        ("metrics", {"late": {"metric": "loss", "every": 0}}, "metrics.late.every: should be greater than 0"),
        ("data", {"draw": -1}, "data.draw: should be greater than or equal to 0"),
        ("data", {"drow": 1}, "data.drow: unknown key"),
        ("data", {"name": "toy"}, f"data.name: should be one of {', '.join(NAMES)} (got 'toy')"),
    ],
)
def test_refused_in_one_line_with_file_and_key(key: str, values: dict[str, Any], words: str, tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        planned(tmp_path, key, values)
    message = str(caught.value)
    assert "\n" not in message
    assert "toy.yaml" in message
    assert words in message
