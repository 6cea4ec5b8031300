"""The README's table is what the saved numbers say, and these are what the verdicts of a run say."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from experiments_support import all_experiments
from grokscope.analysis.premise import needs_of
from grokscope.config.named import full_id
from grokscope.config.start import load_plan
from grokscope.errors import UserError
from grokscope.files import read_json, write_json
from grokscope.report import compare_verdicts, readme_table
from grokscope.report.questions import ASKED
from grokscope.report.readme_example import with_example
from verdicts_made_up import NUMBERS_OF_A_CLAIM, REPOSITORY, WANTED, made_up_results, verdict, write_results

NUMBERS = read_json(REPOSITORY / "docs/results/quick.json")


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return made_up_results(tmp_path / "quick")


def test_the_readme_says_what_the_saved_numbers_say() -> None:
    """Nobody edits the table by hand: `python -m grokscope.report.readme_table` writes it."""
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    block = readme_table.saved_table(REPOSITORY)
    assert block in readme
    assert readme_table.with_table(readme, block) == readme
    assert with_example(readme, readme_table.saved_of_table(REPOSITORY)) == readme


def test_the_table_names_claims_that_there_are() -> None:
    known = {full_id(paper, name) for _, paper in all_experiments() for name in paper.claims}
    assert {row["claim"] for row in WANTED["rows"]} <= known
    assert {row["claim"] for row in WANTED["rows"]} <= set(NUMBERS["claims"])
    assert {paper.id for _, paper in all_experiments()} == {*WANTED["papers"], *WANTED["own"]}


def test_the_script_writes_numbers_and_readme(
    results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repository = tmp_path / "repository"
    shutil.copytree(REPOSITORY / "docs/results", repository / "docs/results")
    shutil.copy(REPOSITORY / "README.md", repository)
    assert readme_table.main([str(results)], repository) == 0
    readme = (repository / "README.md").read_text(encoding="utf-8")
    paper = repository / "docs/results/paper.json"
    saved = read_json(repository / "docs/results/quick.json")
    assert readme_table.table(saved, WANTED, read_json(paper) if paper.is_file() else None) in readme
    assert readme_table.main([], repository) == 0
    assert (repository / "README.md").read_text(encoding="utf-8") == readme
    (results / "claims" / f"{WANTED['rows'][0]['claim']}.json").unlink()
    (repository / "docs/results/quick.json").unlink()
    assert readme_table.main([str(results)], repository) == 2
    assert "no verdict on deep_grokking_deeper_generalises_later" in capsys.readouterr().err
    with pytest.raises(UserError, match="have to be there once each"):
        readme_table.with_table("# no markers", "")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """README, the table's rows and numbers of quick scale, without those at the papers' settings."""
    made = tmp_path / "repository"
    (made / "docs/results").mkdir(parents=True)
    for name in ("README.md", "docs/results/table.yaml", "docs/results/quick.json"):
        shutil.copy(REPOSITORY / name, made / name)
    assert readme_table.main([], made) == 0
    return made


def asked_alike(name: str, found: str, **more: Any) -> dict[str, Any]:
    """A verdict at the papers' settings on what the claim asks at quick scale, too."""
    _, plan = load_plan({"scale": "paper", "figures": "all"}, REPOSITORY)
    settings = plan.claims[name].as_dict()["settings"]
    asked = {key: settings[key] for key in ASKED} | {"premise": {"needs": needs_of(settings["premise"])}}
    return verdict(name, found, scale="paper", **asked, **more)


@pytest.mark.parametrize("other", [{"test": "another"}, {"minimum_seeds": 2}], ids=["test", "least number of seeds"])
def test_verdicts_at_the_papers_settings_on_another_question_are_not_shown(
    other: dict[str, Any], repository: Path, tmp_path: Path
) -> None:
    name = WANTED["rows"][0]["claim"]
    write_json(tmp_path / "paper/claims" / f"{name}.json", asked_alike(name, "supported") | other)
    assert readme_table.main([str(tmp_path / "paper")], repository) == 0
    line = next(one for one in (repository / "README.md").read_text().splitlines() if "the later test accuracy" in one)
    assert line.split(" | ")[1].strip() == ""


