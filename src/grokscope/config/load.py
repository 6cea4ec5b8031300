"""Read and validate YAML; whatever is wrong becomes one line that names file, key and value."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, RootModel, ValidationError

from grokscope.config.experiments import Experiments
from grokscope.config.user import UserConfig
from grokscope.errors import UserError
from grokscope.metrics.registry import METRICS
from grokscope.models.registry import MODELS

KINDS = frozenset({*MODELS, *METRICS})
Model = TypeVar("Model", bound=BaseModel)
ALTERNATIVES = frozenset({"int", "float", "str", "bool", "constrained-int", "constrained-float", "constrained-str", "AxisValues"})
"""What pydantic adds to the place of a complaint where a value may be of several types."""


_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # that in C takes a tenth of the time, but not every PyYAML has it


class _UniqueKeyLoader(_SafeLoader):
    """YAML that refuses a key given twice."""


def _mapping(loader: _UniqueKeyLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"key {key!r} is given twice", key_node.start_mark)
        seen.add(key)
    return _SafeLoader.construct_mapping(loader, node, deep=True)


_UniqueKeyLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
# YAML 1.1 reads 1e-3 as text; numbers in scientific notation without a dot are numbers here.
_UniqueKeyLoader.yaml_implicit_resolvers = {key: list(value) for key, value in yaml.SafeLoader.yaml_implicit_resolvers.items()}
_UniqueKeyLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+$"), list("-+0123456789")
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
        found = model.model_validate(value)
    except ValidationError as error:
        raise UserError(f"{where}: {_first_line(error)}") from None
    slip = next(_slips(value, found, "", text_is_a_number=model is UserConfig), None)
    if slip:
        raise UserError(f"{where}: {slip}")
    return found


def _slips(given: Any, kept: Any, key: str, *, text_is_a_number: bool) -> Iterator[str]:
    """What pydantic takes for something else without a word: `yes` for 1, text for a number; and numbers without end.

    Nested values of --config are all text, so there text may be a number.
    """
    if isinstance(kept, RootModel):
        kept = kept.root
        given = {name: value for name, value in given.items() if name in kept}
    if isinstance(kept, BaseModel) and isinstance(given, dict):
        kept = {name: getattr(kept, name) for name in given}
    if isinstance(kept, dict) and isinstance(given, dict):
        inner = [(given[name], kept[name], f"{key}.{name}" if key else str(name)) for name in given]
    elif isinstance(kept, list | tuple) and isinstance(given, list | tuple):
        inner = [(one, other, f"{key}.{place}") for place, (one, other) in enumerate(zip(given, kept, strict=True))]
    else:
        inner = []
        if isinstance(kept, bool) != isinstance(given, bool):
            yield f"{key}: should be {'true or false' if isinstance(kept, bool) else 'a number'} (got {given!r:.60})"
        elif isinstance(kept, int | float) and isinstance(given, str) and not text_is_a_number:
            yield f"{key}: should be a number, not text (got {given!r:.60})"
        elif isinstance(kept, float) and not math.isfinite(kept):
            yield f"{key}: should be a finite number (got {given!r:.60})"
    for one, other, name in inner:
        yield from _slips(one, other, name, text_is_a_number=text_is_a_number)


def _first_line(error: ValidationError) -> str:
    """The most telling of pydantic's complaints, as `key: message (got value)`."""
    complaints = [(_key(complaint), complaint) for complaint in error.errors(include_url=False)]
    first = complaints[0][0]
    for key, complaint in complaints:
        # a misspelt key is missing too, but this says more
        if complaint["type"] == "extra_forbidden" and key[:-1] == first[:-1]:
            return f"{'.'.join(key)}: unknown key (value {complaint['input']!r:.60})"
    # where a value may be one of several things, the complaint that looked furthest into it tells most
    deepest = max((key for key, _ in complaints if key[: len(first)] == first), key=len)
    about = [complaint for key, complaint in complaints if key == deepest]
    name, given = ".".join(deepest), about[0]["input"]
    if about[0]["type"] == "missing":
        return f"{name}: required key is missing"
    messages = dict.fromkeys(complaint["msg"].removeprefix("Value error, ").replace("Input should be", "should be") for complaint in about)
    message = " or ".join(messages).replace(" or should be ", " or ")
    shown = "" if isinstance(given, dict) else f" (got {given!r:.60})"
    return f"{name}: {message}{shown}" if name else message


def _key(complaint: Any) -> tuple[str, ...]:
    """Where in the file a complaint is about, without the alternatives that pydantic tried there."""
    parts = [part for part in map(str, complaint["loc"]) if "[" not in part and part not in ALTERNATIVES]
    # pydantic puts the kind of a part behind the key that holds its settings
    return tuple(part for place, part in enumerate(parts) if not (place and part in KINDS and (parts[place - 1] in ("model", part) or part in METRICS)))


def load_user_config(value: Any, where: str = "config.yaml") -> UserConfig:
    """The user's config from what Snakemake read. Raises UserError."""
    return validated(UserConfig, value, where)


def load_experiments(path: Path) -> Experiments:
    """One file of `experiments/`. Raises UserError."""
    return validated(Experiments, read_yaml(path), str(path))
