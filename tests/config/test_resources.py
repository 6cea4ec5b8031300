"""What jobs ask a cluster for follows from the settings of their run, without torch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from grokscope.config.metric_settings import MetricsSettings, metric_settings
from grokscope.config.resources import LONGEST_TRAINING, checkpoint_count, metric_resources, training_resources
from grokscope.config.run_settings import CheckpointSettings, RunSettings
from grokscope.config.start import load_plan
from grokscope.data.declared import Classes, Images
from grokscope.models.build import build_network
from grokscope.models.declared import ModelSettings
from grokscope.models.registry import layers_of, model_settings
from grokscope.training.schedule import checkpoint_steps
from training_support import small_settings

REPOSITORY = Path(__file__).parents[2]
_, PAPER = load_plan(
    {"scale": "paper", "experiments": [f"experiments/{name}" for name in ("deep_grokking", "always_grok")]}, REPOSITORY
)
DEEP, SHALLOW, CNN = (
    "mnist-mlp-d12-w400-n7000-init8-wd0.01",
    "mnist-mlp-d4-w200-n1000-init1-wd0.01",
    "cifar10-cnn-d5-w32-n50000-init1-wd0",
)
METRICS = MetricsSettings.model_validate(
    {
        "accuracy": {},
        "weight_norm": {},
        "spectra": {},
        "probes": {"kinds": ["ridge", "logistic", "published"]},
        "local_complexity": {"radii": [0.05]},
        "adversarial": {"epsilons": [0.06]},
        "attack_suite": {"epsilons": [0.06]},
        "logit_geometry": {},
        "apgd": {"epsilons": [0.06]},
        "input_gradients": {},
        "zero_loss": {},
        "logit_scale": {"factors": [1, 10], "epsilons": [0.06]},
    }
)


@pytest.mark.parametrize(
    ("model", "image_shape"),
    [
        (model_settings(kind="mlp", depth=4, width=30), (1, 28, 28)),
        (model_settings(kind="mlp", depth=3, width=30, bottleneck=4), (3, 32, 32)),
        (model_settings(kind="mlp", depth=1, width=30), (1, 28, 28)),
        (model_settings(kind="cnn", depth=5, width=4), (3, 32, 32)),
        (model_settings(kind="cnn", depth=6, width=3, dense_width=11), (1, 28, 28)),
        (model_settings(kind="resnet", width=4), (3, 32, 32)),
        (model_settings(kind="resnet", width=3, stages=5, blocks=1), (1, 28, 28)),
        (model_settings(kind="resnet_imagenet", width=4), (3, 64, 48)),
        (model_settings(kind="resnet_imagenet", width=3, stages=2, blocks=3), (1, 27, 28)),
    ],
)
def test_layers_are_those_of_the_network(model: ModelSettings, image_shape: tuple[int, int, int]) -> None:
    layers = layers_of(model, Images(image_shape), Classes(10))
    network = build_network(model, Images(image_shape), Classes(10), 1)
    assert sum(layer.parameters for layer in layers) == sum(parameter.numel() for parameter in network.parameters())
    with FlopCounterMode(display=False) as counted, torch.no_grad():
        made = network.preactivations(torch.zeros(1, 1, *image_shape))
    assert [layer.shape for layer in layers] == [tuple(tensor.shape[2:]) for tensor in made]
    assert 2 * sum(layer.multiply_adds for layer in layers) == counted.get_total_flops()


@pytest.mark.parametrize("grid", ["omnigrok", "grok_adversarial", "log"])
@pytest.mark.parametrize("steps", [1, 40, 300, 12_345, 100_000, 258_000])
def test_checkpoints_are_not_counted_short(grid: str, steps: int) -> None:
    checkpoints = CheckpointSettings.model_validate({"grid": grid})
    true = len(checkpoint_steps(checkpoints, steps))
    estimated = checkpoint_count(
        small_settings(training={"steps": steps}, checkpoints={"grid": grid, "count": checkpoints.count})
    )
    assert true <= estimated <= 2 * true + 30


@pytest.mark.parametrize(
    ("run", "job", "seeds", "megabytes"),
    [
        (DEEP, "training", 1, 862),
        (DEEP, "training", 5, 1163),
        (DEEP, "accuracy", 5, 989),
        (DEEP, "spectra", 1, 935),
        (DEEP, "probes", 1, 968),
    ],
)
def test_memory_is_above_what_was_measured_once_and_not_far(run: str, job: str, seeds: int, megabytes: int) -> None:
    """Largest resident set of the job at the published settings on a CPU with torch 2.14."""
    planned = PAPER.runs[run]
    settings, metric = planned.settings, planned.metrics.root.get(job)
    asked = metric_resources(metric, settings, seeds) if metric else training_resources(settings, seeds)
    assert 1.1 * megabytes <= asked.mem_mb <= 2.5 * megabytes


def minutes(**changes: dict[str, Any]) -> int:
    base = {"training": {"steps": 50_000}, "model": {"width": 300}, "data": {"train_size": 5000, "subset": "first"}}
    merged = {section: {**base.get(section, {}), **changes.get(section, {})} for section in {*base, *changes}}
    return training_resources(small_settings(**merged), 2).runtime


def test_time_grows_with_the_work() -> None:
    start = minutes()
    assert start < LONGEST_TRAINING
    for changes in (
        {"training": {"steps": 100_000}},
        {"model": {"width": 600}},
        {"model": {"depth": 9}},
        {"training": {"batch_size": 200}},
    ):
        larger = minutes(
            **{
                section: {"steps": 50_000, **values} if section == "training" else values
                for section, values in changes.items()
            }
        )
        assert larger > start, changes
    settings = small_settings(training={"steps": 50_000, "batch_size": 110}, model={"width": 400})
    assert training_resources(settings, 8).runtime > training_resources(settings, 2).runtime
    assert training_resources(settings, 8, threads=4).runtime < training_resources(settings, 8).runtime
    assert training_resources(settings, 8, device="cuda").runtime < training_resources(settings, 8).runtime


def test_memory_grows_with_the_images_of_every_seed() -> None:
    shared, own = ({"subset": subset, "train_size": 50_000} for subset in ("first", "balanced"))
    assert (
        training_resources(small_settings(data=own), 5).mem_mb
        > 1.5 * training_resources(small_settings(data=shared), 5).mem_mb
    )


@pytest.mark.parametrize("metric", METRICS.names())
def test_every_metric_asks_for_something_sensible(metric: str) -> None:
    for run in (PAPER.runs[name].settings for name in (DEEP, SHALLOW, CNN) if (name, metric) != (CNN, "probes")):
        few, many = (metric_resources(METRICS[metric], run, seeds, "cuda") for seeds in (1, 10))
        assert 4000 <= few.mem_mb <= many.mem_mb <= 40_000
        assert 20 < few.runtime <= many.runtime


def test_a_thinned_metric_asks_for_less_time() -> None:
    run: RunSettings = PAPER.runs[SHALLOW].settings
    every, few = (
        metric_settings("adversarial", {"epsilons": [0.1], "points": 10_000, "at_most": at_most})
        for at_most in (None, 10)
    )
    assert metric_resources(few, run, 5).runtime < metric_resources(every, run, 5).runtime / 3


def test_trainings_of_paper_scale_ask_for_a_day_at_most() -> None:
    assert training_resources(PAPER.runs[CNN].settings, 5).runtime == LONGEST_TRAINING
    assert 60 < training_resources(PAPER.runs[SHALLOW].settings, 5).runtime < LONGEST_TRAINING
    assert all(training_resources(run.settings, 10).runtime <= LONGEST_TRAINING for run in PAPER.runs.values())


def test_the_configuration_needs_no_scientific_library() -> None:
    """The workflow's driver has snakemake, pydantic and YAML only (envs/snakemake.yaml)."""
    code = """
import sys
sys.modules.update(dict.fromkeys(("torch", "numpy", "pandas", "scipy", "safetensors", "pyarrow")))
sys.path.insert(0, "src")
from pathlib import Path
import grokscope.config.resources
from grokscope.results.wanted import load_wanted
wanted = load_wanted({}, Path())
assert not any(wanted.training(run, block).finished for run, blocks in wanted.blocks.items() for block in blocks)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
