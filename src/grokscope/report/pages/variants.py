"""A page that compares the variants of the papers: what they change, and what the claims say in each."""

from __future__ import annotations

from typing import Any

from grokscope.report.pages.views import claim_view
from grokscope.report.site import Page, Paper, Site
from grokscope.report.wording import flattened, setting

ORDER = ("as_text", "as_code", "corrected")
NOT_SAID = "default"


def pages(site: Site) -> list[Page]:
    """One page, where the papers' variants are known."""
    papers = [paper for paper in site.papers if paper.variants]
    if not papers:
        return []
    return [Page("variants.html", "variants.html", "Variants", {"papers": [_paper(paper, site) for paper in papers]}, label="Variants")]


def _paper(paper: Paper, site: Site) -> dict[str, Any]:
    names = sorted(paper.variants, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))
    ran = {run.variant for run in site.runs if run.paper == paper.id} | {figure.variant for figure in site.figures if figure.paper == paper.id}
    return {
        "id": paper.id,
        "title": paper.short,
        "names": names,
        "variants": [
            {"name": name, "description": paper.variants[name]["description"], "ran": name in ran, "default": name == paper.default_variant} for name in names
        ],
        "settings": _settings(paper, names),
        "claims": _claims(paper, site, names),
    }


def _settings(paper: Paper, names: list[str]) -> list[dict[str, Any]]:
    """The settings in which variants differ, with the value of each."""
    base = dict(flattened(dict(paper.base)))
    changed = {name: dict(flattened(paper.variants[name].get("settings") or {})) for name in names}
    keys = list(dict.fromkeys(key for leaves in changed.values() for key in leaves))
    return [
        {"key": key, "values": [setting(changed[name][key]) if key in changed[name] else setting(base[key]) if key in base else NOT_SAID for name in names]}
        for key in keys
    ]


def _claims(paper: Paper, site: Site, names: list[str]) -> list[dict[str, Any]]:
    """A row a claim that ran in any variant, with its verdict in each."""
    by_id: dict[str, dict[str, Any]] = {}
    for claim in site.claims:
        if claim.paper == paper.id:
            by_id.setdefault(claim.id, {})[claim.variant] = claim
    return [
        {
            "statement": next(iter(found.values())).settings["statement"],
            "cells": [claim_view(found[name], site) if name in found and found[name].tested else None for name in names],
        }
        for found in by_id.values()
        if any(claim.tested for claim in found.values())
    ]
