"""Read and validate YAML; whatever is wrong becomes one line that names file, key and value."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, RootModel, ValidationError

from grokscope.config.complaints import first_complaint
from grokscope.config.source import Key
from grokscope.config.user import CHOICES, UserConfig
from grokscope.errors import UserError

Model = TypeVar("Model", bound=BaseModel)
_SafeLoader: Any = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # that in C takes a tenth of the time, but not every PyYAML has it


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
_UniqueKeyLoader.yaml_implicit_resolvers = {
    key: list(value) for key, value in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
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
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"line {mark.line + 1}: " if mark else ""
        reason = ": ".join(filter(None, (error.context, error.problem)))
        raise UserError(f"{path}: {line}not valid YAML: {' '.join(reason.split())}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None


def validated(model: type[Model], value: Any, where: str | Callable[[Key], str]) -> Model:
    """`value` as a `model`. Raises UserError naming `where`, the key and the value of the first thing that is wrong.

    `where` is the file, or tells file and key of a key in `value`.
    """

    def refused(key: Key, message: str) -> UserError:
        place = ": ".join(filter(None, (where, ".".join(key)))) if isinstance(where, str) else where(key)
        return UserError(f"{place}: {message}")

    if not isinstance(value, dict):
        raise refused((), f"expected keys and values, got {value!r:.60}")
    try:
        found = model.model_validate(value)
    except ValidationError as error:
        raise refused(*first_complaint(error, model)) from None
    slip = next(_slips(value, found, (), text_is_a_number=model is UserConfig), None)
    if slip:
        raise refused(*slip)
    return found


def _slips(given: Any, kept: Any, key: Key, *, text_is_a_number: bool) -> Iterator[tuple[Key, str]]:
    """What pydantic takes for something else without a word: `yes` for 1, text for a number; and numbers without end.

    Nested values of --config are all text, so there text may be a number. A list whose ranges have been written out
    (`grokscope.config.step_ranges`) says itself what its values may be.
    """
    if isinstance(kept, RootModel):
        kept = kept.root
        given = {name: value for name, value in given.items() if name in kept}
    if isinstance(kept, BaseModel) and isinstance(given, dict):
        kept = {name: getattr(kept, name, value) for name, value in given.items()}
    if isinstance(kept, dict) and isinstance(given, dict):
        # by place and not by name, since a key that is a number may have been text
        inner = [
            (one, other, (*key, str(name))) for (name, one), other in zip(given.items(), kept.values(), strict=False)
        ]
    elif isinstance(kept, list | tuple) and isinstance(given, list | tuple) and len(given) == len(kept):
        inner = [(one, other, (*key, str(place))) for place, (one, other) in enumerate(zip(given, kept, strict=True))]
    else:
        inner = []
        if isinstance(kept, bool) != isinstance(given, bool):
            yield key, f"should be {'true or false' if isinstance(kept, bool) else 'a number'} (got {given!r:.60})"
        elif isinstance(kept, int | float) and isinstance(given, str) and not text_is_a_number:
            yield key, f"should be a number, not text (got {given!r:.60})"
        elif isinstance(kept, float) and not math.isfinite(kept):
            yield key, f"should be a finite number (got {given!r:.60})"
    for one, other, name in inner:
        yield from _slips(one, other, name, text_is_a_number=text_is_a_number)


def load_user_config(value: Any, where: str = CHOICES) -> UserConfig:
    """The user's config from what Snakemake read. Raises UserError."""
    return validated(UserConfig, value, where)


def check_choices(path: Path) -> bool:
    """Whether a config.yaml chooses anything; one without a line that counts is as good as none.

    Snakemake reads such a file itself and names it in no message. Raises UserError that does, where it is not YAML or
    holds no keys.
    """
    found = read_yaml(path)
    if found is not None and not isinstance(found, dict):
        raise UserError(f"{path}: expected keys and values, such as scale: smoke, got {found!r:.60}")
    return bool(found)
