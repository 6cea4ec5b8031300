"""The numbers of a folder of results that are kept in the repository as docs/results/<scale>.json."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from grokscope.config.scales import OTHER_SCALE
from grokscope.errors import UserError
from grokscope.files import read_json
from grokscope.report.answer import STATED
from grokscope.report.compare_verdicts import read_verdicts
from grokscope.report.questions import question_of_verdict
from grokscope.report.shares import BOUNDS
from grokscope.results.training_records import read_training_record

VERDICTS = ("supported", "contradicted", "not seen", "inconclusive")


def numbers_of(
    folder: Path,
    wanted: Mapping[str, Any],
    archives: Path | None = None,
    before: Mapping[str, Any] | None = None,
    asked: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The verdicts of `folder` as JSON values: `scale`, origin, `figures` (their number), `counts`, and all
    tested claims by name under `claims`, each with the commits and processors of its trainings.

    Verdicts that were saved `before` stay where the folder has none on the claim and the claim still asks the same
    (`asked`, claim -> question). Trainings are looked for in `folder` and in `archives`/<scale>. Raises UserError for a
    scale without meaning, or if a claim of the README's table, which `wanted` is, has no verdict at its scale.
    """
    found = read_verdicts(folder)
    scale = one_scale(folder, (claim.get("scale") for claim in found.values()))
    tested = {name: claim for name, claim in found.items() if claim["verdict"] in VERDICTS}
    archive = archives / scale if archives else None
    kept = {
        name: saved
        for name, saved in ((before or {}).get("claims") or {}).items()
        if name not in tested and name in (asked or {}) and saved.get("question") == (asked or {})[name]
    }
    claims = kept | {name: _numbers(claim) | _origin(folder, archive, claim) for name, claim in tested.items()}
    if scale == wanted["scale"]:
        for row in wanted["rows"]:
            if row["claim"] not in claims:
                raise UserError(
                    f"{folder}: there is no verdict on {row['claim']}, which the table shows; make its figure, too"
                )
    return {
        "scale": scale,
        **{key: sorted({one for claim in claims.values() for one in claim[key]}) for key in ("commits", "processors")},
        "seeds": max((claim["trained_seeds"] for claim in claims.values()), default=0),
        "note": "",
        "figures": len({claim["figure"] for claim in claims.values() if claim["figure"]}),
        "counts": _counts(claims, wanted),
        "claims": claims,
    }


def _counts(claims: Mapping[str, Mapping[str, Any]], wanted: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """How many claims of each sort have each verdict, those of other variants left out."""
    defaults = [claim for claim in claims.values() if claim["default"]]
    return {
        "stated": _count(one for one in defaults if one["paper"] in wanted["papers"] and one["kind"] in STATED),
        "checks": _count(one for one in defaults if one["paper"] in wanted["papers"] and one["kind"] not in STATED),
        "own": _count(one for one in defaults if one["paper"] in wanted["own"]),
    }


def _count(claims: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many claims have each verdict."""
    found = Counter(claim["verdict"] for claim in claims)
    return {verdict: found[verdict] for verdict in VERDICTS}


def _numbers(claim: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {key: claim[key] for key in ("effect", "low", "high", "seeds")}
    numbers |= {key: True for key in BOUNDS if (claim.get("details") or {}).get(key)}
    near = (claim.get("stability") or {}).get("may_flip")
    what = {key: claim.get(key) for key in ("paper", "figure", "kind")}
    return {
        "verdict": claim["verdict"],
        **numbers,
        "near_a_line": near,
        **what,
        "default": claim.get("name") == claim.get("id"),
        "question": question_of_verdict(claim),
    }


def _origin(folder: Path, archive: Path | None, claim: Mapping[str, Any]) -> dict[str, Any]:
    """Of the trainings behind one claim: commits, processors, and the number of seeds as `trained_seeds`."""
    found = origin_of(folder, claim.get("runs") or (), archive)
    return {key: found[key] for key in ("commits", "processors")} | {"trained_seeds": found["seeds"]}


def one_scale(folder: Path, scales: Iterable[Any]) -> str:
    """The scale of a folder's results. Raises UserError where there are several, or one that means nothing."""
    known = sorted({str(scale) for scale in scales})
    if len(known) != 1:
        raise UserError(f"{folder}: holds results of scales {' and '.join(known)}; give the folder of one scale")
    if known[0] not in OTHER_SCALE:
        raise UserError(
            f"{folder}: numbers of {known[0]} scale mean nothing; give the folder of another scale: results/quick"
        )
    return known[0]


def origin_of(folder: Path, runs: Iterable[str], archive: Path | None) -> dict[str, Any]:
    """Processors, commits and number of seeds of the trainings of `runs`, in a folder of results and in an archive."""
    paths = []
    for run in sorted(set(runs)):
        paths += sorted((folder / "runs" / run).glob("*/training.json"))
        if archive is not None:
            paths += sorted((archive / "runs" / run).glob("*/record.json"))
    records = [_record(path) for path in paths]
    facts = [record.get("provenance") or {} for record in records]
    seeds = {seed for record in records for seed in record["seeds"]}
    devices = sorted({str(fact["device_name"]) for fact in facts if fact.get("device_name")})
    commits = sorted({str(fact["git_commit"]) for fact in facts if fact.get("git_commit")})
    return {"processors": devices, "commits": commits, "seeds": len(seeds), "note": ""}


@functools.cache
def _record(path: Path) -> dict[str, Any]:
    """A training's record, read once for all claims."""
    return read_training_record(path)


def saved_numbers(path: Path, command: str) -> dict[str, Any] | None:
    """What was saved in `path`; None where there is no file. Raises UserError, which names `command`, if damaged."""
    return read_json(path, f"write it again: {command}") if path.is_file() else None
