"""The defaults of all settings, as results/frozen_defaults.json keeps them.

python tests/frozen_defaults.py     # adds the settings that are new, and leaves those that stand there as they are
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from grokscope.config.detector_settings import DetectorSettings
from grokscope.config.penalty_settings import JacobianPenaltySettings, LogitPenaltySettings, RegionPenaltySettings
from grokscope.config.run_settings import CheckpointSettings, RankPenaltySettings, TrainingSettings
from grokscope.data.declared import TaskSettings
from grokscope.data.registry import MADE
from grokscope.metrics.registry import METRICS
from grokscope.models.registry import MODELS

FROZEN = Path(__file__).with_name("results") / "frozen_defaults.json"
SETTINGS: dict[str, type[BaseModel]] = {
    "data": TaskSettings,
    "training": TrainingSettings,
    "rank_penalty": RankPenaltySettings,
    "jacobian_penalty": JacobianPenaltySettings,
    "region_penalty": RegionPenaltySettings,
    "logit_penalty": LogitPenaltySettings,
    "checkpoints": CheckpointSettings,
    "detectors": DetectorSettings,
    **{f"data {name}": task.settings for name, task in MADE.items()},
    **{f"model {kind}": model.settings for kind, model in MODELS.items()},
    **{f"metric {name}": metric.settings for name, metric in METRICS.items()},
}


def defaults() -> dict[str, Any]:
    """The default of every setting that has one."""
    return {
        name: {
            key: json.loads(
                json.dumps(
                    field.get_default(call_default_factory=True), default=lambda model: model.model_dump(mode="json")
                )
            )
            for key, field in model.model_fields.items()
            if not field.is_required()
        }
        for name, model in SETTINGS.items()
    }


def frozen() -> dict[str, Any]:
    """The defaults that are kept."""
    kept: dict[str, Any] = json.loads(FROZEN.read_text())
    return kept


def with_new(kept: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """What is kept, and the settings among those found that it lacks; a default that stands there is never changed."""
    return kept | {name: values | kept.get(name, {}) for name, values in found.items()}


if __name__ == "__main__":
    FROZEN.write_text(json.dumps(with_new(frozen(), defaults()), indent=2, sort_keys=True) + "\n")
