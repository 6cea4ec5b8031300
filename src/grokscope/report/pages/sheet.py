"""The referee's sheet of a claim: on one printed page all that its verdict rests on, down to the single seeds."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

from grokscope.report.claim_facts import READINGS
from grokscope.report.claims import Claim, words
from grokscope.report.downloads import as_json
from grokscope.report.pages.views import claim_view
from grokscope.report.parameter_words import facts_in_words, needs_in_words
from grokscope.report.runs import Run, trained_in_words
from grokscope.report.seed_words import STATUS_IN_WORDS, seed_rows
from grokscope.report.site import Page, Site
from grokscope.report.threshold_words import threshold_in_words, value_in_words
from grokscope.report.wording import ABSENT, commit, count_of, file_name, listing

MOST_GROUPS, MOST_COLUMNS = 12, 10
"""Groups and seeds of which every value has a place on the page; of more there are counts, and the file has them."""
MOST_READINGS = 8
"""Other thresholds that are named, of those that give another verdict."""


def pages(site: Site) -> list[Page]:
    """A sheet for every claim that was tested."""
    return [_page(claim, site) for claim in site.claims if claim.tested]


def sheet_path(claim: Claim) -> str:
    """Path of the sheet in the report."""
    return f"sheets/{file_name(claim.name)}.html"


def _page(claim: Claim, site: Site) -> Page:
    paper = site.paper(claim.paper)
    runs = [run for run in site.runs if run.id in claim.runs]
    context = {
        "claim": claim_view(claim, site),
        "paper": paper,
        "kind": words(claim.settings.get("kind") or "result"),
        "meaning": claim.meaning,
        "why": needs_in_words(claim.why),
        "counts": claim.counts,
        "facts": facts_in_words(fact for fact in claim.facts if fact[0] != READINGS),
        "seeds": seed_matrix(claim),
        "readings": _readings(claim),
        "trained": trained_in_words(runs),
        "commits": listing(_commits(runs)) or ABSENT,
        "data": data_hashes(runs),
        "verdict_hash": hashlib.sha256(as_json(claim.found).encode()).hexdigest(),
        "family": words(claim.found.get("family") or ABSENT),
        "other_where": site.other.where,
        "verdict_file": claim.data,
        "table": claim.table,
    }
    title = f"Referee’s sheet: {claim.settings['statement']}"
    return Page(sheet_path(claim), "sheet.html", title, context, section=paper.page)


def seed_matrix(claim: Claim) -> dict[str, Any]:
    """One row for each group and one column for each seed, or counts by status where there are too many of them."""
    rows = seed_rows(claim)
    groups = list(dict.fromkeys((row["run"], row["group"]) for row in rows))
    seeds = sorted({row["seed"] for row in rows}, key=str)
    if len(groups) > MOST_GROUPS or len(seeds) > MOST_COLUMNS:
        found = Counter(row["status"] for row in rows)
        told = listing(f"{count} {status}" for status, count in found.items())
        return {
            "seeds": [],
            "rows": [],
            "told": f"{count_of(len(groups), 'group')}, {count_of(len(seeds), 'seed')}: {told}",
        }
    cells = {(row["run"], row["group"], row["seed"]): _cell(row) for row in rows}
    table = [
        {"group": group or "all", "run": run, "cells": [cells.get((run, group, seed), ABSENT) for seed in seeds]}
        for run, group in groups
    ]
    return {"seeds": seeds, "rows": table, "told": ""}


def _cell(row: dict[str, Any]) -> str:
    """The value, or what the seed did in its place."""
    if row["value"] == ABSENT:
        return str(row["status"])
    known = row["status"] in (STATUS_IN_WORDS["observed"], STATUS_IN_WORDS["not_yet"])
    return str(row["value"]) if known else f"{row['value']} ({row['status']})"


def _readings(claim: Claim) -> str:
    """Which other thresholds and measures give another verdict, and which one."""
    found = claim.found.get("sensitivity") or {}
    if not found.get("tried"):
        return ""
    other = [row for row in found.get("grid") or () if row["verdict"] != claim.found["verdict"]]
    if not other:
        return f"All {found['tried']} other thresholds and measures give the same verdict."
    named = [
        f"{threshold_in_words(row['threshold'])}: {value_in_words(row['threshold'], row['value'])} ({row['verdict']})"
        for row in other[:MOST_READINGS]
    ]
    more = [f"{len(other) - len(named)} more"] if len(other) > len(named) else []
    return f"{found['flips']} of {found['tried']} give another verdict: {listing([*named, *more])}."


def _commits(runs: Sequence[Run]) -> list[str]:
    """The commits with which the runs were trained, each once."""
    facts = [training.get("provenance") or {} for run in runs for training in run.trainings]
    return list(dict.fromkeys(commit(one.get("git_commit")) for one in facts if one.get("git_commit")))


def data_hashes(runs: Sequence[Run]) -> list[tuple[str, str]]:
    """What was hashed, in words, and its SHA-256, for each data set that the runs learned: the training images, or the
    text that windows are cut from. Data that are made from settings alone have none.
    """
    known = [(training.get("identity") or {}).get("data") or {} for run in runs for training in run.trainings]
    hashed = {"train_images": "training images", "text": "text"}
    pairs = [
        (f"the {part} of {data.get('name')}", str(data[key]))
        for data in known
        for key, part in hashed.items()
        if data.get(key)
    ]
    return list(dict.fromkeys(pairs))
