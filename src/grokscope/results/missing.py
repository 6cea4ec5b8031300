"""What is not there yet of the figures that are asked for, in one table, before anything starts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from grokscope.config.blocks import block_name
from grokscope.results.wanted import Wanted


def missing_table(wanted: Wanted, figures: Iterable[str]) -> str:
    """What every figure lacks: seeds that are there, those that are missing, and the metrics that were not measured
    where others were, in a line for each of its runs, or for several that lack the same. Figures of which nothing is
    there share one line in the end.

    Empty where nothing is missing. Seeds count as there when every metric of the figure is measured.
    """
    rows, nothing = [], []
    for name in figures:
        of_figure = list(_rows(wanted, name))
        if of_figure and not any(row.measured for row in of_figure) and len(of_figure) == len(_runs(wanted, name)):
            nothing.append(name)
        else:
            rows += [(name, *row) for row in _grouped(of_figure)]
    if not rows and not nothing:
        return ""
    lines = _aligned([("figure", "run", "seeds there", "seeds missing", "not measured"), *rows]) if rows else []
    if nothing:
        more, figures = "more " if rows else "", "figure" if len(nothing) == 1 else "figures"
        lines.append(f"Nothing is there yet of {len(nothing)} {more}{figures}: {', '.join(nothing)}")
    if wanted.config.missing == "train":
        end = (
            "What is missing is trained and measured; to draw with the seeds that are there: --config missing=leave_out"
        )
    else:
        end = "What is missing is left out; to train and measure it: --config missing=train"
    return "\n".join([*lines, end]) + "\n"


class _Row(NamedTuple):
    """A run that lacks seeds for a figure."""

    run: str
    there: set[int]
    missing: set[int]
    lacking: str
    measured: bool
    """Whether any metric of any seed is measured."""


def _rows(wanted: Wanted, figure: str) -> Iterator[_Row]:
    for run in _runs(wanted, figure):
        asked = set(wanted.wanted_seeds(run))
        metrics = wanted.plan.figures[figure].settings.metrics
        measured = {metric: asked & wanted.measured_seeds(run, metric) for metric in metrics}
        there = asked.intersection(*measured.values())
        if there != asked:
            seen = set().union(*measured.values())
            lacking = ", ".join(metric for metric, seeds in measured.items() if seeds != seen)
            yield _Row(run, there, asked - there, lacking or "all", bool(seen))


def _grouped(rows: list[_Row]) -> Iterator[tuple[str, str, str, str]]:
    """The run, or how many lack the same, and what that is in words."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        alike.setdefault((_listed(row.there), _listed(row.missing), row.lacking), []).append(row.run)
    for lacks, runs in alike.items():
        yield (runs[0] if len(runs) == 1 else f"{len(runs)} runs, {runs[0]} the first", *lacks)


def _runs(wanted: Wanted, figure: str) -> list[str]:
    return wanted.plan.figures[figure].runs()


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def _listed(seeds: set[int]) -> str:
    """Seeds as ranges, such as 0-2, 7."""
    return block_name(seeds).removeprefix("seeds_").replace("_", ", ") or "none"
