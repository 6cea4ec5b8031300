"""JSON schemas of config.yaml and experiments, for editors; `python -m grokscope.config.schema` writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from grokscope.config.experiments import About, ByScale, Experiments, FigureFile, PaperFile
from grokscope.config.metric_settings import MetricsSettings
from grokscope.config.run_settings import RunSettings
from grokscope.config.smallest_effects import SmallestEffects
from grokscope.config.user import UserConfig
from grokscope.files import write_text
from grokscope.metrics.registry import METRICS

SCHEMA_FOLDER = Path(__file__).parents[3] / "workflow" / "schemas"
SCHEMAS: dict[str, type[BaseModel]] = {
    "config.schema.json": UserConfig,
    "paper.schema.json": PaperFile,
    "figure.schema.json": FigureFile,
    "experiments.schema.json": Experiments,
    "smallest_effects.schema.json": SmallestEffects,
}
OVERRIDES = frozenset({"base", "settings", *ByScale.model_fields})
"""Keys of experiments that hold settings of runs, any of which may be left out."""


def schema_text(name: str) -> str:
    """The JSON schema `name` as it should stand in workflow/schemas."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **SCHEMAS[name].model_json_schema()}
    if issubclass(SCHEMAS[name], About | FigureFile):
        properties, definitions = _settings_of_runs()
        _say_what_overrides_hold(schema, properties)
        schema["$defs"] |= definitions
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"


def _settings_of_runs() -> tuple[dict[str, Any], dict[str, Any]]:
    """Schemas of the sections of a run's settings, and of what these refer to; nothing is required."""
    run, metrics = RunSettings.model_json_schema(), MetricsSettings.model_json_schema()
    definitions = {**run.pop("$defs"), **metrics.pop("$defs")}
    for definition in definitions.values():
        definition.pop("required", None)
    named = {
        name: {"anyOf": [{"$ref": f"#/$defs/{metric.settings.__name__}"}, {"type": "null"}]}
        for name, metric in METRICS.items()
    }
    (any_metric,) = metrics["patternProperties"].values()
    any_or_none = {"anyOf": [any_metric, {"type": "null"}]}  # none: what is inherited is not measured
    measured = {"type": "object", "properties": named, "additionalProperties": any_or_none}
    _any_kind(run)
    _any_kind(measured)
    return {**run["properties"], "metrics": measured}, definitions


def _any_kind(schema: Any) -> None:
    """An override may hold a few settings of a part and leave out its kind, so that it fits several kinds."""
    if isinstance(schema, list):
        for value in schema:
            _any_kind(value)
    if isinstance(schema, dict):
        if "oneOf" in schema:
            schema.pop("discriminator", None)
            schema["anyOf"] = schema.pop("oneOf")
        for value in schema.values():
            _any_kind(value)


def _say_what_overrides_hold(schema: Any, properties: dict[str, Any]) -> None:
    """Give overrides their keys: the models leave them open, as they are validated after merging.

    A metric under a name of its own says which metric it is, except at a scale, where it was named before.
    """
    any_metric, none = properties["metrics"]["additionalProperties"]["anyOf"]
    named = {"anyOf": [{"allOf": [any_metric, {"required": ["metric"]}]}, none]}
    whole = properties | {"metrics": properties["metrics"] | {"additionalProperties": named}}
    if isinstance(schema, dict):
        for key, value in schema.get("properties", {}).items():
            if key in OVERRIDES and value.get("additionalProperties") is True:
                at_a_scale = key in ByScale.model_fields
                value |= {"additionalProperties": False, "properties": properties if at_a_scale else whole}
        for value in schema.values():
            _say_what_overrides_hold(value, properties)


if __name__ == "__main__":
    for schema in SCHEMAS:
        write_text(SCHEMA_FOLDER / schema, schema_text(schema))
