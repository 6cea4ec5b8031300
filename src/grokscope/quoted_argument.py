"""Paths with spaces, quotes and other signs that a shell takes for its own."""

from __future__ import annotations

import functools
import shlex
from collections.abc import Callable
from typing import Any


def with_quoted(argument: str, execute: Callable[..., Any]) -> Callable[..., Any]:
    """`execute` with its keyword `argument` put into the shell command and quoted once."""
    if getattr(execute, "quoted", None) == argument:
        return execute

    @functools.wraps(execute)
    def quoted(*positional: Any, **named: Any) -> Any:
        if argument in named:
            named[argument] = shlex.quote(named[argument])
        return execute(*positional, **named)

    quoted.quoted = argument  # type: ignore[attr-defined]
    return quoted
