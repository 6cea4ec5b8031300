"""The exported schemas: they are up to date, what is shipped fits them, and they know the settings of runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from snakemake.exceptions import WorkflowError
from snakemake.utils import validate

from experiments_support import REPOSITORY, as_one_file, changed
from grokscope.config.load import load_user_config, read_yaml
from grokscope.config.schema import SCHEMA_FOLDER, SCHEMAS, schema_text

PAPER = "deep_grokking"


def test_the_config_that_is_shipped_is_the_default() -> None:
    shipped = load_user_config(read_yaml(REPOSITORY / "config.yaml"))
    assert shipped == load_user_config({})


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_exported_schema_is_up_to_date(name: str) -> None:
    assert (SCHEMA_FOLDER / name).read_text() == schema_text(name), "run: python -m grokscope.config.schema"


@pytest.mark.parametrize(
    "file",
    [
        "config.yaml",
        *(path.relative_to(REPOSITORY).as_posix() for path in sorted((REPOSITORY / "experiments").rglob("*.yaml"))),
    ],
)
def test_what_is_shipped_fits_the_schema(file: str) -> None:
    first = (REPOSITORY / file).read_text().splitlines()[0]
    named = first.removeprefix("# yaml-language-server: $schema=")
    schema = SCHEMA_FOLDER / {
        "config.yaml": "config.schema.json",
        "paper.yaml": "paper.schema.json",
        "smallest_effects.yaml": "smallest_effects.schema.json",
    }.get(Path(file).name, "figure.schema.json")
    assert (REPOSITORY / file).parent.joinpath(named).resolve() == schema
    validate(read_yaml(REPOSITORY / file), str(schema), set_default=False)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("base.model.hight", 3),
        ("sweeps.depths.settings", {"training": {"steps": "many"}}),
        ("base.metrics", {"curvature": {}}),
        ("variants.as_text.scales", {"quick": {"data": {"name": "imagenet"}}}),
    ],
)
def test_the_schema_knows_the_settings_of_runs(path: str, value: object) -> None:
    tree = changed(as_one_file(PAPER), path, value)
    with pytest.raises(WorkflowError):
        validate(tree, str(SCHEMA_FOLDER / "experiments.schema.json"), set_default=False)
