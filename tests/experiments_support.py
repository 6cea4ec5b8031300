"""The experiments of the repository, whole or as one file, for tests that change an entry."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from grokscope.config.experiment_files import load_experiments
from grokscope.config.start import load_plan
from grokscope.config.user import UserConfig
from grokscope.errors import UserError

REPOSITORY = Path(__file__).parents[1]
FOLDERS = [REPOSITORY / name for name in UserConfig().experiments]


@cache
def all_experiments() -> list[Any]:
    """What `build_plan` takes: all folders, each with where its parts stand."""
    return [load_experiments(folder) for folder in FOLDERS]


def as_one_file(paper: str) -> dict[str, Any]:
    """The content of a file that says the same as the folder of a paper."""
    return load_experiments(REPOSITORY / "experiments" / paper)[1].model_dump(mode="json", exclude_unset=True)


def changed(tree: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """`tree` itself, in which `value` now stands at `path`, keys with dots between them."""
    *above, last = path.split(".")
    place = tree
    for key in above:
        place = place[key]
    place[last] = value
    return tree


def refusal(config: dict[str, Any]) -> str:
    """The one line with which `config` is refused."""
    with pytest.raises(UserError) as caught:
        load_plan(config, REPOSITORY)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def written(tree: dict[str, Any], file: Path) -> str:
    """Experiments as a file of their own, and what the key `experiments` of a config says of it."""
    file.write_text(yaml.safe_dump(tree))
    return str(file)
