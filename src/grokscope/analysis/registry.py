"""Estimands and tests by the names that claims give."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from grokscope.errors import UserError


def find_module(package: str, name: str | None, where: str) -> ModuleType:
    """Module `name` of grokscope.analysis.<package>. Raises UserError that lists the known names."""
    full = f"grokscope.analysis.{package}"
    known = known_modules(package)
    if name not in known:
        raise UserError(f"{where}: {name!r} is unknown; known are {', '.join(known)}")
    return importlib.import_module(f"{full}.{name}")


def known_modules(package: str) -> list[str]:
    """Names of the modules of grokscope.analysis.<package> that can be named in a claim."""
    folder = importlib.import_module(f"grokscope.analysis.{package}")
    return sorted(info.name for info in pkgutil.iter_modules(folder.__path__) if info.name != "result")
