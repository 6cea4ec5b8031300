"""A page a run: settings, curves with events, and what each checkpoint looked like, to be explored by seed and step."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping
from typing import Any

from grokscope.report.claims import words
from grokscope.report.downloads import run_archive
from grokscope.report.pages.cards import with_pictures
from grokscope.report.pages.views import claim_view, figure_view
from grokscope.report.run_numbers import event_letters, run_numbers, run_script
from grokscope.report.runs import Run
from grokscope.report.seed_dates import RANGES, in_one_seed
from grokscope.report.site import Page, Site
from grokscope.report.wording import commit, duration, event_in_words, flattened, number, percent, run_in_words, setting

SCRIPTS = (
    "unpack.js",
    "numbers.js",
    "chart.js",
    "chart-export.js",
    "chart-frame.js",
    "run-panels.js",
    "run.js",
)


def pages(site: Site) -> list[Page]:
    """A page for every run."""
    pictures = with_pictures(site)
    return [_page(run, site, pictures) for run in site.runs]


def _page(run: Run, site: Site, pictures: bool) -> Page:
    events = _events(run)
    numbers = run_numbers(run, site.config.get("detectors") or {})
    context = {
        "run": {
            key: getattr(run, key) for key in ("id", "variant", "card", "card_source", "archive", "numbers", "seeds")
        },
        "paper": site.paper(run.paper),
        "what": f"{run_in_words(run.settings)}, {number(run.settings['training']['steps'])} steps",
        "pictures": pictures,
        "events": events,
        "ranges": RANGES,
        "settings": _settings({**run.settings, "metrics": run.metrics}),
        "trainings": [_training(training) for training in run.trainings],
        "figures": [figure_view(figure, site) for figure in site.figures if run.id in figure.runs],
        "claims": [claim_view(claim, site) for claim in site.claims if run.id in claim.runs],
    }
    files = {run.archive: run_archive(run), run.numbers: run_script(numbers)}
    return Page(run.page, "run.html", run.id, context, scripts=SCRIPTS, files=files, section="runs.html")


def _events(run: Run) -> list[dict[str, Any]]:
    """Every event with the date of each seed; those that a seed shows have a letter that marks them on the curves."""
    letters = event_letters(run)
    found = []
    for event, by_seed in run.dates.items():
        dates = [by_seed.get(seed) for seed in run.seeds]
        seen = [date for date in dates if date is not None and date.seen]
        sharpness = [date.sharpness for date in seen if math.isfinite(date.sharpness)]
        found.append(
            {
                "letter": letters[event],
                "words": event_in_words(event),
                "shown": run.shows(event),
                "cells": [in_one_seed(event, date, "") for date in dates],
                "ranges": [date.range if date is not None else "" for date in dates],
                "sharpness": percent(statistics.median(sharpness)) if sharpness else "",
            }
        )
    return sorted(found, key=lambda event: (not event["letter"], not event["shown"]))


def _settings(tree: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every setting, by section."""
    return [
        {
            "section": words(section).capitalize(),
            "rows": [(words(key), setting(value)) for key, value in flattened(values)],
        }
        for section, values in tree.items()
        if values
    ]


def _training(training: dict[str, Any]) -> dict[str, Any]:
    facts = training.get("provenance") or {}
    lost = [
        seed for seed, finite in zip(training.get("seeds", []), training.get("finite", []), strict=False) if not finite
    ]
    return {
        "seeds": ", ".join(map(str, training.get("seeds", []))),
        "wall": duration(training.get("wall_seconds")),
        "speed": number(training.get("steps_per_second")),
        "machine": facts.get("device_name") or facts.get("device") or "",
        "commit": commit(facts.get("git_commit")),
        "lost": ", ".join(map(str, lost)) or "none",
    }
