"""Publish what is measured: pack it, and add it to the archive that is there already."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grokscope.config.scales import Scale
from grokscope.errors import UserError
from grokscope.results.standing import standing_of

if TYPE_CHECKING:
    from grokscope.results.wanted import Wanted


def publishable(wanted: Wanted) -> list[dict[str, Any]]:
    """The blocks of the results folder that have tables of the wanted settings, as plain values for `publish`.

    Tables of earlier code count: the archive says which code made them.
    """
    found = []
    for run, planned in wanted.plan.runs.items():
        for block, seeds in wanted.blocks[run].items():
            if (run, block) in wanted.archived:
                continue
            tables: dict[str, str] = {}
            arrays: dict[str, str] = {}
            for name in planned.metrics.names():
                path = wanted.layout.metric.format(run=run, block=block, metric=name)
                if standing_of(path, wanted.metric_identity(run, block, name), code_counts=False).finished:
                    tables[name] = path
                    beside = wanted.layout.arrays.format(run=run, block=block, metric=name)
                    arrays |= {name: beside} if Path(beside).is_file() else {}
            if tables:
                found.append(
                    {
                        "run": run,
                        "paper": planned.paper,
                        "variant": planned.variant,
                        "seeds": list(seeds),
                        "settings": planned.settings.model_dump(mode="json"),
                        "metrics": planned.metrics.as_dict(set(tables)),
                        "tables": tables,
                        "arrays": arrays,
                        "training": wanted.layout.training.format(run=run, block=block),
                    }
                )
    return found


def archive_to_write(publish_to: str | None, scale: str) -> Path:
    """The folder of the archive that is written: the one that is named, else published/<scale>."""
    return Path(publish_to).expanduser() if publish_to else Path("published") / scale


def publish(blocks: Iterable[Mapping[str, Any]], scale: Scale, folder: str | os.PathLike[str], results: str) -> str:
    """Pack blocks as `publishable` gives them and merge them into the archive `folder`; returns a sentence on it.

    A seed that the archive has already must agree with what was measured now; it is kept as it is. `results` names the
    folder that the blocks come from. Raises UserError, with the archive as it was, where a seed does not agree, and
    where there is neither an archive nor anything to publish.
    """
    # the driver of the workflow asks what is publishable, and reads no tables
    from grokscope.archive.merge import merge_archives
    from grokscope.archive.pack import MeasuredBlock, pack

    goal = Path(folder).resolve()
    measured = [MeasuredBlock(**{**block, "seeds": tuple(block["seeds"])}) for block in blocks]
    if not measured and not goal.exists():
        raise UserError(f"{results}: nothing of scale {scale} is measured there, so there is nothing to publish")
    if not measured:
        return f"{folder}: {results} has nothing that could be added"
    goal.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{goal.name}-packed-", dir=goal.parent) as work:
        packed = Path(work) / "packed"
        pack(measured, scale, packed)
        done = merge_archives([goal, packed] if goal.exists() else [packed], goal, {packed.resolve(): results})
    return f"{folder}: {done.new} new blocks, {done.extended} with more tables than before, {done.blocks} in all"
