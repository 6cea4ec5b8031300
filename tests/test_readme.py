"""What the README promises on its first screen is what its own table says, and its commands name what there is."""

from __future__ import annotations

import re
from pathlib import Path

from grokscope.config.start import load_plan

REPOSITORY = Path(__file__).parents[1]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
FIRST_SCREEN = README[: README.index("\n| claim ")]
NUMBER = re.compile(r"-?\d\.\d\d \[-?\d\.\d\d, -?\d\.\d\d\]")


def test_the_number_to_expect_is_in_the_table_under_the_claim_that_the_text_names() -> None:
    (expected,) = NUMBER.findall(FIRST_SCREEN)
    (row,) = [
        line for line in README.splitlines() if line.startswith("| ") and expected in line.strip("|").split("|")[-1]
    ]
    (head,) = [line for line in README.splitlines() if line.startswith("| claim |")]
    cells = dict(zip(*([cell.strip() for cell in line.strip("|").split("|")] for line in (head, row)), strict=True))
    claim = cells["claim"]
    (verdict,) = (cell for column, cell in cells.items() if column.startswith("verdict"))
    words = " ".join(FIRST_SCREEN.split())
    assert f"**{verdict}**" in words
    assert "large initialisation" in claim
    assert "with a large initialisation deeper networks generalise later" in words


def test_the_command_to_start_with_makes_that_claim() -> None:
    (figure,) = re.findall(r"make report FIGURES='\[(\w+)\]'", FIRST_SCREEN)
    _, plan = load_plan({"scale": "quick", "figures": [figure]}, REPOSITORY)
    assert plan.selected_figures == [figure]
    statements = [claim.settings.statement.lower() for claim in plan.claims.values()]
    assert [one for one in statements if "deeper" in one and "initiali" in one], statements


def test_every_figure_target_and_document_that_the_readme_names_is_there() -> None:
    _, plan = load_plan({"scale": "smoke", "figures": "all"}, REPOSITORY)
    named = set(re.findall(r"\b(?:deep_grokking|always_grok|extensions)_\w+", README))
    assert {name for name in named if not name.endswith(("deep_grokking", "always_grok"))} <= set(plan.figures)
    for path in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (REPOSITORY / path).is_file(), path
    targets = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"^    make (\w+)|`make (\w+)", README, re.MULTILINE)) != set()
    assert {one or other for one, other in re.findall(r"^    make (\w+)|`make (\w+)", README, re.MULTILINE)} <= targets
