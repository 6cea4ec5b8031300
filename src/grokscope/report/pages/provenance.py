"""Where the numbers come from: code, machines, time, settings."""

from __future__ import annotations

from typing import Any

from grokscope.report.runs import Run
from grokscope.report.site import Page, Site
from grokscope.report.wording import ABSENT, SCALES_IN_WORDS, commit, count_of, duration, flattened, setting


def pages(site: Site) -> list[Page]:
    """One page."""
    seconds = sum(run.wall_seconds or 0.0 for run in site.runs)
    seeds = sorted({seed for run in site.runs for seed in run.seeds})
    blocks = sum(len(run.trainings) for run in site.runs)
    context = {
        "scale_in_words": SCALES_IN_WORDS[site.scale],
        "facts": [
            *((key.replace("_", " ").replace(".", ": "), setting(value)) for key, value in flattened(site.provenance)),
            ("scale", site.scale),
            ("seeds", ", ".join(map(str, seeds)) or ABSENT),
            *([(f"verdicts {site.other.where}", site.other.origin)] if site.other.origin else []),
        ],
        "trained": (
            f"{count_of(len(site.runs), 'run')} in {count_of(blocks, 'block')}, {duration(seconds)} of training in all."
            + (
                f" Beside them {count_of(len(site.grid_runs), 'small run')} of grids, which have no page."
                if site.grid_runs
                else ""
            )
        ),
        "machines": _machines(site.runs),
        "config": site.config,
        "settings": [
            {"id": run.id, "href": run.page, "settings": {**run.settings, "metrics": run.metrics}} for run in site.runs
        ],
    }
    return [Page("provenance.html", "provenance.html", "Provenance", context, label="Provenance")]


def _machines(runs: tuple[Run, ...]) -> list[dict[str, Any]]:
    """Trainings counted by the machine and the code they ran on."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for training in (training for run in runs for training in run.trainings):
        facts = training.get("provenance") or {}
        keys = ("device_name", "device", "threads", "torch")
        values = (*(str(facts.get(key) or ABSENT) for key in keys), commit(facts.get("git_commit")))
        row = dict(zip(("machine", "device", "threads", "torch", "commit"), values, strict=True))
        entry = found.setdefault(values, {**row, "blocks": 0, "wall_seconds": 0.0})
        entry["blocks"] += 1
        entry["wall_seconds"] += training.get("wall_seconds") or 0.0
    return list(found.values())
