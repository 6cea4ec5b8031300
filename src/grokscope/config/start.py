"""From the raw config of a user to a validated plan."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from grokscope.config.experiments import SCALES, Variant
from grokscope.config.load import load_experiments, load_user_config
from grokscope.config.memory import check_memory
from grokscope.config.named import Files, check_named
from grokscope.config.nested_keys import nested
from grokscope.config.plan import Plan, build_plan
from grokscope.config.possible import check_possible
from grokscope.config.user import UserConfig
from grokscope.errors import UserError


def load_plan(raw: Mapping[str, Any], repository: Path) -> tuple[UserConfig, Plan]:
    """Validate `raw` and everything it names, at every scale and in every variant, and make the plan of the scale and variants that it asks for.

    Files of `experiments` are looked for here first, then in `repository`. Raises UserError with one line that names file, key and value.
    """
    config = load_user_config(nested(raw))
    files = []
    for name in config.experiments:
        found = [path for path in (Path(name), repository / name) if path.is_file()]
        if not found:
            raise UserError(f"config.yaml: experiments: no file {name}")
        files.append((name, load_experiments(found[0])))
    plan = build_plan(config, files)
    check_named(files, repository / "reference", {plan.figures[name].id for name in plan.selected_figures})
    _check_all(config, files)
    return config, plan


def _check_all(config: UserConfig, files: Files) -> None:
    """A mistake in what is not asked for today would show days into another run: so all plans are made."""
    file_names = {paper.id: name for name, paper in files}
    for scale in SCALES:
        for variant in get_args(Variant):
            asked = config.model_copy(update={"scale": scale, "variants": [variant], "figures": "all"})
            plan = build_plan(asked, files)
            check_possible(plan, file_names)
            check_memory(plan, asked, file_names)
