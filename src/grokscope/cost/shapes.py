"""Which trainings and measurements take equally long, so that one is timed; and how large a checkpoint is."""

from __future__ import annotations

import json
from typing import Any

from grokscope.config.run_settings import RunSettings
from grokscope.metrics.declared import MetricSettings
from grokscope.models.build import network_of_run
from grokscope.training.sealed_tensors import SEAL, seal_text

SAFETENSORS_TYPES = {"float32": "F32", "float64": "F64"}


def training_shape(settings: RunSettings, seeds: int) -> str:
    """What decides how long an update of a block takes: real numbers by whether they are zero, no lengths."""
    tree = settings.model_dump(
        mode="python", exclude={"checkpoints": True, "training": {"steps"}, "data": {"train_size", "test_size"}}
    )
    return json.dumps([seeds, _plain(tree)], sort_keys=True)


def metric_shape(metric: MetricSettings, settings: RunSettings, seeds: int) -> str:
    """What decides how long a metric takes at one checkpoint: images and network, not how it was trained."""
    tree = settings.model_dump(
        mode="python", include={"data": True, "model": True, "training": {"dtype", "loss", "flush_denormal"}}
    )
    own = metric.model_dump(mode="json", exclude={"every", "at_most"})
    return json.dumps([seeds, own, _plain(tree)], sort_keys=True)


def _plain(value: Any) -> Any:
    """Settings with every float replaced by whether it is zero: a penalty costs time, its strength does not."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value != 0 if isinstance(value, float) else value


def checkpoint_bytes(settings: RunSettings, seeds: int) -> int:
    """Bytes of one checkpoint file of a block: eight bytes, the padded header, and the tensors."""
    state = network_of_run(settings, seeds, "meta").state_dict()
    header: dict[str, Any] = {"__metadata__": {SEAL: seal_text("0" * 64, {})}}
    position = 0
    for name in sorted(state):
        size = state[name].numel() * state[name].element_size()
        entry = {"dtype": SAFETENSORS_TYPES[settings.training.dtype], "shape": list(state[name].shape)}
        header[name] = {**entry, "data_offsets": [position, position + size]}
        position += size
    length = len(json.dumps(header, separators=(",", ":")))
    return 8 + -(-length // 8) * 8 + position
