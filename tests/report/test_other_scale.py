"""Verdicts of the other scale beside a report's own, and which verdicts rest on the papers' settings."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import report_made_up as made_up
from grokscope.errors import UserError
from grokscope.files import write_json
from grokscope.report.build import build_report
from grokscope.report.claims import VERDICTS, Claim
from grokscope.report.other_scale import OtherScale, OtherVerdict, read_other_scale, resting_on
from grokscope.report.summary_page import SUMMARY
from report_support import pages

FIRST, SECOND, THIRD, UNTESTED = (claim[0] for claim in made_up.CLAIMS)
NONE = "No verdict here rests on the papers' settings: all are of quick scale, on smaller networks or fewer images."


def built(folder: Path, scale: str, numbers: dict[str, dict[str, Any]] | None) -> dict[str, str]:
    spec = made_up.make_spec(folder, scale, {})
    if numbers is not None:
        made_up.at_the_other_scale(spec, numbers)
    build_report(spec, folder / "report")
    return {name: unescape(text) for name, text in pages(folder / "report").items()}


def row(text: str, statement: str) -> str:
    (found,) = [one for one in re.findall(r"<tr[ >].*?</tr>", text, re.DOTALL) if statement in one]
    return found


def test_nothing_is_shown_where_nothing_is_saved(tmp_path: Path) -> None:
    found = built(tmp_path, "quick", None)
    assert NONE in found["index.html"]
    assert NONE in found[SUMMARY]
    for text in found.values():
        assert "Papers' settings" not in text
        assert ' two-scales"' not in text
        assert "has not been judged at" not in text


def test_a_report_of_quick_scale_shows_the_papers_settings(tmp_path: Path) -> None:
    numbers = {
        FIRST: made_up.saved_verdict("contradicted", -0.25, 5, near=True),
        SECOND: made_up.saved_verdict("supported"),
    }
    found = built(tmp_path, "quick", numbers)
    for page in ("index.html", "deep_grokking.html", SUMMARY, "power.html"):
        assert ">Papers' settings</th>" in found[page], page
        cells = row(found[page], "the deeper the network, the later")
        assert cells.index("Supported") < cells.index("Contradicted"), page
        assert "5 seeds" in cells, page
        assert found[page].count("</tr>") > 1
    assert "3 seeds" in row(found["index.html"], "Feature ranks drop")
    assert 'class="empty"' in row(found["index.html"], "Robustness comes back")
    assert "Papers' settings" not in found["always_grok.html"]  # none of its claims has been judged there
    sentence = (
        "2 of these 3 claims have also been judged at the papers' settings, on 3 to 5 seeds; the column says how."
    )
    assert sentence in found["index.html"]
    assert sentence in found[SUMMARY]
    claim = re.sub(r"<[^>]*>", "", found[f"claims/{FIRST}.html"])
    assert (
        "Judged at the papers' settings: ✕ Contradicted with an effect of −0.25 [−0.35, ∞] decades of steps, on 5"
        " usable seeds; it is close to another verdict." in claim
    )
    assert "As it is asked here, it has not been judged at the papers' settings." in found[f"claims/{THIRD}.html"]
    assert "has not been judged" not in found[f"claims/{UNTESTED}.html"]
    assert "Papers' settings:" in found["figures/deep_grokking_fig1.html"]
    assert "docs/results/paper.json, made at commit fedcba9876" in found["provenance.html"]


def test_a_report_of_paper_scale_shows_the_small_scale(tmp_path: Path) -> None:
    found = built(tmp_path, "paper", {FIRST: made_up.saved_verdict("inconclusive")})
    assert ">Small scale</th>" in found["index.html"]
    assert "Inconclusive" in row(found["index.html"], "the deeper the network, the later")
    assert "All verdicts rest on the papers' settings, on 3 seeds." in found["index.html"]
    assert "Judged at quick scale (smaller networks or fewer images): " in found[f"claims/{FIRST}.html"]


def test_smoke_scale_counts_as_nothing(tmp_path: Path) -> None:
    spec = made_up.make_spec(tmp_path, "smoke", {})
    for scale in ("smoke", "quick", "paper"):
        saved = {"scale": scale, "claims": {FIRST: made_up.saved_verdict("supported", seeds=97)}}
        write_json(Path(spec["docs_folder"]) / "results" / f"{scale}.json", saved)
    build_report(spec, tmp_path / "report")
    for name, text in pages(tmp_path / "report").items():
        assert "97 seeds" not in text, name
        assert "rests on the papers" not in text, name
    assert not read_other_scale(spec["docs_folder"], "smoke", ()).verdicts


def test_a_file_without_claims_counts_as_none_and_a_damaged_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "results" / "paper.json"
    write_json(path, {"scale": "paper", "rows": []})
    assert not read_other_scale(str(tmp_path), "quick", ()).verdicts
    write_json(path, {"scale": "quick", "claims": {}})
    with pytest.raises(UserError, match=r"paper.json: holds numbers of scale quick; write it again: .* results/paper"):
        read_other_scale(str(tmp_path), "quick", ())
    path.write_text(path.read_text().replace("quick", "paper"))
    with pytest.raises(UserError, match=r"paper.json: damaged: .*; write it again: .*readme_table results/paper"):
        read_other_scale(str(tmp_path), "quick", ())


def test_a_verdict_without_a_usable_seed_is_said_in_one_sentence(tmp_path: Path) -> None:
    found = built(tmp_path, "quick", {FIRST: made_up.saved_verdict("inconclusive", None, 0)})
    assert "At the papers' settings no seed could be used." in unescape(found[f"claims/{FIRST}.html"])
    assert "without an estimate" not in found[f"claims/{FIRST}.html"]


def test_a_verdict_on_another_question_is_not_shown(tmp_path: Path) -> None:
    """A claim may have been changed since the other scale was judged."""
    numbers = {
        FIRST: made_up.saved_verdict("contradicted", -0.25, 97) | {"question": "another"},
        SECOND: made_up.saved_verdict("supported", 0.3, 98),
    }
    text = re.sub(r'<a class="term"[^>]*>(.*?)</a>', r"\1", "".join(built(tmp_path, "quick", numbers).values()))
    assert "97 usable seeds" not in text
    assert "98 usable seeds" in text


def claim(name: str, kind: str, seeds: int | None = None, waits: bool = False) -> Claim:
    numbers: tuple[Any, ...] = (None, None, seeds, 0, "", (), (), {})
    return Claim(name, "p", "as_code", {}, VERDICTS[kind], *numbers, waits=waits)


def at_paper(**seeds: int) -> OtherScale:
    made = {name: OtherVerdict(VERDICTS["supported"], 1.0, None, count, False, 0) for name, count in seeds.items()}
    return OtherScale("paper", made)


@pytest.mark.parametrize(
    ("claims", "scale", "other", "sentence"),
    [
        ([claim("a", "supported", 5)], "quick", OtherScale("paper"), NONE),
        ([claim("a", "not_tested")], "quick", OtherScale("paper"), ""),
        ([claim("a", "supported", 5)], "smoke", at_paper(a=3), ""),
        (
            [claim("a", "supported", 5), claim("b", "inconclusive", 5)],
            "quick",
            at_paper(a=3, unknown=9),
            "1 of these 2 claims has also been judged at the papers' settings, on 3 seeds; the column says how.",
        ),
        (
            [claim("a", "supported", 5)],
            "quick",
            at_paper(a=3),
            "This claim has also been judged at the papers' settings, on 3 seeds; the column says how.",
        ),
        (
            [claim("a", "supported", 5), claim("b", "not_tested"), claim("c", "supported", 5)],
            "quick",
            at_paper(a=3, b=1, c=4),
            "2 of these 2 claims have also been judged at the papers' settings, and 1 other there alone, on 1 to 4"
            " seeds; the column says how.",
        ),
        (
            [claim("b", "not_tested")],
            "quick",
            at_paper(b=1),
            "1 claim has been judged at the papers' settings, on 1 seed; the column says how. No verdict of quick scale"
            " is among them.",
        ),
        (
            [claim("a", "supported", 5), claim("b", "supported", 3), claim("c", "not_tested", waits=True)],
            "paper",
            OtherScale("quick"),
            "All verdicts rest on the papers' settings, on 3 to 5 seeds; 1 claim waits for runs.",
        ),
        (
            [claim("a", "supported", 5), claim("b", "inconclusive", 0)],
            "paper",
            OtherScale("quick"),
            "All verdicts rest on the papers' settings, on up to 5 seeds.",
        ),
        (
            [claim("c", "not_tested", waits=True), claim("d", "not_tested", waits=True), claim("e", "not_tested")],
            "paper",
            OtherScale("quick"),
            "No claim has been judged at the papers' settings yet: 2 claims wait for runs.",
        ),
        ([], "paper", OtherScale("quick"), "No claim has been judged at the papers' settings yet."),
    ],
)
def test_which_verdicts_rest_on_the_papers_settings(
    claims: list[Claim], scale: str, other: OtherScale, sentence: str
) -> None:
    assert resting_on(claims, scale, other) == sentence
