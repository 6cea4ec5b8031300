"""The table of smallest effects that matter in docs/statistics.md, written from the experiments and never by hand.

`python -m grokscope.report.smallest_effects_table` writes it between two markers, with the claims that name each.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from grokscope.config.experiment_files import load_experiments
from grokscope.config.experiments import Experiments
from grokscope.config.named import full_id
from grokscope.config.smallest_effects import SHARED_NAME, SmallestEffect, shared_smallest_effects
from grokscope.config.user import UserConfig
from grokscope.errors import UserError
from grokscope.files import write_text
from grokscope.report.command import exit_status
from grokscope.report.marked_text import with_block

BEGIN = f"<!-- smallest effects: written by grokscope.report.smallest_effects_table from {SHARED_NAME} -->"
END = "<!-- end of smallest effects -->"
DOCUMENT = "docs/statistics.md"


def table(effects: Mapping[str, SmallestEffect], papers: Iterable[Experiments]) -> str:
    """The block between the markers, these included."""
    lines = [BEGIN, "", "| name | smallest effect | why | source | claims |", "|---|---|---|---|---|"]
    claims = claims_by_name(papers)
    for name, effect in effects.items():
        named = ", ".join(f"`{claim}`" for claim in claims.get(name, []))
        cells = (f"`{name}`", f"{effect.value:g} {effect.unit}", effect.reason, effect.source, named)
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join([*lines, "", END])


def claims_by_name(papers: Iterable[Experiments]) -> dict[str, list[str]]:
    """Name of a smallest effect -> ids of the claims that name it."""
    found: dict[str, list[str]] = {}
    for paper in papers:
        for claim, settings in paper.claims.items():
            if settings.smallest_effect_name:
                found.setdefault(settings.smallest_effect_name, []).append(full_id(paper, claim))
    return found


def current_table(repository: Path) -> str:
    """The block for the experiments of the repository. Raises UserError where these are wrong."""
    papers = [load_experiments(repository / folder, folder)[1] for folder in UserConfig().experiments]
    return table(shared_smallest_effects(), papers)


def main(arguments: Sequence[str], repository: Path = Path(__file__).parents[3]) -> int:
    """Write the table into docs/statistics.md."""

    def write() -> None:
        if arguments:
            raise UserError("this command takes no arguments; the table is made from the experiments")
        document = repository / DOCUMENT
        text = with_block(document.read_text(encoding="utf-8"), current_table(repository), BEGIN, END, DOCUMENT)
        write_text(document, text)

    return exit_status(write)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
