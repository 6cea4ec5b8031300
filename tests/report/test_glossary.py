"""Hints at the first use of a word, and nowhere where they would do harm."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import report_made_up as made_up
from grokscope.report.build import build_report
from grokscope.report.glossary import GLOSSARY, with_hints
from report_support import pages

MAIN = '<nav></nav><main id="content">{}</main><footer>decades</footer>'


def hinted(content: str, root: str = "") -> str:
    """The content of a page with hints."""
    return with_hints(MAIN.format(content), root).partition('<main id="content">')[2].partition("</main>")[0]


def test_the_first_use_alone_gets_a_hint() -> None:
    text = hinted("<p>Two Decades, then decades.</p><p>A decade.</p>", "../")
    assert text.count('class="term"') == 1
    meaning = next(word.meaning for word in GLOSSARY if word.key == "decade")
    (link,) = re.findall(r'<a class="term" href="\.\./index\.html#word-decade" title="([^"]*)">Decades</a>', text)
    assert unescape(link) == meaning


def test_longer_words_and_parts_of_words_are_told_apart() -> None:
    assert 'word-probe"' in hinted("<p>Linear probes rise.</p>")
    assert ">Linear probes</a>" in hinted("<p>Linear probes rise.</p>")
    assert "term" not in hinted("<p>decadent migrating surgery, probed complexity</p>")


def test_nothing_changes_where_a_hint_would_do_harm() -> None:
    for content in (
        '<a href="x">a <em>decade</em></a>',
        "<h1>Decades</h1>",
        "<table><tr><th>decades</th></tr></table>",
        "<svg><text>decades</text></svg>",
        "<script>decades</script>",
        '<img alt="decades">',
        "<code>decade</code>",
        '<p title="a decade">x</p>',
    ):
        assert hinted(content) == content
    alone = "<main>decades</main>"
    assert with_hints(alone, "") == alone
    assert "term" not in with_hints(MAIN.format("x"), "")  # outside of the content


def test_pages_explain_words_and_the_first_page_has_all_of_them(tmp_path: Path) -> None:
    spec = made_up.make_spec(tmp_path, "quick", dict.fromkeys((made_up.EVIL_RUN,), ""))
    build_report(spec, tmp_path / "report")
    found = pages(tmp_path / "report")
    for word in GLOSSARY:
        assert found["index.html"].count(f'id="word-{word.key}"') == 1
    for name, text in found.items():
        used = re.findall(r'class="term" href="([^"]*)#word-([a-z-]*)"', text)
        assert len({key for _, key in used}) == len(used), name
        assert {root for root, _ in used} <= {"../" * name.count("/") + "index.html"}, name
    assert 'word-decade" title=' in found["claims/deep_grokking_deeper_generalises_later.html"]
    assert "<a class" not in re.sub(r"(?s)<(a|h1|h2|th)\b[^>]*>.*?</\1>", "", found["summary.html"])
