"""Claims read curves under attacks, radii and factors that are measured at every scale at which they are judged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grokscope.analysis.declarations.curves import MEASURED_AS
from grokscope.analysis.declarations.events import EVENTS
from grokscope.config.claim_settings import ClaimSettings
from grokscope.config.plan import Plan
from grokscope.config.scales import SCALES
from grokscope.config.start import load_plan
from grokscope.metrics.registry import METRIC_OF

REPOSITORY = Path(__file__).parents[2]
SETTINGS = {"epsilon": "epsilons", "radius": "radii", "factor": "factors"}
"""Option of a curve -> the list of its values in the settings of a metric."""


def curves_in(settings: Any) -> Iterator[dict[str, Any]]:
    """Every mapping that names a curve or an event, however deep it lies."""
    if isinstance(settings, dict):
        if {"curve", "event"} & settings.keys():
            yield settings
        settings = list(settings.values())
    if isinstance(settings, list | tuple):
        for value in settings:
            yield from curves_in(value)


def not_measured(plan: Plan) -> Iterator[str]:
    for name, claim in plan.claims.items():
        asked = claim.as_dict()["settings"]
        for curve in curves_in([asked["parameters"], asked["other_measures"], asked["premise"]]):
            of_event = getattr(EVENTS.get(str(curve.get("event"))), "metrics", ())
            usual = METRIC_OF.get(str(curve.get("curve")), of_event[0] if of_event else "")
            metric = curve.get(MEASURED_AS, usual)
            for option, key in SETTINGS.items():
                for run in {member.run for member in claim.members} if option in curve else ():
                    measured = getattr(plan.runs[run].metrics.root.get(metric), key, None)
                    if measured and curve[option] not in measured:
                        yield f"{name}: {metric} of {run} has no {option} {curve[option]}"


@pytest.mark.parametrize("scale", SCALES)
def test_what_claims_read_is_measured(scale: str) -> None:
    _, plan = load_plan({"scale": scale, "figures": "all"}, REPOSITORY)
    assert not list(not_measured(plan))


def test_what_is_not_measured_is_found() -> None:
    _, plan = load_plan({"scale": "quick", "figures": "all"}, REPOSITORY)
    settings = plan.claims["always_grok_random_start_changes_little"].settings
    assert isinstance(settings, ClaimSettings)
    settings.other_measures["another size"] = {"curve": {"curve": "robust_accuracy", "epsilon": 0.1}}
    assert [line for line in not_measured(plan) if "epsilon 0.1" in line]
