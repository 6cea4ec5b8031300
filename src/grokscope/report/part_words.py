"""What an estimand or a test is, in the words of its own module, for readers who do not know its name."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ANALYSIS = Path(__file__).parents[1] / "analysis"
FOLDERS = {"estimand": ("estimands",), "test": ("tests", "hypothesis_tests")}
_PLACE_IN_PAPER = re.compile(r" \(P[12]\b[^)]*\)")


@cache
def part_in_words(kind: str, name: str) -> str:
    """The first paragraph of the docstring of the estimand or test `name`; its name with spaces if it has none.

    The place in a paper is left out, for the claim names its own.
    """
    for folder in FOLDERS[kind]:
        module = ANALYSIS / folder / f"{name}.py"
        if module.is_file():
            about = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
            return _PLACE_IN_PAPER.sub("", " ".join(about.partition("\n\n")[0].split()))
    return name.replace("_", " ")
