"""A made-up text, and the same as its publishers would give it."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grokscope.data import registry
from grokscope.data.catalogue import PackageInfo
from grokscope.data.text.catalogue import TEXTS, TextInfo
from grokscope.data.text.declaration import text_task
from grokscope.data.text.stored import described, encoded

NAME = "king_james_characters"


def made_up(length: int = 1003, seed: int = 0) -> str:
    """Words of letters, some of which take more than one byte, with every character in both parts."""
    random = np.random.default_rng(seed)
    text = "".join(random.choice(list("abcde —æ\n "), size=length - 1)) + "\n"
    return "a" + text[1:]


def wheel(file: Path, text: str, member: str) -> Path:
    """A package whose module would fail if it were run, and whose longest constant is the text."""
    source = (
        f"'''A module.'''\nraise SystemExit('the package was run')\nbible = Bible(1, {(chr(10) + text)!r}, 'end')\n"
    )
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(member, source)
    return file


def take_for_official(monkeypatch: pytest.MonkeyPatch, text: str, **changes: object) -> TextInfo:
    """Make the catalogue take a text for that of NAME."""
    known = described(encoded(NAME, text, "here"))
    facts = {
        key: getattr(known, key)
        for key in ("length", "characters", "test_length", "most_frequent_of_test", "content_sha256")
    }
    info = replace(TEXTS[NAME], **facts, **changes)
    monkeypatch.setitem(TEXTS, NAME, info)
    monkeypatch.setitem(registry.MADE, NAME, text_task(info))
    return info


def packaged(file: Path) -> PackageInfo:
    """The package in a wheel, pinned."""
    return PackageInfo("pip", "bible", "1.0", hashlib.sha256(file.read_bytes()).hexdigest(), "python_constant")
