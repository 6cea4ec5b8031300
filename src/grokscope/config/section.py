"""What all settings have in common. Declarations of parts build on it; it imports no other part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler

Positive = Annotated[int, Field(gt=0)]


class Section(BaseModel):
    """Base of every settings model: unknown keys are refused, values are immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())


def is_none(value: Any) -> bool:
    """For a setting that most runs lack: without it a run's resolved settings are as if it did not exist."""
    return value is None


class OneOf:
    """In `Annotated[str, OneOf(registry)]`: a setting that names a part, which is a key of `registry`."""

    def __init__(self, registry: Mapping[str, Any]) -> None:
        self.registry = registry

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> Any:
        return handler(Annotated[source, AfterValidator(self._known)])

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "enum": list(self.registry)}

    def _known(self, name: str) -> str:
        if name not in self.registry:
            raise ValueError(f"should be one of {', '.join(self.registry)}")
        return name
