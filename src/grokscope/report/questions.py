"""What a claim asks, whatever the scale: two verdicts may stand side by side only where it is the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grokscope.analysis.premise import needs_of
from grokscope.config.start import load_plan

ASKED = ("estimand", "parameters", "test", "direction", "smallest_effect", "minimum_seeds")


def question_of_settings(settings: Mapping[str, Any]) -> str:
    """A short digest of what a claim with these settings asks."""
    return _digest(settings, needs_of(settings.get("premise") or {}))


def question_of_verdict(found: Mapping[str, Any]) -> str:
    """The same from a claim's verdict file."""
    return _digest(found, str((found.get("premise") or {}).get("needs") or ""))


def questions_at(scale: str, repository: Path = Path(__file__).parents[3]) -> dict[str, str]:
    """What every claim of the experiments asks at a scale, by its name, whatever config.yaml chooses."""
    _, plan = load_plan({"scale": scale, "figures": "all"}, repository)
    claims = {**plan.untested_claims, **plan.claims}
    return {name: question_of_settings(item.as_dict()["settings"]) for name, item in claims.items()}


def _digest(asked: Mapping[str, Any], needs: str) -> str:
    text = json.dumps([*(asked.get(key) for key in ASKED), needs], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
