"""Fingerprints that are kept are those that would be made."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grokscope import code_version_kept as kept
from grokscope.code_version import fingerprint

SOURCE, OTHER = b"from grokscope.low import f\n", b"from grokscope.low import g\n"


class Counted:
    """Makes fingerprints and counts them."""

    def __init__(self) -> None:
        self.sources: list[bytes] = []

    def __call__(self, source: bytes, declares: bool) -> kept.Fingerprint:
        self.sources.append(source)
        return fingerprint(source, declares)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(kept, "KEPT", tmp_path / "kept.json")
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    kept.forget()
    yield tmp_path / "kept.json"
    kept.forget()


def asked(*sources: bytes, declares: bool = False) -> list[bytes]:
    """Of which of these sources a new call makes the fingerprint; they are right in any case."""
    kept.forget()
    make = Counted()
    for source in sources:
        assert kept.kept_fingerprint(source, declares, make, __file__) == fingerprint(source, declares)
    kept.keep()
    return make.sources


def test_the_next_call_makes_only_what_is_new(file: Path) -> None:
    assert asked(SOURCE, SOURCE) == [SOURCE]
    assert asked(SOURCE, OTHER) == [OTHER]
    assert asked(SOURCE, declares=True) == [SOURCE]


@pytest.mark.parametrize("content", [b"", b"{}", b"<html></html>", None])
def test_a_damaged_file_is_made_again(file: Path, content: bytes | None) -> None:
    asked(SOURCE)
    file.write_bytes(file.read_bytes().replace(b"low", b"row") if content is None else content)
    assert asked(SOURCE) == [SOURCE]
    assert asked(SOURCE) == []


def test_other_code_that_makes_them_makes_them_anew(file: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.py"
    for text in ("rule = 1\n", "rule = 2\n"):
        rules.write_text(text)
        kept.forget()
        make = Counted()
        kept.kept_fingerprint(SOURCE, False, make, str(rules))
        kept.keep()
        assert make.sources == [SOURCE]


def test_where_compiled_modules_are_not_written_nothing_is(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    asked(SOURCE)
    assert not file.exists()


def test_a_folder_without_write_permission_is_left_alone(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "KEPT", Path("/proc/none/kept.json"))
    assert asked(SOURCE) == [SOURCE]
    assert asked(SOURCE) == [SOURCE]


def test_of_very_many_only_those_that_are_asked_for_are_kept(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 1)
    asked(SOURCE)
    asked(OTHER)
    assert asked(SOURCE) == [SOURCE]
