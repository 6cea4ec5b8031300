"""Text between two marker lines of a document of the repository, which commands write and nobody edits by hand."""

from __future__ import annotations

from grokscope.errors import UserError


def with_block(document: str, block: str, begin: str, end: str, name: str) -> str:
    """`document` with what stands between its markers replaced by `block`, which has both of them.

    `begin` is how the first marker begins, `end` is the whole second one. Raises UserError, which names the document
    `name`, if they are missing.
    """
    if document.count(begin) != 1 or document.count(end) != 1 or document.index(begin) > document.index(end):
        raise UserError(f"{name}: the lines {begin!r} and {end!r} have to be there once each, in this order")
    before, rest = document.split(begin)
    return before + block + rest.split(end)[1]
