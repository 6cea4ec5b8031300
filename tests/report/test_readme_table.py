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
from grokscope.report.readme_example import with_example

REPOSITORY = Path(__file__).parents[2]
WANTED = read_yaml(REPOSITORY / "docs/results/table.yaml")
NUMBERS = read_json(REPOSITORY / "docs/results/quick.json")
NUMBERS_OF_A_CLAIM = ("verdict", "effect", "low", "high", "seeds", "near_a_line")


def verdict(name: str, verdict: str, **more: Any) -> dict[str, Any]:
    paper = next(paper for paper in (*WANTED["papers"], *WANTED["own"]) if name.startswith(paper))
    known = {
        "name": name,
        "id": name,
        "paper": paper,
        "variant": "as_code",
        "scale": "quick",
        "kind": "control" if name.endswith("other") else "result",
        "verdict": verdict,
        "verdict_before_correction": verdict,
        "runs": ["r"],
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
    verdicts[2] |= {"verdict": "inconclusive"}
    verdicts[3] |= {"verdict": "not seen", "verdict_before_correction": "not seen"}
    others = [
        verdict("deep_grokking_other", "supported"),
        *(verdict(f"extensions_{name}", "supported") for name in ("first", "second")),
        verdict("always_grok_untested", "not tested"),
    ]
    return write_results(
        tmp_path / "quick",
        [*verdicts, *others, verdict("deep_grokking_fig1-corrected", "supported", id="deep_grokking_fig1")],
    )


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


def test_numbers_are_those_of_the_verdicts(results: Path) -> None:
    found = readme_table.numbers_of(results, WANTED)
    assert (found["processors"], found["commits"], found["seeds"]) == (["Some processor"], ["0123456789abcdef"], 5)
    assert found["counts"] == {
        "stated": {"supported": len(WANTED["rows"]) - 4, "contradicted": 1, "not seen": 1, "inconclusive": 2},
        "checks": {"supported": 1, "contradicted": 0, "not seen": 0, "inconclusive": 0},
        "own": {"supported": 2, "contradicted": 0, "not seen": 0, "inconclusive": 0},
    }
    first, _, third, *_ = (found["claims"][row["claim"]] for row in WANTED["rows"])
    assert {key: first[key] for key in NUMBERS_OF_A_CLAIM} == {
        "verdict": "inconclusive",
        "effect": 0.25,
        "low": 0.125,
        "high": None,
        "seeds": 3,
        "near_a_line": True,
    }
    assert third["verdict"] == "inconclusive"
    assert len(found["claims"]) == len(WANTED["rows"]) + 4  # the other claims and the one in another variant
    assert found["claims"]["deep_grokking_fig1-corrected"]["verdict"] == "supported"
    assert "always_grok_untested" not in found["claims"]
    text = readme_table.table(found, WANTED)
    assert "| inconclusive, near a line | 0.25 [0.12, open] decades of steps per layer, in three seeds |" in text
    assert "| contradicted | -1.00 [-2.00, -0.50] decades from fit" in text
    assert all(
        words in " ".join(text.split())
        for words in (
            "at commit 0123456, on Some processor (five seeds",
            f"{len(WANTED['rows'])} results and mechanisms of the papers ({len(WANTED['rows']) - 4} supported, 1"
            " contradicted, 1 not seen and 2 inconclusive)",
            "1 check of them (1 supported",
            "2 claims of our own (2 supported",
        )
    )


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


def test_numbers_of_other_claims_stay_as_long_as_these_ask_the_same(results: Path) -> None:
    saved = dict.fromkeys(NUMBERS_OF_A_CLAIM) | {"verdict": "supported", "default": True, "kind": "result"}
    saved |= {"paper": "always_grok", "figure": "always_grok_fig2", "trained_seeds": 7}
    saved |= {"commits": ["fedcba"], "processors": ["Another processor"], "question": "a"}
    before = {"claims": dict.fromkeys(("always_grok_same", "always_grok_asks_another", "always_grok_gone"), saved)}
    judged = WANTED["rows"][0]["claim"]
    before["claims"][judged] = saved
    asked = {"always_grok_same": "a", "always_grok_asks_another": "b", judged: "a"}
    found = readme_table.numbers_of(results, WANTED, None, before, asked)
    alone = readme_table.numbers_of(results, WANTED)
    assert found["claims"] == alone["claims"] | {"always_grok_same": saved}
    assert found["counts"]["stated"]["supported"] == alone["counts"]["stated"]["supported"] + 1
    assert (found["processors"], found["commits"]) == (
        ["Another processor", "Some processor"],
        ["0123456789abcdef", "fedcba"],
    )
    assert (found["seeds"], found["figures"]) == (7, alone["figures"] + 1)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """README, the table's rows and numbers of quick scale, without those at the papers' settings."""
    made = tmp_path / "repository"
    (made / "docs/results").mkdir(parents=True)
    for name in ("README.md", "docs/results/table.yaml", "docs/results/quick.json"):
        shutil.copy(REPOSITORY / name, made / name)
    assert readme_table.main([], made) == 0
    return made


def test_verdicts_at_the_papers_settings_get_a_column_as_soon_as_they_are_there(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (repository / "README.md").read_text(encoding="utf-8")
    assert "at the papers' settings |" not in before
    first, second, third = (row["claim"] for row in WANTED["rows"][:3])
    judged = [
        verdict(first, "supported", scale="paper", seeds=3, runs=["a-run"], stability={"may_flip": True}),
        verdict(second, "inconclusive", scale="paper", seeds=1, effect=None, low=None),
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
