"""From the raw config of a user to a validated plan."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from grokscope.config.experiment_files import find_experiments, load_experiments
from grokscope.config.load import load_user_config
from grokscope.config.memory import check_memory
from grokscope.config.named import Files, check_named
from grokscope.config.nested_keys import nested
from grokscope.config.plan import Plan, build_plan, published_runs
from grokscope.config.scales import SCALES, Variant
from grokscope.config.user import UserConfig


def load_plan(raw: Mapping[str, Any], repository: Path) -> tuple[UserConfig, Plan]:
    """Validate `raw` and all that it names, at every scale and in every variant, and plan what it asks for.

    What `experiments` names is looked for here first, then in `repository`. Raises UserError with one line that names
    file, key and value.
    """
    config = load_user_config(nested(raw))
    files = [load_experiments(find_experiments(name, repository), name) for name in config.experiments]
    plan = build_plan(config, files)
    check_named(files, repository / "reference", {plan.figures[name].id for name in plan.selected_figures})
    _check_all(config, files)
    published = {"scale": "paper", "variants": "default", "figures": "all"}
    asked_already = all(getattr(config, key) == value for key, value in published.items())
    plan.published = published_runs(plan if asked_already else build_plan(config.model_copy(update=published), files))
    return config, plan


def _check_all(config: UserConfig, files: Files) -> None:
    """A mistake in what is not asked for today would show days into another run: so all plans are made."""
    file_names = {paper.id: source.file for source, paper in files}
    for scale in SCALES:
        for variant in get_args(Variant):
            asked = config.model_copy(update={"scale": scale, "variants": [variant], "figures": "all"})
            check_memory(build_plan(asked, files), asked, file_names)
