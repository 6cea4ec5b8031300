"""Whole specifications of made-up reports."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from grokscope.report.questions import question_of_settings
from report_made_up.items import CLAIMS, FIGURES, PAPERS, make_claim, make_verdict, per_seed
from report_made_up.runs import SEEDS, settings
from report_made_up.texts import EVIL, REPOSITORY
from report_made_up.written import write_docs, write_figure, write_json, write_run


def make_spec(folder: Path, scale: str, cards: dict[str, str], variant: str = "as_code") -> dict[str, Any]:
    """A whole specification; `cards` are HTML files by run id, for the runs it is to have; an empty name is no card."""
    runs = [_run(folder, place, run, card, variant) for place, (run, card) in enumerate(cards.items())]
    members = [_member(run, "sizes", 4 + 4 * place, place) for place, run in enumerate(cards)]
    figures = [
        {
            **_item(name, paper, variant, members),
            "settings": figure,
            **write_figure(folder, name),
            "command": f"snakemake --cores all {name} {EVIL}",
        }
        for name, paper, figure in FIGURES
    ]
    claims, untested = [], []
    for name, paper, claim, verdict in CLAIMS:
        if verdict is None:
            untested.append({**_item(name, paper, variant, []), "settings": claim})
            continue
        asked = {"family": paper, "scale": scale, "variant": variant}
        made = write_json(folder / f"{name}.json", {**verdict, "per_seed": per_seed(list(cards)), **asked})
        claims.append({**_item(name, paper, variant, members), "settings": claim, "json": made})
    facts = {"grokscope": "0.1", "git_commit": "0123456789abcdef", "cpu": f"CPU {EVIL}", "wall_seconds": 812.0}
    spec = {
        "scale": scale,
        "config": {"scale": scale, "seeds": "auto", "note": EVIL},
        "plan": {"runs": runs, "figures": figures, "claims": claims, "untested_claims": untested},
        "papers": PAPERS,
        "provenance": facts,
        "templates_folder": str(REPOSITORY / "report" / "templates"),
        "report_folder": str(REPOSITORY / "report"),
        "docs_folder": write_docs(folder),
    }
    return deepcopy(spec)


def at_the_other_scale(
    spec: dict[str, Any], numbers: dict[str, dict[str, Any]], commits: tuple[str, ...] = ("fedcba9876543210",)
) -> dict[str, Any]:
    """`spec` with numbers that were saved of the other scale, by the name of the claim, which asks the same today."""
    scale = {"quick": "paper"}.get(spec["scale"], "quick")
    claims = [*spec["plan"]["claims"], *spec["plan"].get("untested_claims", ())]
    asked = {claim["name"]: question_of_settings(claim["settings"]) for claim in claims}
    judged = {name: {"question": asked.get(name, "another"), **found} for name, found in numbers.items()}
    saved = {"scale": scale, "claims": judged, "commits": list(commits)}
    write_json(Path(spec["docs_folder"]) / "results" / f"{scale}.json", saved)
    return spec


def saved_verdict(verdict: str, effect: float | None = 0.3, seeds: int = 3, near: bool = False) -> dict[str, Any]:
    """The numbers of one claim, as they are saved in docs/results."""
    interval = {"low": None if effect is None else effect - 0.1, "high": None}
    return {"verdict": verdict, "effect": effect, **interval, "seeds": seeds, "near_a_line": near}


def with_seeds(item: dict[str, Any], seeds: list[int], wanted: int) -> dict[str, Any]:
    """A figure or claim of a plan that is made from these seeds of those that were asked for."""
    return {**item, "seeds": seeds, "wanted_seeds": list(range(wanted))}


def in_second_variant(spec: dict[str, Any], folder: Path) -> dict[str, Any]:
    """`spec` with its first claim in a second variant, where it is inconclusive."""
    spec = deepcopy(spec)
    first = spec["plan"]["claims"][0]
    verdict = json.loads(Path(first["json"]).read_text(encoding="utf-8"))
    path = write_json(folder / "other.json", verdict | {"verdict": "inconclusive", "variant": "as_text"})
    spec["plan"]["claims"].append({**first, "name": f"{first['name']}-as_text", "variant": "as_text", "json": path})
    return spec


def beyond_the_papers(spec: dict[str, Any], folder: Path, grid: int = 70) -> dict[str, Any]:
    """`spec` with experiments of our own: a figure and a claim on one of its runs and on many points of a grid, which
    have no pages.
    """
    points = [f"mnist-mlp-grid-{i}-{EVIL}" for i in range(grid)]
    known = [entry["id"] for entry in spec["plan"]["runs"][:1]]
    members = [_member(run, "map", place, place) for place, run in enumerate([*known, *points])]
    about = {"title": f"A map of grokking {EVIL}", "where": "extension", "shows": f"Where networks grok {EVIL}."}
    more = {"metrics": ["accuracy"], "headline": True, "unknown": f"No paper says where it ends {EVIL}."}
    figure = {"settings": about | more, "command": "snakemake map", **write_figure(folder, "extensions_map")}
    asked = {"family": "own", "scale": spec["scale"], "variant": "as_code"}
    verdict = {**make_verdict("supported", 0.5, [0.2, 0.8], 0.01), "per_seed": per_seed(points), **asked}
    claim = {
        "settings": make_claim("Wide networks grok less.", "extensions_map") | {"where": "extension"},
        "json": write_json(folder / "extensions_wide.json", verdict),
    }
    own = {"id": "extensions", "title": "Beyond the papers", "authors": None, "year": None, "arxiv": None}
    variants = {"as_code": {"description": "Ours.", "settings": {}}}
    spec = deepcopy(spec)
    spec["papers"].append({**own, "default_variant": "as_code", "variants": variants, "base": {}})
    spec["plan"]["figures"].append({**_item("extensions_map", "extensions", "as_code", members), **figure})
    spec["plan"]["claims"].append({**_item("extensions_wide", "extensions", "as_code", members), **claim})
    spec["plan"]["grid_runs"] = points
    return spec


def _run(folder: Path, place: int, run: str, card: str, variant: str) -> dict[str, Any]:
    made = write_run(folder, run, f"run_{place}")
    blocks = [
        {"seeds": [seed], "training_json": path} for seed, path in zip(SEEDS, made["training_paths"], strict=True)
    ]
    planned = {"settings": settings(4 + 4 * place), "metrics": {"accuracy": {"every": None}}}
    files = {"blocks": blocks, "tables_folder": made["tables_folder"], "card_html": card or None}
    return {"id": run, "paper": PAPERS[place % 2]["id"], "variant": variant, **planned, "seeds": SEEDS, **files}


def _member(run: str, sweep: str, depth: int, position: int) -> dict[str, Any]:
    places = {"axes": {"depth": depth}, "positions": {"depth": position}, "coordinates": {"depth": float(depth)}}
    return {"run": run, "sweep": sweep, **places}


def _item(name: str, paper: str, variant: str, members: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": name, "id": name, "paper": paper, "variant": variant, "members": members}
