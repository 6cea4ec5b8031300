"""Read and validate YAML; whatever is wrong becomes one line that names file, key and value."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from grokscope.config.experiments import Experiments
from grokscope.config.user import UserConfig
from grokscope.errors import UserError

Model = TypeVar("Model", bound=BaseModel)


class _UniqueKeyLoader(yaml.SafeLoader):
    """YAML that refuses a key given twice."""


def _mapping(loader: _UniqueKeyLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"key {key!r} is given twice", key_node.start_mark)
        seen.add(key)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


_UniqueKeyLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
# YAML 1.1 reads 1e-3 as text; numbers in scientific notation without a dot are numbers here.
_UniqueKeyLoader.yaml_implicit_resolvers = {key: list(value) for key, value in yaml.SafeLoader.yaml_implicit_resolvers.items()}
_UniqueKeyLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float", __import__("re").compile(r"^[-+]?[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+$"), list("-+0123456789")
)


def read_yaml(path: Path) -> Any:
    """Parse a YAML file. Raises UserError when it is missing or malformed."""
    try:
        with open(path, encoding="utf-8") as file:
            return yaml.load(file, _UniqueKeyLoader)
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None


def validated(model: type[Model], value: Any, where: str) -> Model:
    """`value` as a `model`. Raises UserError naming `where`, the key and the value of the first thing that is wrong."""
    if not isinstance(value, dict):
        raise UserError(f"{where}: expected keys and values, got {value!r:.60}")
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise UserError(f"{where}: {_first_line(error)}") from None


def _first_line(error: ValidationError) -> str:
    """The most telling of pydantic's complaints, as `key: message (got value)`."""
    complaints = error.errors(include_url=False)
    first = complaints[0]
    key = ".".join(str(part) for part in first["loc"] if not str(part).startswith(("list[", "constrained", "literal[", "function-")))
    if first["type"] == "extra_forbidden":
        return f"{key}: unknown key (value {first['input']!r:.60})"
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "missing":
        return f"{key}: required key is missing"
    same = [c["msg"] for c in complaints if c["loc"][:1] == first["loc"][:1] and c["input"] == first["input"]]
    message = " or ".join(dict.fromkeys(m.removeprefix("Value error, ") for m in same)) if len(same) > 1 else message
    shown = "" if isinstance(first["input"], dict) else f" (got {first['input']!r:.60})"
    return f"{key}: {message}{shown}" if key else message


def load_user_config(value: Any, where: str = "config.yaml") -> UserConfig:
    """The user's config from what Snakemake read. Raises UserError."""
    return validated(UserConfig, value, where)


def load_experiments(path: Path) -> Experiments:
    """One file of `experiments/`. Raises UserError."""
    return validated(Experiments, read_yaml(path), str(path))
