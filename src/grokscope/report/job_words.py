"""What a job of the workflow does, for the lines that are printed while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grokscope.report.wording import count_of, run_in_words

RULES = {
    "data": "getting the images",
    "summary": "joining tables and dating events",
    "card": "making run cards",
    "figure": "drawing figures",
    "report": "writing the report",
}


def job_in_words(rule: str, settings: Mapping[str, Any] | None, seeds: int, metric: str = "") -> str:
    """Such as `training an MLP of depth 8 and width 100 on mnist, N = 100 (5 seeds)`; `settings` are the run's."""
    if rule.endswith("_claims"):
        return "judging claims"
    if settings is None or rule not in ("training", "metric"):
        return RULES.get(rule, rule.replace("_", " "))
    network = run_in_words(settings)
    of = f"{'an' if network.startswith('MLP') else 'a'} {network} ({count_of(seeds, 'seed')})"
    return f"training {of}" if rule == "training" else f"measuring {metric.replace('_', ' ')} of {of}"
