"""A page that compares the variants of the papers: what they change, and what the claims say in each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from grokscope.report.pages.views import claim_view
from grokscope.report.site import Page, Paper, Site
from grokscope.report.wording import count_of, flattened, listing, number, setting

ORDER = ("as_text", "as_code", "corrected")
NOT_SAID = "default"


def pages(site: Site) -> list[Page]:
    """One page, where the papers' variants are known."""
    papers = [paper for paper in site.papers if paper.variants and not (paper.ours and len(paper.variants) == 1)]
    if not papers:
        return []
    return [
        Page(
            "variants.html",
            "variants.html",
            "Variants",
            {"papers": [_paper(paper, site) for paper in papers], "other_label": site.other.label},
            label="Variants",
        )
    ]


def _paper(paper: Paper, site: Site) -> dict[str, Any]:
    names = _ordered(paper.variants)
    ran = [name for name in names if name in _ran(paper, site)]
    claims = _claims(paper, site, ran)
    differing = sum(row["differ"] for row in claims)
    return {
        "id": paper.id,
        "title": paper.short,
        "names": names,
        "ran": ran,
        "variants": [
            {
                "name": name,
                "description": paper.variants[name]["description"],
                "ran": name in ran,
                "default": name == paper.default_variant,
            }
            for name in names
        ],
        "settings": _settings(paper, names),
        "claims": claims if len(ran) > 1 else [],
        "verdicts": _standing(len(claims), differing, ran),
    }


def _ordered(variants: Iterable[str]) -> list[str]:
    return sorted(variants, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))


def _ran(paper: Paper, site: Site) -> set[str]:
    ran = [(item.paper, item.variant) for item in site.runs]
    ran += [(item.paper, item.variant) for item in site.figures]
    ran += [(item.paper, item.variant) for item in site.claims if item.tested]
    return {variant for name, variant in ran if name == paper.id}


def _standing(count: int, differing: int, ran: list[str]) -> str:
    """Whether the verdicts depend on the variant, in a sentence."""
    if not count:
        return "No claim was tested."
    if len(ran) < 2:
        return (
            f"Only {listing(ran)} was run, so there is nothing to compare. To run the others as well: snakemake"
            " --config variants='[as_text,as_code,corrected]'."
        )
    return (
        f"{number(differing)} of {count_of(count, 'claim')} {'has' if differing == 1 else 'have'} a different verdict"
        " in another variant."
    )


def _settings(paper: Paper, names: list[str]) -> list[dict[str, Any]]:
    """The settings in which variants differ, with the value of each."""
    base = dict(flattened(dict(paper.base)))
    changed = {name: dict(flattened(paper.variants[name].get("settings") or {})) for name in names}
    keys = list(dict.fromkeys(key for leaves in changed.values() for key in leaves))
    return [
        {
            "key": key,
            "values": [
                setting(changed[name][key]) if key in changed[name] else setting(base[key]) if key in base else NOT_SAID
                for name in names
            ],
        }
        for key in keys
    ]


def _claims(paper: Paper, site: Site, names: list[str]) -> list[dict[str, Any]]:
    """One row for each claim that ran in any variant, with its verdict in each."""
    by_id: dict[str, dict[str, Any]] = {}
    for claim in site.claims:
        if claim.paper == paper.id and claim.tested:
            by_id.setdefault(claim.id, {})[claim.variant] = claim
    return [
        {
            "statement": next(iter(found.values())).settings["statement"],
            "cells": [claim_view(found[name], site) if name in found else None for name in names],
            "differ": len({claim.verdict.kind for claim in found.values()}) > 1,
        }
        for found in by_id.values()
    ]
