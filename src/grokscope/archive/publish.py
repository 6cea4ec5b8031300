"""Publish what is measured: pack it, and add it to the archive that is there already."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grokscope.config.scales import Scale
from grokscope.errors import UserError

if TYPE_CHECKING:
    from grokscope.results.wanted import Wanted


def publishable(wanted: Wanted) -> list[dict[str, Any]]:
    """The blocks of a plan that have finished tables and lie in no archive yet, as plain values for `publish`."""
    found = []
    for run, planned in wanted.plan.runs.items():
        for block, seeds in wanted.blocks[run].items():
            names = [name for name in planned.metrics.names() if wanted.metric(run, block, name).finished]
            if not names or (run, block) in wanted.archived:
                continue
            found.append(
                {
                    "run": run,
                    "paper": planned.paper,
                    "variant": planned.variant,
                    "seeds": list(seeds),
                    "settings": planned.settings.model_dump(mode="json"),
                    "metrics": planned.metrics.as_dict(set(names)),
                    "tables": {name: wanted.metric_path(run, block, name) for name in names},
                    "training": wanted.training_path(run, block),
                }
            )
    return found


def archive_to_write(publish_to: str | None, scale: str) -> Path:
    """The folder of the archive that is written: the one that is named, else published/<scale>."""
    return Path(publish_to).expanduser() if publish_to else Path("published") / scale


def publish(blocks: Iterable[Mapping[str, Any]], scale: Scale, folder: str | os.PathLike[str]) -> str:
    """Pack blocks as `publishable` gives them and merge them into the archive `folder`; returns a sentence on it.

    A seed that the archive has already must agree with what was measured now. Raises UserError, with the archive as it
    was, where it does not, and where there is nothing to publish.
    """
    # the driver of the workflow asks what is publishable, and reads no tables
    from grokscope.archive.merge import merge_archives
    from grokscope.archive.pack import MeasuredBlock, pack

    measured = [MeasuredBlock(**{**block, "seeds": tuple(block["seeds"])}) for block in blocks]
    if not measured:
        raise UserError(f"nothing of scale {scale} is measured in the results folder, so there is nothing to publish")
    goal = Path(folder)
    goal.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{goal.name}-", dir=goal.parent) as work:
        packed = Path(work) / "packed"
        pack(measured, scale, packed)
        total = merge_archives([goal, packed] if goal.exists() else [packed], goal)
    return f"{goal}: {len(measured)} blocks were published, {total} are in the archive"
