"""What the README says that its first example finds, written from the saved numbers like its table."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from grokscope.errors import UserError
from grokscope.report.marked_text import with_block

CLAIM = "always_grok_deeper_generalises_later"
WRITTEN = "<!-- example: written by grokscope.report.readme_table from "
BEGIN = WRITTEN + "docs/results/{scale}.json -->"
END = "<!-- end of example -->"


def example(numbers: Mapping[str, Any]) -> str:
    """The block between the markers, these included. Raises UserError where the claim was not judged."""
    found = numbers["claims"].get(CLAIM)
    if found is None or found["effect"] is None:
        raise UserError(f"docs/results/{numbers['scale']}.json: holds no effect of {CLAIM}; make all figures first")
    low, high = (("open" if end is None else f"{end:.2f}") for end in (found["low"], found["high"]))
    later = 100 * (10 ** found["effect"] - 1)
    text = (
        f"Then open `results/{numbers['scale']}/report/index.html` and look for the claim that with a large"
        f" initialisation deeper networks generalise later. Expect the verdict **{found['verdict']}** and an effect of"
        f" about **{found['effect']:.2f} [{low}, {high}]** decades of steps for each layer (a decade is a factor of"
        f" ten, so each layer delays generalisation by about {later:.0f} %; a network that has not generalised when"
        " training ends counts as if it did then)."
    )
    return "\n".join(
        [
            BEGIN.format(scale=numbers["scale"]),
            textwrap.fill(text, 118, break_on_hyphens=False, break_long_words=False),
            END,
        ]
    )


def with_example(readme: str, numbers: Mapping[str, Any]) -> str:
    """`readme` with the block between the markers replaced. Raises UserError if the markers are missing."""
    return with_block(readme, example(numbers), WRITTEN, END, "README.md")
