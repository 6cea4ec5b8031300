"""Trainings that no machine has the memory for: said before any job starts."""

from __future__ import annotations

from collections.abc import Mapping

from grokscope.config.plan import Plan
from grokscope.config.resources import training_resources
from grokscope.config.user import UserConfig
from grokscope.errors import UserError
from grokscope.models.declared import ModelSettings

MOST_MEMORY_GB = 1000
"""More than this for one training is taken for a slip of the pen."""

MOST_LAYERS = 10_000


def check_memory(plan: Plan, config: UserConfig, file_names: Mapping[str, str]) -> None:
    """Raise UserError that names file, run and memory if training a block needs more than MOST_MEMORY_GB.

    `file_names` has the name of the file of every paper's id.
    """
    seeds = min(config.block_size, len(config.seed_list()))
    for run in plan.runs.values():
        where, model = f"{file_names[run.paper]}: run {run.id}", run.settings.model
        key = "depth" if hasattr(model, "depth") else "blocks"
        depth = getattr(model, key, 0)
        if depth > MOST_LAYERS:
            raise UserError(f"{where}: model.{key} {depth:,}: a network may have at most {MOST_LAYERS:,} layers")
        needed_gb = training_resources(run.settings, seeds, config.device, config.threads).mem_mb / 1000
        if needed_gb > MOST_MEMORY_GB:
            raise UserError(
                f"{where}: training {seeds} seeds together would need about {needed_gb:,.0f} GB of memory, "
                f"but at most {MOST_MEMORY_GB:,} GB are allowed ({_sizes(run.settings.model)}, "
                f"training.batch_size {run.settings.training.batch_size:,}, block_size {config.block_size:,})"
            )


def _sizes(model: ModelSettings) -> str:
    """The whole numbers among the settings of a network."""
    numbers = {key: value for key, value in model if isinstance(value, int) and not isinstance(value, bool)}
    return ", ".join(f"model.{key} {value:,}" for key, value in numbers.items())
