"""The costs as text for a terminal and as Markdown."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from grokscope.cost.answer import Costs
from grokscope.cost.estimate import Row

LINE = 100

BUSY_SHARE = 0.25
"""From this share of the cores on, other work is worth a word."""


def as_text(costs: Costs) -> str:
    """A heading, the table in columns, and the notes."""
    names, units = _headings(costs)
    body = [_cells(row) for row in [*costs.sums.rows, costs.sums.total]]
    widths = [max(len(line[column]) for line in [names, units, *body]) for column in range(len(names))]
    rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
    lines = [_title(costs), "", _aligned(names, widths), _aligned(units, widths), rule]
    lines += [_aligned(cells, widths) for cells in body[:-1]]
    lines += [rule, _aligned(body[-1], widths), ""]
    lines += [line for note in [*notes(costs), *_too_much(costs)] for line in textwrap.wrap(note, max(len(rule), LINE))]
    return "\n".join(lines) + "\n"


def as_markdown(costs: Costs) -> str:
    """The same with a Markdown table and a list of notes."""
    names, units = _headings(costs)
    heads = [f"{name}, {unit}" if unit else name for name, unit in zip(names, units, strict=True)]
    lines = [f"**{_title(costs)}**", "", _bars(heads), "|---|" + "---:|" * (len(heads) - 1)]
    lines += [_bars([f"`{row.name}`", *_cells(row)[1:]]) for row in costs.sums.rows]
    total = _bars([f"**{cell}**" for cell in _cells(costs.sums.total)])
    return "\n".join([*lines, total, "", *(f"- {note}" for note in notes(costs))]) + "\n"


def notes(costs: Costs) -> list[str]:
    """What has to be known to read the table."""
    sums, unit = costs.sums, f"{costs.unit}-hours"
    found = [
        "A line is what that figure costs alone. Runs and metrics that figures share are in the total once:"
        f" {_amount(sums.shared_hours)} {unit} less than the sum of the lines. The total has"
        f" {_amount(sums.other_hours)} {unit} more of metrics that only claims and run cards show."
    ]
    if costs.trained or costs.measured:
        there = f"{costs.trained} of {costs.trainings} trainings and {costs.measured} of {costs.tables} metric tables"
        found.append(
            f"Already there: {there}; they cost nothing, and a training that has begun costs what is left of it."
        )
    found.append(
        "Not counted: getting data, joining tables, drawing figures, claims, run cards and the report, which take"
        " minutes."
    )
    measured = (
        f"Measured on {costs.day.isoformat()} on made-up images: {costs.machine}, {costs.cores} cores. Hours will"
        " differ on another machine."
    )
    if costs.load > BUSY_SHARE * costs.cores:
        measured += (
            f" It was shared with other work (load {costs.load:.1f}), which makes steps slower than they are alone."
        )
    return [*found, measured]


def _too_much(costs: Costs) -> list[str]:
    """What to do when the disk is too small."""
    if costs.sums.total.checkpoint_bytes <= costs.free_bytes:
        return []
    free = f"{_gigabytes(costs.free_bytes)} GB are free"
    return [f"The checkpoints do not fit: {free} where {costs.checkpoint_folder} lies. Set checkpoint_folder."]


def _title(costs: Costs) -> str:
    seeds = f"{costs.seeds} {'seed' if costs.seeds == 1 else 'seeds'}"
    threads = f"{costs.threads} {'thread' if costs.threads == 1 else 'threads'}"
    jobs = "one job" if costs.jobs == 1 else f"{costs.jobs} jobs"
    return f"Cost at scale {costs.scale}, {seeds}, {jobs} at a time of {threads} each, device {costs.device}"


def _headings(costs: Costs) -> tuple[list[str], list[str]]:
    """Names of the columns and their units."""
    hours = f"{costs.unit}-hours"
    names = ["figure", "runs", "to train", "training", "metrics", "wall clock", "checkpoints", "tables"]
    return names, ["", "", "blocks", hours, hours, "hours", "GB", "GB"]


def _cells(row: Row) -> list[str]:
    hours = [_amount(value) for value in (row.training_hours, row.metric_hours, row.wall_hours)]
    return [
        row.name,
        str(row.runs),
        str(row.trainings),
        *hours,
        _gigabytes(row.checkpoint_bytes),
        _gigabytes(row.table_bytes),
    ]


def _gigabytes(count: int) -> str:
    return _amount(count / 1e9)


def _amount(value: float) -> str:
    """Two digits or three: nobody needs more of an estimate."""
    if value >= 9.95:
        return f"{value:,.0f}"
    if value >= 0.995:
        return f"{value:.1f}"
    if value >= 0.0995:
        return f"{value:.2f}"
    return f"{value:.3f}" if value >= 0.0005 else "<0.001" if value > 0 else "0"


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(cells, widths, strict=True)
    return "  ".join([f"{first[0]:<{first[1]}}", *(f"{cell:>{width}}" for cell, width in rest)]).rstrip()


def _bars(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
