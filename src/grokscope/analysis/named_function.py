"""Functions that a declaration names as text, so that it need not import them."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any


def named_function(name: str) -> Callable[..., Any]:
    """The function of `module:function`."""
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found
