"""Estimands, tests and premises by the names that claims give."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from types import ModuleType
from typing import Any, Literal

from grokscope.analysis.declarations.estimands import ESTIMANDS
from grokscope.analysis.declarations.hypothesis_tests import HYPOTHESIS_TESTS
from grokscope.analysis.declarations.premises import PREMISES
from grokscope.errors import UserError

Package = Literal["estimands", "hypothesis_tests", "premises"]
DECLARED: dict[Package, Mapping[str, Any]] = {
    "estimands": ESTIMANDS,
    "hypothesis_tests": HYPOTHESIS_TESTS,
    "premises": PREMISES,
}


def find_module(package: Package, name: str | None, where: str) -> ModuleType:
    """Module `name` of grokscope.analysis.<package>. Raises UserError that lists the known names."""
    if name not in DECLARED[package]:
        raise UserError(f"{where}: {name!r} is unknown; known are {', '.join(DECLARED[package])}")
    return importlib.import_module(f"grokscope.analysis.{package}.{name}")
