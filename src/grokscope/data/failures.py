"""Kinds of failure when data is fetched: only an unreachable network lets `auto` try the next source."""

from __future__ import annotations

import errno
import http.client
import socket
import ssl
import time
import urllib.error
from collections.abc import Callable
from typing import TypeVar

from grokscope.errors import UserError

Result = TypeVar("Result")

_NETWORK_ERRNOS = {
    errno.ENETUNREACH,
    errno.EHOSTUNREACH,
    errno.ENETDOWN,
    errno.EHOSTDOWN,
    errno.ETIMEDOUT,
    errno.ECONNREFUSED,
}


class NetworkFailure(UserError):
    """A server was not reached, answered with an error or stopped answering."""


class ChecksumMismatch(UserError):
    """Something was fetched or read, and it is not what it should be."""


def one_line(text: object) -> str:
    """`text` with every run of white space, line breaks included, as one blank."""
    return " ".join(str(text).split())


def is_network_error(error: BaseException) -> bool:
    """Whether an exception of Python's network modules speaks of the network, not of the local disk."""
    if isinstance(
        error,
        urllib.error.URLError
        | http.client.HTTPException
        | ConnectionError
        | TimeoutError
        | socket.gaierror
        | ssl.SSLError,
    ):
        return True
    return isinstance(error, OSError) and error.errno in _NETWORK_ERRNOS


def with_retries(attempt: Callable[[], Result], attempts: int = 2, pause_seconds: float = 2.0) -> Result:
    """Call `attempt` until it succeeds, at most `attempts` times; a transfer that broke off or arrived damaged is worth
    another try.

    Raises the last NetworkFailure or ChecksumMismatch; any other exception at once.
    """
    for _ in range(attempts - 1):
        try:
            return attempt()
        except (NetworkFailure, ChecksumMismatch):
            time.sleep(pause_seconds)
    return attempt()
