"""The README's table is what the saved numbers say, and these are what the verdicts of a run say."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from experiments_support import all_experiments
from grokscope.config.load import read_yaml
from grokscope.config.named import full_id
from grokscope.errors import UserError
from grokscope.files import read_json, write_json
from grokscope.report import compare_verdicts, readme_table

REPOSITORY = Path(__file__).parents[2]
WANTED = read_yaml(REPOSITORY / "docs/results/table.yaml")
NUMBERS = read_json(REPOSITORY / "docs/results/quick.json")


def verdict(name: str, verdict: str, p_value: float | None = 0.001, **more: Any) -> dict[str, Any]:
    paper = next(paper for paper in (*WANTED["papers"], *WANTED["own"]) if name.startswith(paper))
    known = {
        "name": name,
        "id": name,
        "paper": paper,
        "variant": "as_code",
        "scale": "quick",
        "family": name,
        "verdict": verdict,
        "p_value": p_value,
    }
    return known | {"effect": 0.25, "low": 0.125, "high": None, "seeds": 5, "stability": {"may_flip": False}} | more


def write_results(folder: Path, verdicts: list[dict[str, Any]], device: str = "Some processor") -> Path:
    for one in verdicts:
        write_json(folder / "claims" / f"{one['name']}.json", one)
    for number, seeds in enumerate(([0, 1, 2], [3, 4])):
        record = {"seeds": seeds, "provenance": {"device_name": device, "git_commit": "0123456789abcdef"}}
        write_json(folder / f"runs/r/block{number}/training.json", record)
    return folder


@pytest.fixture
def results(tmp_path: Path) -> Path:
    names = [row["claim"] for row in WANTED["rows"]]
    verdicts = [verdict(name, "supported") for name in names]
    verdicts[0] |= {"verdict": "inconclusive", "seeds": 3, "stability": {"may_flip": True}}
    verdicts[1] |= {"verdict": "contradicted", "effect": -1.0, "low": -2.0, "high": -0.5}
    verdicts[2] |= {"family": "shared", "p_value": 0.03}  # not after correction for the next one
    others = [
        verdict("deep_grokking_other", "supported", 0.04, family="shared"),
        verdict("always_grok_untested", "not tested", None),
    ]
    return write_results(
        tmp_path / "quick",
        [*verdicts, *others, verdict("deep_grokking_fig1-corrected", "supported", id="deep_grokking_fig1")],
    )


def test_the_readme_says_what_the_saved_numbers_say() -> None:
    """Nobody edits the table by hand: `python -m grokscope.report.readme_table` writes it."""
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert readme_table.table(NUMBERS, WANTED) in readme
    assert readme_table.with_table(readme, readme_table.table(NUMBERS, WANTED), "quick") == readme


def test_the_table_names_claims_that_there_are() -> None:
    known = {full_id(paper, name) for _, paper in all_experiments() for name in paper.claims}
    assert {row["claim"] for row in WANTED["rows"]} <= known
    assert [row["claim"] for row in NUMBERS["rows"]] == [row["claim"] for row in WANTED["rows"]]
    assert {paper.id for _, paper in all_experiments()} == {*WANTED["papers"], *WANTED["own"]}


def test_numbers_are_those_of_the_verdicts(results: Path) -> None:
    found = readme_table.numbers_of(results, WANTED)
    assert (found["processors"], found["commits"], found["seeds"]) == (["Some processor"], ["0123456789abcdef"], 5)
    assert found["counts"] == {
        "papers": {"supported": 7, "contradicted": 1, "inconclusive": 3},
        "own": {"supported": 2, "contradicted": 0, "inconclusive": 0},
    }
    assert found["rows"][0] == {
        "claim": "deep_grokking_deeper_generalises_later",
        "verdict": "inconclusive",
        "effect": 0.25,
        "low": 0.125,
        "high": None,
        "seeds": 3,
        "near_a_line": True,
    }
    assert found["rows"][2]["verdict"] == "inconclusive"
    text = readme_table.table(found, WANTED)
    assert (
        "| inconclusive, near a line | 0.25 [0.12, open] decades of steps per step of depth, in three seeds |" in text
    )
    assert "| contradicted | -1.00 [-2.00, -0.50] decades from fit" in text
    assert all(
        words in " ".join(text.split())
        for words in ("at commit 0123456, on Some processor (five seeds", "Of 11 claims of the papers", "of 2 claims")
    )


def test_the_script_writes_numbers_and_readme(
    results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repository = tmp_path / "repository"
    shutil.copytree(REPOSITORY / "docs/results", repository / "docs/results")
    shutil.copy(REPOSITORY / "README.md", repository)
    assert readme_table.main([str(results)], repository) == 0
    readme = (repository / "README.md").read_text(encoding="utf-8")
    assert readme_table.table(read_json(repository / "docs/results/quick.json"), WANTED) in readme
    assert readme_table.main([], repository) == 0
    assert (repository / "README.md").read_text(encoding="utf-8") == readme
    (results / "claims" / f"{WANTED['rows'][0]['claim']}.json").unlink()
    assert readme_table.main([str(results)], repository) == 2
    assert "no verdict on deep_grokking_deeper_generalises_later" in capsys.readouterr().err
    with pytest.raises(UserError, match="have to be there once each"):
        readme_table.with_table("# no markers", "", "quick")


def test_verdicts_that_differ_are_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = [
        verdict("deep_grokking_a", "supported"),
        verdict("deep_grokking_b", "supported", 0.03, stability={"may_flip": True}),
    ]
    second = [
        verdict("deep_grokking_a", "supported"),
        verdict("deep_grokking_b", "contradicted", 0.6, effect=-1.0),
        verdict("deep_grokking_c", "supported"),
    ]
    one, other = write_results(tmp_path / "one", first), write_results(tmp_path / "other", second)
    assert compare_verdicts.main([str(one), str(other)]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert printed == [
        "deep_grokking_b: supported, 0.25 [0.125 open], near a line of the rule | contradicted, -1 [0.125 open]",
        f"deep_grokking_c: only in {other}",
        "1 of 2 verdicts that are in both differ.",
    ]
    assert compare_verdicts.main([str(one), str(one)]) == 0
    assert compare_verdicts.main([str(one), str(tmp_path)]) == 2
    assert "contains no claims/*.json" in capsys.readouterr().err
