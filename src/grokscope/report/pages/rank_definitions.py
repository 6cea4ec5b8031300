"""Whether the verdicts on rank depend on its definition: the same claims by one definition after another."""

from __future__ import annotations

from typing import Any

from grokscope.config.rank_words import RANK_WORDS
from grokscope.report.claims import Claim, verdict_named
from grokscope.report.pages.views import claim_view
from grokscope.report.site import Page, Site

SETTING = "rank_definition"


def pages(site: Site) -> list[Page]:
    """One page, where a tested claim depends on a definition of rank."""
    found = {claim.name: _by_definition(claim) for claim in site.claims if claim.tested}
    claims = [claim for claim in site.claims if found.get(claim.name)]
    if not claims:
        return []
    names = list(dict.fromkeys(name for claim in claims for name in found[claim.name]))
    usual = str((site.config.get("detectors") or {}).get(SETTING) or "as judged")
    rows = [_row(claim, found[claim.name], names, site) for claim in claims]
    shown = [RANK_WORDS.get(name, name) for name in names]
    context = {
        "usual": RANK_WORDS.get(usual, usual),
        "names": shown,
        "rows": rows,
        "differ": sum(row["differs"] for row in rows),
    }
    return [
        Page(
            "rank-definitions.html",
            "rank_definitions.html",
            "Definitions of rank",
            context,
            label="Rank definitions",
            scripts=("table.js",),
        )
    ]


def _by_definition(claim: Claim) -> dict[str, str]:
    """Definition -> verdict; empty for a claim that does not depend on it."""
    grid = (claim.found.get("sensitivity") or {}).get("grid") or []
    return {str(row["value"]): str(row["verdict"]) for row in grid if row["threshold"] == SETTING}


def _row(claim: Claim, verdicts: dict[str, str], names: list[str], site: Site) -> dict[str, Any]:
    return {
        **claim_view(claim, site),
        "own": claim.verdict,
        "cells": [verdict_named(verdicts[name]) if name in verdicts else None for name in names],
        "differs": any(verdict != claim.found["verdict"] for verdict in verdicts.values()),
    }
