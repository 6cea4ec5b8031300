"""What the commands have in common that write documents from saved numbers, or compare folders of results."""

from __future__ import annotations

import sys
from collections.abc import Callable

from grokscope.errors import UserError


def exit_status(command: Callable[[], int | None]) -> int:
    """What `command` returns, 0 for None; 2 where it raises a UserError, whose message goes to stderr."""
    try:
        return command() or 0
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
