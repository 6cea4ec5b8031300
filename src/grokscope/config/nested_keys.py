"""Nested keys of config.yaml on the command line, where Snakemake allows no dot in a name: `data__source=folder`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grokscope.config.user import CHOICES
from grokscope.errors import UserError

BETWEEN = "__"


def nested(raw: Mapping[str, Any]) -> dict[str, Any]:
    """`raw` with every key such as `data__source` moved to where it belongs; it replaces what stands there.

    Raises UserError for a name with a dot, which means the same to many tools but not to Snakemake, and for a key
    inside a value that has no keys.
    """
    found: dict[str, Any] = {}
    for key, value in raw.items():
        name = str(key)
        if "." in name:
            *sections, last = name.split(".")
            written = ": {".join([*sections, f"{last}: {value}"]) + "}" * len(sections)
            raise UserError(
                f"{CHOICES}: {name}: keys have no dots; write {written} in the file, or"
                f" {name.replace('.', BETWEEN)}={value} after --config"
            )
        if BETWEEN not in name.strip("_"):
            found[key] = value
    for key, value in raw.items():
        if key not in found:
            _put(found, str(key), value)
    return found


def _put(tree: dict[str, Any], name: str, value: Any) -> None:
    *sections, last = name.split(BETWEEN)
    for depth, section in enumerate(sections, start=1):
        inside = tree.get(section) or {}
        if not isinstance(inside, Mapping):
            raise UserError(f"{CHOICES}: {name}: {'.'.join(sections[:depth])} is {inside!r:.60} and holds no keys")
        tree[section] = dict(inside)
        tree = tree[section]
    tree[last] = value
