"""From the raw config of a user to a validated plan."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from grokscope.archive.format import INDEX
from grokscope.archive.install import half_updated
from grokscope.config.experiment_files import find_experiments, load_experiments
from grokscope.config.load import load_user_config
from grokscope.config.memory import check_memory
from grokscope.config.named import Files, check_named
from grokscope.config.nested_keys import nested
from grokscope.config.plan import Plan, build_plan, published_runs
from grokscope.config.scales import SCALES, Variant
from grokscope.config.user import CHOICES, UserConfig
from grokscope.errors import UserError

PUBLISHED = "published"
"""Folder of the repository's own archives."""


def load_plan(raw: Mapping[str, Any], repository: Path) -> tuple[UserConfig, Plan]:
    """Validate `raw` and all that it names, at every scale and in every variant, and plan what it asks for.

    What `experiments` and `results_from` name is looked for here first, then in `repository`. Raises UserError with
    one line that names file, key and value.
    """
    config = _with_its_archive(load_user_config(nested(raw)), repository)
    files = [load_experiments(find_experiments(name, repository), name) for name in config.experiments]
    plan = build_plan(config, files)
    check_named(files, repository / "reference", {plan.figures[name].id for name in plan.selected_figures})
    _check_all(config, files)
    published = {"scale": "paper", "variants": "default", "figures": "all"}
    asked_already = all(getattr(config, key) == value for key, value in published.items())
    plan.published = published_runs(plan if asked_already else build_plan(config.model_copy(update=published), files))
    return config, plan


def _with_its_archive(config: UserConfig, repository: Path) -> UserConfig:
    """The config with the path where its archive lies: here, else in `repository`. Raises UserError with the archives
    that there are.
    """
    if config.results_from is None:
        return config
    here = Path(config.results_from).expanduser()
    for path in (here, repository / here):
        if path.exists() or half_updated(path.resolve()):  # what is wrong with it is said where it is opened
            return config.model_copy(update={"results_from": str(path)})
    known = [str(Path(PUBLISHED, path.parent.name)) for path in sorted((repository / PUBLISHED).glob(f"*/{INDEX}"))]
    there = f"; there are {', '.join(known)}" if known else ""
    raise UserError(f"{CHOICES}: results_from: no folder {config.results_from}{there}")


def _check_all(config: UserConfig, files: Files) -> None:
    """A mistake in what is not asked for today would show days into another run: so all plans are made."""
    file_names = {paper.id: source.file for source, paper in files}
    for scale in SCALES:
        for variant in get_args(Variant):
            asked = config.model_copy(update={"scale": scale, "variants": [variant], "figures": "all"})
            check_memory(build_plan(asked, files), asked, file_names)
