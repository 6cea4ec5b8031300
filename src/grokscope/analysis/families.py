"""Correction of p-values for the number of claims tested (Holm, Scandinavian Journal of Statistics 6, 1979)."""

from __future__ import annotations

from typing import Any

from statsmodels.stats.multitest import multipletests

from grokscope.analysis.hypothesis_tests.result import LEVEL


def correct_family(verdicts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Copies of verdict dicts with `p_value_corrected`, `verdict_corrected` and `family_size`; raw values stay.

    Holm's step-down method over the claims of one family, scale and variant that have a p-value. A claim that is
    supported by its raw p-value alone is inconclusive after correction; contradictions rest on intervals and stay.
    """
    corrected = [
        dict(verdict, p_value_corrected=None, verdict_corrected=verdict["verdict"], family_size=0)
        for verdict in verdicts
    ]
    families: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for verdict in corrected:
        if verdict["p_value"] is not None:
            families.setdefault((verdict["family"], verdict["scale"], verdict["variant"]), []).append(verdict)
    for family in families.values():
        p_values = multipletests([verdict["p_value"] for verdict in family], alpha=LEVEL, method="holm")[1]
        for verdict, p_value in zip(family, p_values, strict=True):
            verdict["p_value_corrected"], verdict["family_size"] = float(p_value), len(family)
            if verdict["verdict"] == "supported" and p_value > LEVEL:
                verdict["verdict_corrected"] = "inconclusive"
    return corrected
