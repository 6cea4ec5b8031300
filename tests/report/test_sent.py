"""What can be sent: the report as one ZIP file, and verdicts and headline figures as one page."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from html import unescape
from pathlib import Path

import pytest
from markupsafe import escape

import report_made_up as made_up
from grokscope.report import summary_page
from grokscope.report.archive import write_archive
from grokscope.report.build import build_report
from grokscope.report.site import read_site
from grokscope.report.summary_page import MAIL, MOST_BYTES, SUMMARY
from report_support import Resources


def test_the_summary_is_one_small_file_with_everything_inside(tmp_path: Path) -> None:
    build_report(made_up.make_spec(tmp_path, "quick", {}), tmp_path / "report")
    text = (tmp_path / "report" / SUMMARY).read_text(encoding="utf-8")
    assert len(text.encode()) < MOST_BYTES
    resources = Resources(text)
    assert resources.loaded
    assert [address for address in resources.loaded if not address.startswith("data:")] == []
    assert resources.scripts == []
    assert re.findall(r'href="(?!#|data:)[^"]*"', text) == []
    assert "url(" not in text
    for claim in read_site(made_up.make_spec(tmp_path, "quick", {})).claims:
        assert (str(escape(claim.settings["statement"])) in text) == claim.tested
    assert 'href="summary.html"' in (tmp_path / "report" / "index.html").read_text(encoding="utf-8")


def test_the_page_for_mail_lies_beside_the_archive_and_needs_no_modern_browser(tmp_path: Path) -> None:
    build_report(made_up.make_spec(tmp_path, "quick", {}), tmp_path / "report", tmp_path / "report.zip")
    content = (tmp_path / MAIL).read_bytes()
    assert content == (tmp_path / "report" / SUMMARY).read_bytes()
    assert len(content) <= MOST_BYTES == 3_000_000
    text = content.decode()
    elements = Counter(Resources(text).elements)
    assert elements["style"] == 1
    assert elements["img"] == len(made_up.FIGURES)
    assert not elements.keys() & {"script", "svg", "details", "form", "input", "iframe", "object", "nav"}
    assert "var(--" not in text
    assert "style sheet" not in text
    plain = unescape(re.sub(r"<[^>]*>", "", text.partition("</style>")[2]))
    for words in ("In part, at small scale", "What stands", "What does not stand", "Holm’s correction", "Contradicted"):
        assert words in plain


def test_pictures_that_would_make_the_summary_too_large_are_left_out_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary_page, "MOST_BYTES", 10_000)
    build_report(made_up.make_spec(tmp_path, "quick", {}), tmp_path / "report")
    text = (tmp_path / "report" / SUMMARY).read_text(encoding="utf-8")
    assert "<img" not in text
    assert "Left out because this file would be too large to send" in text


def test_the_archive_of_a_report_holds_the_report_and_is_the_same_for_equal_content(tmp_path: Path) -> None:
    spec = made_up.make_spec(tmp_path, "quick", {})
    for place in ("one", "two"):
        build_report(spec, tmp_path / place / "report", tmp_path / place / "report.zip")
    assert (tmp_path / "one" / "report.zip").read_bytes() == (tmp_path / "two" / "report.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one" / "report.zip") as packed:
        assert packed.testzip() is None
        packed.extractall(tmp_path / "unpacked")
    folder, unpacked = tmp_path / "one" / "report", tmp_path / "unpacked" / "grokscope-report-quick"
    names = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    assert sorted(path.relative_to(unpacked) for path in unpacked.rglob("*") if path.is_file()) == names
    assert [name for name in names if (folder / name).read_bytes() != (unpacked / name).read_bytes()] == []


def test_an_archive_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "index.html").write_text("x")
    monkeypatch.setattr(zipfile.ZipFile, "writestr", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_archive(tmp_path / "report", tmp_path / "report.zip", "report")
    assert [path.name for path in tmp_path.iterdir()] == ["report"]