def test_verdicts_at_the_papers_settings_get_a_column_as_soon_as_they_are_there(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (repository / "README.md").read_text(encoding="utf-8")
    assert "at the papers' settings |" not in before
    first, second, third = (row["claim"] for row in WANTED["rows"][:3])
    judged = [
        asked_alike(first, "supported", seeds=3, runs=["a-run"], stability={"may_flip": True}),
        asked_alike(second, "inconclusive", seeds=1, effect=None, low=None),
        verdict(third, "not tested", scale="paper"),
        verdict("extensions_other", "contradicted", scale="paper", seeds=4),
    ]
    results = tmp_path / "paper"
    for one in judged:
        write_json(results / "claims" / f"{one['name']}.json", one)
    for run in ("a-run", "a-run-of-another-figure"):  # as in an archive: only the first is behind a verdict
        facts = {"device_name": f"Processor of {run}", "git_commit": "fedcba9876543210"}
        record = {"seeds": [0, 1, 2], "identity": {}, "training": {"provenance": facts}}
        write_json(repository / "published/paper/runs" / run / "seeds_0-2/record.json", record)
    assert readme_table.main([str(results)], repository) == 0
    saved = read_json(repository / "docs/results/paper.json")
    assert (saved["scale"], saved["seeds"], saved["processors"]) == ("paper", 3, ["Processor of a-run"])
    assert set(saved["claims"]) == {first, second, "extensions_other"}
    assert {key: saved["claims"][first][key] for key in NUMBERS_OF_A_CLAIM} == {
        "verdict": "supported",
        "effect": 0.25,
        "low": 0.125,
        "high": None,
        "seeds": 3,
        "near_a_line": True,
    }
    after = (repository / "README.md").read_text(encoding="utf-8")
    assert "from docs/results/paper.json and docs/results/quick.json -->" in after
    head, _, *rows = [line for line in after.splitlines() if line.startswith(("| ", "|---"))][:14]
    assert head == "| claim | at the papers' settings | verdict at quick scale | effect at quick scale |"
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    unit = WANTED["rows"][0]["unit"]
    assert cells[0][1] == f"supported, near a line: 0.25 [0.12, open] {unit}, in three seeds"
    assert cells[1][1] == "inconclusive: no estimate, in one seed"
    assert cells[2][1] == ""
    words = " ".join(after.split())
    assert (
        "At the papers' settings, trained at commit fedcba9, on Processor of a-run, judged so far: 2 results and"
        " mechanisms of the papers (1 supported, 0 contradicted, 0 not seen and 1 inconclusive); 1 claim of our own (0"
        " supported, 1 contradicted, 0 not seen and 0 inconclusive), on one to four seeds that the test could use."
        in words
    )
    old = [line.split(" | ")[1:] for line in before.splitlines() if line.startswith("| Deep Grokking")]
    assert [line.split(" | ")[2:] for line in after.splitlines() if line.startswith("| Deep Grokking")] == old
    nothing = dict(saved, claims={}, counts={key: dict.fromkeys(readme_table.VERDICTS, 0) for key in ("papers", "own")})
    assert "no claim has been judged yet" in readme_table.table(NUMBERS, WANTED, nothing)
    (repository / "docs/results/paper.json").unlink()
    assert readme_table.main([], repository) == 0
    assert (repository / "README.md").read_text(encoding="utf-8") == before
    assert capsys.readouterr().err == ""


def test_numbers_that_mean_nothing_are_not_saved(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (repository / "README.md").read_text(encoding="utf-8")
    for scales, words in ((("smoke",), "numbers of smoke scale mean nothing"), (("paper", "quick"), "paper and quick")):
        folder = tmp_path / "-".join(scales)
        for scale in scales:
            one = verdict(f"deep_grokking_{scale}", "supported", scale=scale)
            write_json(folder / "claims" / f"{one['name']}.json", one)
        assert readme_table.main([str(folder)], repository) == 2
        message = capsys.readouterr().err
        assert words in message
        assert message.count("\n") == 1
    assert (repository / "README.md").read_text(encoding="utf-8") == before
    assert [path.name for path in (repository / "docs/results").glob("*.json")] == ["quick.json"]


def test_verdicts_that_differ_are_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = [
        verdict("deep_grokking_a", "supported"),
        verdict("deep_grokking_b", "supported", stability={"may_flip": True}),
    ]
    second = [
        verdict("deep_grokking_a", "supported"),
        verdict("deep_grokking_b", "contradicted", effect=-1.0),
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
