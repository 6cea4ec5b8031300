"""The verdicts that rest on a seed, judged with the archive's tables of it and with those that were measured again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from grokscope.analysis.claims import judge
from grokscope.analysis.inputs import read_item_inputs
from grokscope.archive.open import ArchivedBlock, open_archive
from grokscope.config.detector_settings import DetectorSettings
from grokscope.metrics.tables import write_table
from grokscope.results.wanted import Wanted, load_wanted


@dataclass(frozen=True)
class VerdictAgain:
    """A claim judged twice."""

    claim: str
    published: str
    now: str
    published_effect: float | None
    now_effect: float | None


def verdicts_again(
    block: ArchivedBlock, scale: str, seed: int, tables: Mapping[str, pd.DataFrame], folder: Path, repository: Path
) -> list[VerdictAgain]:
    """Judge every claim that the archive has all runs for and that uses this seed; `tables` are written to `folder`."""
    wanted = load_wanted(_choices(block.archive, scale, folder), repository, hashes=False)
    again: dict[tuple[str, str], str] = {}
    for run, name in _names(wanted, block):
        usable = wanted.archived[run, name]
        for metric, own in usable.metrics.items():
            path = folder / f"{own}.parquet"
            write_table(path, str(block.record.metrics[own].settings["metric"]), _named(tables[own], run))
            again[run, metric] = str(path)
    found = []
    for name, item in wanted.plan.claims.items():
        if not any(run in item.runs() for run, _ in again) or seed not in wanted.seeds_of_item(item):
            continue
        given = wanted.item_inputs(item)
        before = _judge(given, repository)
        files = {
            run: {metric: [*_first(again, run, metric), *paths] for metric, paths in metrics.items()}
            for run, metrics in given["metric_files"].items()
        }
        after = _judge({**given, "metric_files": files}, repository)
        found.append(VerdictAgain(name, before["verdict"], after["verdict"], before["effect"], after["effect"]))
    return found


def _choices(archive: Path, scale: str, folder: Path) -> dict[str, Any]:
    """All seeds of the archive and nothing else: the results folder that is named is empty."""
    seeds = sorted({seed for block in open_archive(archive, hashes=False).blocks for seed in block.record.seeds})
    return {
        "scale": scale,
        "seeds": seeds,
        "figures": "all",
        "results_from": str(archive),
        "results_folder": str(folder / "no_results"),
        "missing": "leave_out",
    }


def _names(wanted: Wanted, block: ArchivedBlock) -> list[tuple[str, str]]:
    """Runs of the plan that use this block; a run may have another name there."""
    return [key for key, usable in wanted.archived.items() if usable.block.folder == block.folder]


def _named(table: pd.DataFrame, run: str) -> pd.DataFrame:
    return table.assign(run=pd.Series([run] * len(table), index=table.index, dtype=table["run"].dtype))


def _first(again: Mapping[tuple[str, str], str], run: str, metric: str) -> list[str]:
    """The seed's new table; a seed that is in two files is taken from the first."""
    return [again[run, metric]] if (run, metric) in again else []


def _judge(given: dict[str, Any], repository: Path) -> dict[str, Any]:
    values = dict(given)
    detectors = DetectorSettings.model_validate(values.pop("detectors"))
    inputs = read_item_inputs(**values, reference_folder=repository / "reference", detectors=detectors)
    return judge(inputs, detectors)
