"""From the raw config of a user to a validated plan."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grokscope.config.load import load_experiments, load_user_config
from grokscope.config.plan import Plan, build_plan
from grokscope.config.user import UserConfig
from grokscope.errors import UserError


def load_plan(raw: Mapping[str, Any], repository: Path) -> tuple[UserConfig, Plan]:
    """Validate `raw` and everything it names. Files of `experiments` are looked for here first, then in `repository`.

    Raises UserError with one line that names file, key and value.
    """
    config = load_user_config(dict(raw))
    files = []
    for name in config.experiments:
        found = [path for path in (Path(name), repository / name) if path.is_file()]
        if not found:
            raise UserError(f"config.yaml: experiments: no file {name}")
        files.append((name, load_experiments(found[0])))
    return config, build_plan(config, files)
