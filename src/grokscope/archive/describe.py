"""What an archive says of itself to people and to repositories of research data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import grokscope
from grokscope.archive.format import CRATE, INDEX, README, VERSION, Record, file_entry
from grokscope.config.scales import Scale
from grokscope.files import write_text

LICENCE = "https://spdx.org/licenses/MIT"
PROGRAM = "#grokscope"
WORDS = {
    "smoke": "settings that try the program and have no scientific meaning",
    "quick": "settings for a laptop, smaller than those of the papers",
    "paper": "the settings of the papers",
}
PAPERS = ("https://arxiv.org/abs/2405.19454", "https://arxiv.org/abs/2402.15555")
"""Deep Grokking, and Deep Networks Always Grok and Here is Why: what is replicated."""
ENCODINGS = {
    ".json": "application/json",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".safetensors": "application/octet-stream",
}
INDEX_ENTRY = {
    "@id": INDEX,
    "@type": "File",
    "name": INDEX,
    "encodingFormat": ENCODINGS[".json"],
    "description": "The sha256 of every file, this description among them; it is written last, so its own is not here.",
}


def write_descriptions(base: Path, scale: Scale, records: Mapping[str, Record]) -> None:
    """Write README.md and the RO-Crate description of the archive `base`, whose runs lie there already."""
    write_text(base / README, _readme(scale, records))
    write_text(base / CRATE, json.dumps(_crate(base, scale, records), indent=1, sort_keys=True) + "\n")


def _title(scale: Scale) -> str:
    return f"Measurements of neural networks that grok, {scale} scale"


def _readme(scale: Scale, records: Mapping[str, Record]) -> str:
    lines = [
        f"# {_title(scale)}",
        "",
        f"Made by grokscope, a replication of {PAPERS[0]} and {PAPERS[1]}, at {WORDS[scale]}.",
        "",
        "Each folder `runs/<run>/seeds_<seeds>` is one block of seeds of one training configuration. `record.json` has "
        "its settings, data (by sha256), machine, libraries, seconds and code; each `<metric>.parquet` is one table "
        "(Parquet, zstd) with a row for every seed and checkpoint, and any reader of Parquet opens it. "
        "`index.json` has the sha256 of every file. There are no weights and no images.",
        "",
        "Eigenvalues in `spectra.parquet` are rounded to the binary digits that `rounded_bits` names (rounding "
        "errors to two); `spectra.rank.parquet` has the ranks, by every definition, of the spectra before they were "
        "rounded.",
        "",
        "To draw figures and judge claims from it, without training: "
        f"`make report SCALE={scale} RESULTS_FROM=<this folder> FIGURES=all MISSING=leave_out`.",
        "",
        "| run | seeds of each metric |",
        "|---|---|",
    ]
    lines += [f"| {run} | {words} |" for run, words in sorted(seeds_of_metrics(records).items())]
    return "\n".join(lines) + "\n"


def seeds_of_metrics(records: Mapping[str, Record]) -> dict[str, str]:
    """Run -> such as `accuracy, spectra: 0, 1; weight_norm: 0, 1, 2`, or `0, 1` where all metrics have the same."""
    seeds: dict[str, dict[str, set[int]]] = {}
    for folder, record in records.items():
        of_run = seeds.setdefault(PurePosixPath(folder).parts[1], {})
        for metric in record.metrics:
            of_run.setdefault(metric, set()).update(record.seeds)
    words = {}
    for run, of_run in seeds.items():
        alike: dict[str, list[str]] = {}
        for metric, found in sorted(of_run.items()):
            alike.setdefault(", ".join(map(str, sorted(found))), []).append(metric)
        many = len(alike) > 1
        words[run] = "; ".join(f"{', '.join(names)}: {found}" if many else found for found, names in alike.items())
    return words


def _crate(base: Path, scale: Scale, records: Mapping[str, Record]) -> dict[str, Any]:
    """RO-Crate 1.1 metadata: the root data set, its files, the program that made it, and the papers."""
    paths = sorted(path for path in base.rglob("*") if path.is_file() and path.name not in (CRATE, INDEX))
    files = [_file(base, path) for path in paths] + [INDEX_ENTRY]
    root: dict[str, Any] = {
        "@id": "./",
        "@type": "Dataset",
        "name": _title(scale),
        "description": f"Metric tables of {len(records)} blocks of seeds, measured at {WORDS[scale]}.",
        "license": {"@id": LICENCE},
        "hasPart": [{"@id": file["@id"]} for file in files],
        "isBasedOn": [{"@id": paper} for paper in PAPERS],
        "creator": {"@id": PROGRAM},
        "datePublished": datetime.now(UTC).date().isoformat(),
        "version": str(VERSION),
    }
    program = {
        "@id": PROGRAM,
        "@type": "SoftwareApplication",
        "name": "grokscope",
        "version": grokscope.__version__,
    }
    papers = [{"@id": paper, "@type": "ScholarlyArticle", "name": paper.rsplit("/", 1)[-1]} for paper in PAPERS]
    about = {
        "@id": CRATE,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
    }
    licence = {"@id": LICENCE, "@type": "CreativeWork", "name": "MIT License"}
    return {
        "@context": "https://w3id.org/ro/crate/1.1/context",
        "@graph": [about, root, program, licence, *papers, *files],
    }


def _file(base: Path, path: Path) -> dict[str, Any]:
    entry = file_entry(path)
    return {
        "@id": path.relative_to(base).as_posix(),
        "@type": "File",
        "name": path.name,
        "encodingFormat": ENCODINGS[path.suffix],
        "contentSize": str(entry.bytes),
        "sha256": entry.sha256,
    }
