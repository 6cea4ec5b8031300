"""The folder of one training: what it is, how far it is, and all that is needed to go on."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from grokscope.errors import DamagedFile
from grokscope.files import read_json, write_json
from grokscope.results.aside import set_aside
from grokscope.results.identity import first_difference
from grokscope.training.checkpoints import CheckpointStore
from grokscope.training.sealed_tensors import load_sealed, save_sealed

IDENTITY, STATE, RECORD = "identity.json", "state.safetensors", "record.json"
CONDITIONS = ("torch", "device", "threads")
"""Facts that the next part of a training must share: they decide its bits, and the user chooses them."""

PROCESSOR = "device_name"
"""A fact that decides the bits but which users cannot always choose; a change is recorded and allowed."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TrainingState:
    """A training after `step` updates; `parts` is what was recorded of each uninterrupted stretch so far."""

    step: int
    tensors: dict[str, Tensor]
    parts: list[dict[str, Any]]


class TrainingFolder:
    """`identity.json`, `state.safetensors`, `record.json` once finished, and the checkpoints.

    A folder that holds another training, or one that this process may not go on with, is moved aside with its date, to
    `aside` below `root` (by default the folder around it); nothing is deleted. `facts` is the provenance of this
    process: an unfinished training goes on only under the CONDITIONS that it was begun under, so that none is half of
    one and half of another. A finished training is kept whatever the conditions are now.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        identity: Mapping[str, Any],
        facts: Mapping[str, Any],
        root: str | os.PathLike[str] | None = None,
    ) -> None:
        self.folder, self.facts = Path(folder), facts
        self.root = self.folder.parent if root is None else Path(root)
        self.checkpoints = CheckpointStore(self.folder)
        self._identity, self._state, self._record = (self.folder / name for name in (IDENTITY, STATE, RECORD))
        self._wanted = dict(identity)
        if self._occupied():
            known = _read_or_none(self._identity)
            if known is None:
                self._set_aside(f"it has no readable {IDENTITY}")
            elif difference := first_difference(known, self._wanted):
                self._set_aside(difference)
        if not self._identity.exists():
            write_json(self._identity, self._wanted)

    def _occupied(self) -> bool:
        return self.folder.is_dir() and any(self.folder.iterdir())

    def _set_aside(self, reason: str) -> None:
        moved = set_aside(self.folder, self.root, reason)
        log.warning("%s: moved aside to %s: %s", self.folder, moved, reason)

    def record(self, scheduled: Sequence[int]) -> dict[str, Any] | None:
        """The record of a finished training, or None when it is not finished or a scheduled checkpoint is missing."""
        if not set(scheduled) <= set(self.checkpoints.steps()):
            return None
        return _read_or_none(self._record)

    def finish(self, record: Mapping[str, Any]) -> None:
        """Write the record of the finished training."""
        write_json(self._record, dict(record))

    def save(self, state: TrainingState) -> None:
        """Replace the state; call it after the checkpoints up to its step are written."""
        save_sealed(self._state, state.tensors, {"step": str(state.step), "parts": json.dumps(state.parts)})

    def resume(self, scheduled: Sequence[int]) -> TrainingState | None:
        """The last state, or None; later checkpoints and half-written files are deleted."""
        try:
            state = self._load()
            obstacle = None if state is None else self._obstacle(state, scheduled)
        except DamagedFile as error:
            state, obstacle = None, str(error)
        if obstacle:
            self._set_aside(obstacle)
            write_json(self._identity, self._wanted)
            return None
        self._record.unlink(missing_ok=True)
        for leftover in self.folder.glob(".*.*"):
            # what a killed process was writing
            leftover.unlink()
        self.checkpoints.remove_after(-1 if state is None else state.step)
        return state

    def _obstacle(self, state: TrainingState, scheduled: Sequence[int]) -> str | None:
        """Why this process may not continue from `state`; what will change the bits all the same is logged."""
        missing = {step for step in scheduled if step <= state.step} - set(self.checkpoints.steps())
        if missing:
            return f"{len(missing)} checkpoints are missing, the first of step {min(missing)}: beginning again"
        before = state.parts[-1]["provenance"]
        changed = [
            f"{key} {before[key]}, now {self.facts[key]}" for key in CONDITIONS if before[key] != self.facts[key]
        ]
        if changed:
            return (
                f"{state.step} steps were done with another {'; '.join(changed)}: beginning again, so that all is done"
                " alike"
            )
        if before[PROCESSOR] != self.facts[PROCESSOR]:
            log.warning(
                "%s: goes on at step %d on %s, before on %s: equal to rounding only",
                self.folder,
                state.step,
                self.facts[PROCESSOR],
                before[PROCESSOR],
            )
        return None

    def _load(self) -> TrainingState | None:
        if not self._state.exists():
            return None
        tensors, facts = load_sealed(self._state, "the training begins again")
        return TrainingState(int(facts["step"]), tensors, json.loads(facts["parts"]))


def _read_or_none(path: Path) -> dict[str, Any] | None:
    try:
        return read_json(path)
    except (FileNotFoundError, DamagedFile):
        return None
