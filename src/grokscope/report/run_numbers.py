"""What the page of a run draws, and the page that compares runs: curves, events and checkpoints as one script file."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from grokscope.analysis.declarations.events import EVENTS
from grokscope.report import run_curves, run_layers
from grokscope.report.charts import SHOWN_TABLES
from grokscope.report.render import packed_json
from grokscope.report.runs import Run
from grokscope.report.seed_dates import SeedDate
from grokscope.report.threshold_words import threshold_said
from grokscope.report.wording import event_in_words, run_in_words

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PANELS = (
    ("fit", "accuracy", "train"),
    ("generalisation", "accuracy", "test"),
    ("onset", "accuracy", "test"),
    ("surge_", "accuracy", "test"),
    ("rank_", "rank_{rank_definition}", ""),
    ("complexity_", "complexity_", ""),
    ("migration", "complexity_", ""),
    ("robustness_", "adversarial_", ""),
)
"""How the names of events begin, how those of their charts begin, and the line of accuracy that they are dated on."""


def event_letters(run: Run) -> dict[str, str]:
    """Event -> the letter that marks it on the curves; none where no seed shows it."""
    letters = iter(LETTERS)
    return {
        event: next(letters, "") if any(date.seen for date in dates.values()) else ""
        for event, dates in run.dates.items()
    }


def run_numbers(run: Run, detectors: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that scripts draw of a run; values are [seed][step], and None stands for what was not measured."""
    tables = {name: table for name in SHOWN_TABLES if (table := run.table(name)) is not None}
    letters = event_letters(run)
    panels = run_curves.curves(tables, run.seeds)
    return {
        "id": run.id,
        "words": run_in_words(run.settings),
        "variant": run.variant,
        "page": run.page,
        "steps_per_epoch": _steps_per_epoch(run.settings),
        "seeds": list(run.seeds),
        "panels": panels,
        "events": [_event(event, run, letter, detectors, panels) for event, letter in letters.items() if letter],
        "spectra": run_layers.spectra(run.table("spectra"), run.seeds),
        "complexity": run_layers.complexity(tables.get("local_complexity"), run.seeds),
    }


def run_script(numbers: Mapping[str, Any]) -> bytes:
    """A script that holds the numbers of a run, packed: pages from disk may not read other files."""
    name, packed = json.dumps(numbers["id"]), packed_json(numbers)
    return f'(window.grokscopeRuns = window.grokscopeRuns || {{}})[{name}] = "{packed}";\n'.encode()


def _steps_per_epoch(settings: Mapping[str, Any]) -> int | None:
    """The last batch of an epoch holds what is left of the training set, so that this is a whole number."""
    size, batch = settings["data"].get("train_size"), settings["training"].get("batch_size")
    return -(-int(size) // int(batch)) if size and batch else None


def _event(
    event: str, run: Run, letter: str, detectors: Mapping[str, Any], panels: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    dates = [run.dates[event].get(seed) for seed in run.seeds]
    beginning, line = next(((panel, line) for begin, panel, line in PANELS if event.startswith(begin)), ("", ""))
    chart = beginning.format(rank_definition=detectors.get("rank_definition", ""))
    panel = next((panel for panel in panels if chart and panel["id"].startswith(chart)), None)
    thresholds = EVENTS[event].thresholds if event in EVENTS else ()
    said = [threshold_said(name, detectors[name]) for name in thresholds if name in detectors]
    return {
        "name": event,
        "letter": letter,
        "words": event_in_words(event),
        "steps": [round(date.step, 1) if date is not None and date.seen else None for date in dates],
        "ranges": [_range(date) for date in dates],
        "panel": panel["id"] if panel else "",
        "series": line or (_dated_line(panel) if panel else ""),
        "level": detectors.get("fit_accuracy") if event == "fit" else None,
        "thresholds": ", ".join(said),
    }


def _dated_line(panel: Mapping[str, Any]) -> str:
    """The line of a chart that events are dated on: the smallest attack, the second-last layer or training points."""
    names = [str(series["name"]) for series in panel["series"]]
    if panel["by"] == "epsilon":
        return next((name for name in names if name != "ε = 0"), "")
    if panel["by"] == "layer":
        return names[max(len(names) - 2, 0)]
    return "train" if "train" in names else ""


def _range(date: SeedDate | None) -> list[float] | None:
    if date is None or not math.isfinite(date.earliest):
        return None
    return [round(date.earliest, 1), round(date.latest, 1)]
