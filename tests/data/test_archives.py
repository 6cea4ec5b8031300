"""Members of archives."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_helpers import tar_bytes
from grokscope.data.archives import read_deb_members, read_tar_members
from grokscope.errors import UserError


def test_archives_that_are_cut_short_or_lack_a_file_are_named(tmp_path: Path) -> None:
    archive = tmp_path / "some.tgz"
    whole = tar_bytes({"a": b"1" * 5000, "b": bytes(range(256)) * 99}, "package")
    archive.write_bytes(whole)
    assert read_tar_members(archive, ["a"]) == {"a": b"1" * 5000}
    with pytest.raises(UserError, match=r"some\.tgz: the archive lacks c, d"):
        read_tar_members(archive, ["a", "d", "c"])
    for content in (b"", whole[:60], whole[: len(whole) // 2], b"<html></html>"):
        archive.write_bytes(content)
        with pytest.raises(UserError, match=r"some\.tgz: damaged archive"):
            read_tar_members(archive, ["a", "b"])
    with pytest.raises(UserError, match=r"some\.tgz: (damaged archive|dpkg-deb)"):
        read_deb_members(archive, ["a"])
