"""Made-up papers, figures and claims with their verdicts."""

from __future__ import annotations

from typing import Any

from report_made_up.runs import SEEDS
from report_made_up.texts import EVIL

POWER = {"share": 0.84, "low": 0.8, "high": 0.875, "draws": 400}
NEEDED = {"seeds": 7, "verdict": "supported", "power": POWER, "reason": "", "how": f"Drawn again {EVIL}."}
VARIANTS = {
    "default_variant": "as_code",
    "base": {"training": {"optimizer": "adamw"}},
    "variants": {
        "as_code": {"description": f"As the code has it {EVIL}.", "settings": {}},
        "as_text": {"description": "As the text has it.", "settings": {"training": {"optimizer": "adam"}}},
    },
}
PAPERS: list[dict[str, Any]] = [
    {"id": id, "title": title, "authors": authors, "year": 2024, "arxiv": arxiv, **VARIANTS}
    for id, title, authors, arxiv in (
        ("deep_grokking", "Deep Grokking: Would Deep Networks Generalize?", "Fan, Pascanu, Jaggi", "2405.19454"),
        ("always_grok", "Deep Networks Always Grok", f"Humayun {EVIL}", "2402.15555"),
    )
]
FIGURE: dict[str, Any] = {
    "title": f"Feature rank, accuracy and linear probes {EVIL}",
    "shows": f"Test accuracy rises {EVIL}.",
    "metrics": ["accuracy", "spectra"],
    "headline": True,
}
FIGURES = [
    (f"{paper}_fig{number}", paper, {**FIGURE, "where": f"Fig {number}"})
    for paper, number in (("deep_grokking", 1), ("deep_grokking", 2), ("always_grok", 2))
]


def make_claim(
    statement: str, figure: str | None, unit: str = "decades of steps", smallest: float = 0.1
) -> dict[str, Any]:
    """Settings of a claim."""
    means = {
        kind: f"The meaning of {kind} for the paper {EVIL}."
        for kind in ("supported", "contradicted", "inconclusive", "not_seen")
    }
    measured = {"sweeps": ["sizes"], "metrics": ["accuracy"], "estimand": "event_step_by_axis", "test": "ordered"}
    rule = {"direction": "greater", "smallest_effect": smallest, "minimum_seeds": 3, "family": "f"}
    about = {"statement": statement, "where": "Section 3", "kind": "result", "means": means}
    return {**about, **measured, **rule, "unit": unit, "figure": figure}


def make_verdict(
    verdict: str, effect: float, interval: list[float | None], p_value: float, collapsed: int = 0
) -> dict[str, Any]:
    """What `grokscope.analysis.claims.judge` gives, without the values of single seeds."""
    counts = {"seeds": 3, "collapsed": collapsed, "diverged": 0, "absent": 0, "not_yet": 1, "not_applicable": 0}
    numbers = {"effect": effect, "low": interval[0], "high": interval[1], "p_value": p_value}
    tried: list[tuple[str, Any, str]] = [("fit_accuracy", 0.95, verdict), ("fit_accuracy", 0.999, "inconclusive")]
    if verdict == "contradicted":
        tried += [("rank_definition", "effective", verdict), ("rank_definition", "stable", "inconclusive")]
    grid = [{"threshold": threshold, "value": value, "verdict": found} for threshold, value, found in tried]
    flips = sum(row["verdict"] != verdict for row in grid)
    family = {"p_value_corrected": p_value, "family_size": 1, "verdict_before_correction": verdict}
    needs = {"needs": f"a rise {EVIL}", "missing": 1, "seeds": 3, "share": 0.5, "per_seed": []}
    words = {"verdict": verdict, "why": f"Because {EVIL}.", "meaning": "", "meaningful": True}
    sensitivity = {"tried": len(grid), "flips": flips, "grid": grid}
    rest = {"sensitivity": sensitivity, "details": {"share": 0.8}, "seeds_needed": NEEDED, "premise": needs}
    return words | numbers | counts | family | rest


def per_seed(runs: list[str]) -> list[dict[str, Any]]:
    """What the seeds of a claim showed, one of them censored."""
    rows = []
    for group, run in enumerate(runs):
        of_group = {"run": run, "group": float(group), "group_label": f"depth {4 + 4 * group}", "partner": 1.5}
        for seed in SEEDS:
            interval = {"low": None if seed else 2.0 + group, "high": None if seed else 3.0 + group}
            if seed == 2:
                value = {"value": None, "censored_at": 4.3, "status": "not_yet"}
            else:
                value = {"value": 2.5 + group + 0.1 * seed, "censored_at": None, "status": "observed"}
            rows.append({"seed": seed, **of_group, **interval, **value, "note": f"a note {EVIL}"})
    return rows


CLAIMS: list[tuple[str, str, dict[str, Any], dict[str, Any] | None]] = [
    (
        "deep_grokking_deeper_generalises_later",
        "deep_grokking",
        make_claim(
            "With the smaller training set, the deeper the network, the later test accuracy rises.",
            "deep_grokking_fig1",
        ),
        make_verdict("supported", 0.42, [0.31, 0.55], 0.0021),
    ),
    (
        "deep_grokking_rank_falls",
        "deep_grokking",
        make_claim(f"Feature ranks drop when test accuracy rises {EVIL}.", "deep_grokking_fig1"),
        make_verdict("contradicted", -0.6, [-0.9, -0.3], 0.93, collapsed=1),
    ),
    (
        "always_grok_robustness",
        "always_grok",
        make_claim("Robustness comes back long after the fit.", "always_grok_fig2", smallest=0.5),
        make_verdict("inconclusive", 0.2, [None, 0.9], 0.2),
    ),
    (
        "always_grok_untested",
        "always_grok",
        make_claim("Batch normalisation removes grokking.", None) | {"sweeps": [], "estimand": None, "test": None},
        None,
    ),
]
