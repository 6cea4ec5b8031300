"""The table of runs, one for each paper."""

from __future__ import annotations

from typing import Any

from grokscope.report.runs import Run
from grokscope.report.site import Page, Site
from grokscope.report.wording import architecture_in_words, event_in_words, flattened, setting

LEFT_OUT = ("training.steps", "checkpoints.")
"""Beginnings of settings that are no columns: steps have one of their own, and when weights are kept changes no run."""
MOST_COLUMNS = 3
"""Where more settings differ they share a column, so that the table fits on a screen."""
MAIN_EVENTS = (
    "fit",
    "generalisation",
    "onset",
    "surge_2",
    "rank_collapse",
    "migration",
    "robustness_onset",
    "collapsed",
    "nonfinite",
)
"""Events with a column of their own, where any run shows them; the cards name all."""


def pages(site: Site) -> list[Page]:
    """One page."""
    runs = {paper.id: [run for run in site.runs if run.paper == paper.id] for paper in site.papers}
    groups = [group for paper in site.papers for group in _groups(paper.title, runs[paper.id])]
    context = {"runs": site.runs, "groups": groups, "grid_runs": site.grid_runs}
    return [Page("runs.html", "runs.html", "Runs", context, label="Runs", scripts=("table.js", "ticks.js"))]


def _groups(title: str, runs: list[Run]) -> list[dict[str, Any]]:
    """The runs of a paper in one table, or in one for each architecture and data set if more settings differ than have
    columns of their own.
    """
    if not runs:
        return []
    together = _group(title, runs)
    if not together["together"]:
        return [together]
    parts: dict[str, list[Run]] = {}
    for run in runs:
        what = f"{architecture_in_words(run.settings['model'])} on {run.settings['data']['name']}"
        parts.setdefault(what, []).append(run)
    return [_group(f"{title}: {what}" if len(parts) > 1 else title, part) for what, part in parts.items()]


def _group(title: str, runs: list[Run]) -> dict[str, Any]:
    """Settings that differ between the runs are columns, all others are said once."""
    leaves = [dict(flattened(run.settings)) for run in runs]
    keys = list(dict.fromkeys(key for leaf in leaves for key in leaf if not key.startswith(LEFT_OUT)))
    differing = [key for key in keys if len({repr(leaf.get(key)) for leaf in leaves}) > 1]
    events = [event for event in MAIN_EVENTS if any(run.shows(event) for run in runs)]
    together = len(differing) > MOST_COLUMNS
    return {
        "title": title,
        "columns": ["What differs"] if together else [_name(key) for key in differing],
        "together": together,
        "events": [event_in_words(event) for event in events],
        "common": ([(key, setting(leaves[0][key])) for key in keys if key not in differing] if leaves else []),
        "runs": [_row(run, _cells(leaf, differing, together), events) for run, leaf in zip(runs, leaves, strict=True)],
    }


def _name(key: str) -> str:
    """The last part of a setting's name, in words."""
    return key.split(".")[-1].replace("_", " ")


def _cells(leaf: dict[str, Any], differing: list[str], together: bool) -> list[str]:
    """The values of the settings that differ, or one text of all of them."""
    if together:
        return [", ".join(f"{_name(key)} {setting(leaf[key])}" for key in differing if key in leaf)]
    return [setting(leaf[key]) if key in leaf else "" for key in differing]


def _row(run: Run, cells: list[str], events: list[str]) -> dict[str, Any]:
    return {
        "id": run.id,
        "href": run.page,
        "variant": run.variant,
        "settings": cells,
        "seeds": len(run.seeds),
        "steps": run.settings["training"]["steps"],
        "train_accuracy": run.final_accuracy.get("train"),
        "test_accuracy": run.final_accuracy.get("test"),
        "events": [run.events.get(event, "") for event in events],
        "wall_seconds": run.wall_seconds,
    }
