"""The numbers of a folder of results that are kept in the repository as docs/results/<scale>.json."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from grokscope.config.scales import OTHER_SCALE
from grokscope.errors import UserError
from grokscope.files import read_json
from grokscope.report.answer import STATED
from grokscope.report.compare_verdicts import read_verdicts
from grokscope.report.within_run import BOUNDS
from grokscope.results.training_records import read_training_record

VERDICTS = ("supported", "contradicted", "not seen", "inconclusive")


def numbers_of(folder: Path, wanted: Mapping[str, Any], archives: Path | None = None) -> dict[str, Any]:
    """The verdicts of `folder` as JSON values: `scale`, origin, `figures` (their number), `counts`, and all
    tested claims by name under `claims`.

    At the scale of the README's table, `wanted`, the claims that this shows stand in its order under `rows`. Trainings
    are looked for in `folder` and, for the runs of these claims, in `archives`/<scale>. Raises UserError for a scale
    without meaning, or if a claim of the table has no verdict.
    """
    found = read_verdicts(folder)
    scale = one_scale(folder, (claim.get("scale") for claim in found.values()))
    tested = {name: claim for name, claim in found.items() if claim["verdict"] in VERDICTS}
    runs = {run for claim in tested.values() for run in claim.get("runs") or ()}
    defaults = [claim for name, claim in tested.items() if name == claim["id"]]
    counts = {
        "stated": _count(one for one in defaults if one["paper"] in wanted["papers"] and one["kind"] in STATED),
        "checks": _count(one for one in defaults if one["paper"] in wanted["papers"] and one["kind"] not in STATED),
        "own": _count(one for one in defaults if one["paper"] in wanted["own"]),
    }
    saved = {
        "scale": scale,
        **origin_of(folder, runs, archives / scale if archives else None),
        "figures": len(list(folder.glob("figures/*.json"))),
        "counts": counts,
        "claims": {name: _numbers(claim) for name, claim in tested.items()},
    }
    if scale != wanted["scale"]:
        return saved
    names = [row["claim"] for row in wanted["rows"]]
    for name in names:
        if name not in found:
            raise UserError(f"{folder}: there is no verdict on {name}, which the table shows; make all figures first")
    return saved | {"rows": [{"claim": name, **_numbers(found[name])} for name in names]}


def _count(claims: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many claims have each verdict."""
    found = Counter(claim["verdict"] for claim in claims)
    return {verdict: found[verdict] for verdict in VERDICTS}


def _numbers(claim: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {key: claim[key] for key in ("effect", "low", "high", "seeds")}
    numbers |= {key: True for key in BOUNDS if (claim.get("details") or {}).get(key)}
    near = (claim.get("stability") or {}).get("may_flip")
    return {"verdict": claim["verdict"], **numbers, "near_a_line": near}


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
    """Processors, commits and number of seeds of the trainings in a folder of results, and of `runs` in an archive."""
    paths = sorted(folder.glob("runs/*/*/training.json"))
    if archive is not None:
        paths += [path for run in sorted(runs) for path in sorted((archive / "runs" / run).glob("*/record.json"))]
    records = [read_training_record(path) for path in paths]
    facts = [record.get("provenance") or {} for record in records]
    seeds = {seed for record in records for seed in record["seeds"]}
    devices = sorted({str(fact["device_name"]) for fact in facts if fact.get("device_name")})
    commits = sorted({str(fact["git_commit"]) for fact in facts if fact.get("git_commit")})
    return {"processors": devices, "commits": commits, "seeds": len(seeds), "note": ""}


def saved_numbers(path: Path, command: str) -> dict[str, Any] | None:
    """What was saved in `path`; None where there is no file. Raises UserError, which names `command`, if damaged."""
    return read_json(path, f"write it again: {command}") if path.is_file() else None
