"""Verdicts under other thresholds as positions of sliders, one for each threshold, from what was judged before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grokscope.report.claims import Claim, verdict_named
from grokscope.report.shares import shown_setting
from grokscope.report.threshold_words import threshold_in_words, value_in_words

AS_JUDGED = "as judged"


def sliders(claim: Claim, detectors: Mapping[str, Any]) -> list[dict[str, Any]]:
    """For each threshold its name in words, its positions (value and verdict) and the place of the judged one.

    Numbers ascend; choices that are no numbers follow the judged one.
    """
    by_threshold: dict[str, list[tuple[Any, str]]] = {}
    for row in (claim.found.get("sensitivity") or {}).get("grid") or ():
        by_threshold.setdefault(row["threshold"], []).append((row["value"], row["verdict"]))
    own = {**detectors, "smallest_effect": claim.settings.get("smallest_effect")}

    def shown(name: str, value: Any) -> Any:
        return shown_setting(claim.settings, name, value)

    return [
        _slider(
            name,
            [(shown(name, value), found) for value, found in rows],
            shown(name, own.get(name)),
            claim.found["verdict"],
        )
        for name, rows in by_threshold.items()
    ]


def _slider(name: str, rows: list[tuple[Any, str]], own: Any, verdict: str) -> dict[str, Any]:
    positions = [(own, verdict), *rows]
    if all(isinstance(value, int | float) for value, _ in positions):
        positions = sorted(positions, key=lambda position: position[0])
    place = next(i for i, position in enumerate(positions) if position == (own, verdict))
    return {
        "id": name,
        "words": threshold_in_words(name),
        "own": place,
        "positions": [
            {
                "value": AS_JUDGED if value is None else value_in_words(name, value),
                "verdict": verdict_named(found),
                "judged": i == place,
            }
            for i, (value, found) in enumerate(positions)
        ],
    }
