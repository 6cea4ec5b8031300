"""JSON schemas of config.yaml and experiments/*.yaml, for editors. `python -m grokscope.config.schema` writes them."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel

from grokscope.config.experiments import Experiments
from grokscope.config.user import UserConfig
from grokscope.files import write_text

SCHEMA_FOLDER = Path(__file__).parents[3] / "workflow" / "schemas"
SCHEMAS: dict[str, type[BaseModel]] = {"config.schema.json": UserConfig, "experiments.schema.json": Experiments}


def schema_text(name: str) -> str:
    """The JSON schema `name` as it should stand in workflow/schemas."""
    return json.dumps(SCHEMAS[name].model_json_schema(), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    for schema in SCHEMAS:
        write_text(SCHEMA_FOLDER / schema, schema_text(schema))
