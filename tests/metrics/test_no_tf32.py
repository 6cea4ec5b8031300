"""No metric computes with TF32 on a card, whose products have 10 bits, too few for the moves of pixels at stake."""

from __future__ import annotations

import importlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from cost_support import EVERY_METRIC
from grokscope.data.samples import Samples
from grokscope.metrics import compute
from grokscope.metrics.compute import compute_metric, network_of
from grokscope.metrics.local_complexity.declaration import LocalComplexitySettings
from grokscope.metrics.registry import METRICS, measured_on
from grokscope.models.initialise import initialise
from grokscope.models.registry import MODELS
from grokscope.training.arithmetic import arithmetic
from grokscope.training.checkpoints import CheckpointStore
from grokscope.training.schedule import checkpoint_steps
from metrics_helpers import SEEDS, run_settings

SWITCHES = (torch.backends.cudnn, torch.backends.cuda.matmul)


@pytest.fixture
def tf32_on() -> Any:
    """As a user's script or a later torch may have set it."""
    before = [switch.allow_tf32 for switch in SWITCHES]
    for switch in SWITCHES:
        switch.allow_tf32 = True
    yield
    for switch, value in zip(SWITCHES, before, strict=True):
        switch.allow_tf32 = value


def samples() -> Samples:
    generator = np.random.default_rng(0)
    images = [generator.integers(0, 256, (count, 1, 28, 28), dtype=np.uint8) for count in (60, 30)]
    targets = [generator.integers(0, 10, count) for count in (60, 30)]
    return Samples("mnist", images[0], targets[0], images[1], targets[1])


def checkpoints(folder: Path, run: Any) -> None:
    network = network_of(run, len(SEEDS))
    initialise(network, SEEDS, 1.0)
    for step in checkpoint_steps(run.checkpoints, run.training.steps):
        CheckpointStore(folder).save(step, network.state_dict())


@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_is_built_and_measured_with_tf32_switched_off(
    metric: str, kind: str, tf32_on: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `device: cuda` the switches are set when a metric's module builds and when it measures; what the module is
    asked for stands in for the card, which is not needed to see that.
    """
    run = run_settings()
    checkpoints(tmp_path, run)
    seen: list[bool] = []

    def look() -> None:
        seen.extend(switch.allow_tf32 for switch in SWITCHES)

    def build(*_: object) -> Callable[..., Any]:
        look()

        def measure(*_: object) -> Any:
            look()
            return pd.DataFrame({"seed": [], "step": []})

        return measure

    settings = measured_on(EVERY_METRIC[metric], kind)
    module = importlib.import_module(METRICS[settings.metric].measure)
    monkeypatch.setattr(module, "build", build)
    monkeypatch.setattr(compute, "network_of", lambda run, seeds, device: network_of(run, seeds))
    monkeypatch.setattr(compute, "build_context", lambda *_: None)
    monkeypatch.setattr(compute, "_load", lambda *_: None)
    monkeypatch.setattr(compute, "joined", lambda tables, run_id: tables)
    monkeypatch.setattr(compute, "check_table", lambda name, table: table)
    compute_metric(metric, settings, run, None, SEEDS, tmp_path, "r", device="cuda", stream=io.StringIO())  # type: ignore[arg-type]
    assert len(seen) >= 4
    assert not any(seen)
    assert all(switch.allow_tf32 for switch in SWITCHES), "what was set before is put back"


def test_on_a_processor_nothing_is_switched(tf32_on: None) -> None:
    with arithmetic(device="cpu", threads=1, flush_denormal=False):
        assert all(switch.allow_tf32 for switch in SWITCHES)
    with arithmetic(device="cuda", threads=1, flush_denormal=False):
        assert not any(switch.allow_tf32 for switch in SWITCHES)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no card")
@pytest.mark.parametrize("metric", ["accuracy", "spectra", "local_complexity", "margins", "logit_geometry"])
def test_on_a_card_values_agree_with_float64(metric: str, tf32_on: None, tmp_path: Path) -> None:
    """Within the rounding of float32, which TF32 exceeds by a factor of a thousand."""
    tables = {}
    for dtype, device in (("float32", "cuda"), ("float64", "cpu")):
        run = run_settings(kind="cnn", depth=3, width=8, dtype=dtype)
        checkpoints(tmp_path / dtype, run)
        settings = measured_on(EVERY_METRIC[metric], "cnn")
        if isinstance(settings, LocalComplexitySettings):
            settings = settings.model_copy(update={"radii": [0.001]})
        tables[dtype] = compute_metric(
            metric, settings, run, samples(), SEEDS, tmp_path / dtype, "r", device=device, stream=io.StringIO()
        )
    one, other = tables["float32"], tables["float64"]
    for column in sorted(METRICS[metric].measured & set(one.columns)):
        values = [np.concatenate([np.ravel(value) for value in table[column]]) for table in (one, other)]
        np.testing.assert_allclose(values[0], values[1], rtol=1e-3, atol=0.2 if metric == "local_complexity" else 1e-4)
