"""The table of smallest effects in docs/statistics.md is what the experiments say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from experiments_support import REPOSITORY, all_experiments
from grokscope.config.named import full_id
from grokscope.config.smallest_effects import SmallestEffect, shared_smallest_effects
from grokscope.report import smallest_effects_table
from grokscope.report.documents import sections, to_html

DOCUMENT = "docs/statistics.md"


def test_the_document_says_what_the_experiments_say() -> None:
    """Nobody edits the table by hand: `python -m grokscope.report.smallest_effects_table` writes it."""
    assert smallest_effects_table.current_table(REPOSITORY) in (REPOSITORY / DOCUMENT).read_text(encoding="utf-8")


def test_every_claim_stands_once_beside_the_one_that_it_names() -> None:
    block = smallest_effects_table.current_table(REPOSITORY)
    rows = [line.split(" | ") for line in block.splitlines() if line.startswith("| `")]
    assert [row[0] for row in rows] == [f"| `{name}`" for name in shared_smallest_effects()]
    claims = {full_id(paper, name): claim for _, paper in all_experiments() for name, claim in paper.claims.items()}
    beside = [(claim.strip(" |`"), row[0].strip("| `")) for row in rows for claim in row[4].split(", ")]
    assert sorted(beside) == sorted((name, str(claim.smallest_effect_name)) for name, claim in claims.items())


def test_the_command_writes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(REPOSITORY / "experiments", tmp_path / "experiments")
    document = tmp_path / DOCUMENT
    document.parent.mkdir()
    text = (REPOSITORY / DOCUMENT).read_text(encoding="utf-8")
    other = text.replace("| `later_per_layer` | 0.025", "| `later_per_layer` | 0.024")
    assert other != text
    document.write_text(other, encoding="utf-8")
    assert smallest_effects_table.main([], tmp_path) == 0
    assert document.read_text(encoding="utf-8") == text
    document.write_text("# No markers\n", encoding="utf-8")
    assert smallest_effects_table.main([], tmp_path) == 2
    assert smallest_effects_table.main(["results/quick"], tmp_path) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert "docs/statistics.md: the lines" in first
    assert "takes no arguments" in second


def test_a_bar_in_a_reason_does_not_end_its_cell() -> None:
    effect = SmallestEffect(value=0.1, unit="decades", reason="Larger | smaller.", source="A guess")
    assert "| 0.1 decades | Larger \\| smaller. | A guess |" in smallest_effects_table.table({"one": effect}, [])


def test_the_markers_do_not_show_on_a_page() -> None:
    text = sections((REPOSITORY / DOCUMENT).read_text(encoding="utf-8"))["The smallest effect that matters"]
    html = to_html(text)
    assert "<!--" in text
    assert "!--" not in html
    assert '<th scope="row" role="rowheader"><code>later_per_layer</code></th>' in html
    assert to_html("<b>bold</b>").count("&lt;b&gt;") == 1
