"""What is not there yet of the figures that are asked for, in one table, before anything starts."""

from __future__ import annotations

from collections.abc import Iterable

from grokscope.config.blocks import block_name
from grokscope.results.wanted import Wanted


def missing_table(wanted: Wanted, figures: Iterable[str]) -> str:
    """A line for every figure and run that lacks seeds: those that are there, and those that are missing.

    Empty where nothing is missing. Seeds count as there when every metric of the figure is measured.
    """
    rows = []
    for name in figures:
        item = wanted.plan.figures[name]
        for run in item.runs():
            there = asked = set(wanted.wanted_seeds(run))
            for metric in item.settings.metrics:
                there = there & wanted.measured_seeds(run, metric)
            missing = asked - there
            if missing:
                rows.append((name, run, _listed(there), _listed(missing)))
    if not rows:
        return ""
    rows.insert(0, ("figure", "run", "seeds there", "seeds missing"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    table = "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    if wanted.config.missing == "train":
        end = (
            "What is missing is trained and measured; to draw with the seeds that are there: --config missing=leave_out"
        )
    else:
        end = "What is missing is left out; to train and measure it: --config missing=train"
    return f"{table}\n{end}\n"


def _listed(seeds: set[int]) -> str:
    """Seeds as ranges, such as 0-2, 7."""
    return block_name(seeds).removeprefix("seeds_").replace("_", ", ") or "none"
