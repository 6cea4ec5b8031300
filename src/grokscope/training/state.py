"""The folder of one training: what it is, how far it is, and all that is needed to go on."""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from grokscope.files import atomic_path, read_json, write_json
from grokscope.training.checkpoints import CheckpointStore

CONDITIONS = ("torch", "device", "threads")
"""Facts of a part's provenance that the next part must share: they decide the bits of a training and are up to the user."""

PROCESSOR = "device_name"
"""A fact that decides them too, but not up to the user where a cluster has nodes of several kinds: a change is recorded, no reason to begin again."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TrainingState:
    """A training after `step` updates; `parts` is what was recorded of each uninterrupted stretch so far."""

    step: int
    tensors: dict[str, Tensor]
    parts: list[dict[str, Any]]


class TrainingFolder:
    """`identity.json`, `state.safetensors`, `record.json` once finished, and the checkpoints.

    Opening a folder whose identity is another one, or that has none, empties it: nothing in it belongs to this training.
    `facts` is the provenance of this process: an unfinished training goes on only under the CONDITIONS that it was begun under, so that
    none is half of one and half of another. A finished one stands, whatever the conditions are now.
    """

    def __init__(self, folder: str | os.PathLike[str], identity: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
        self.folder, self.facts = Path(folder), facts
        self.checkpoints = CheckpointStore(self.folder)
        self._identity, self._state, self._record = (self.folder / name for name in ("identity.json", "state.safetensors", "record.json"))
        wanted = json.loads(json.dumps(identity))
        if _read_or_none(self._identity) != wanted:
            self._empty()
            write_json(self._identity, wanted)

    def _empty(self) -> None:
        if self.folder.is_dir():
            # the identity goes first, so that a half emptied folder is not taken for a training
            self._identity.unlink(missing_ok=True)
            for path in self.folder.iterdir():
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()

    def record(self, scheduled: Sequence[int]) -> dict[str, Any] | None:
        """The record of a finished training, or None when it is not finished or a scheduled checkpoint is missing."""
        if not set(scheduled) <= set(self.checkpoints.steps()):
            return None
        return _read_or_none(self._record)

    def finish(self, record: Mapping[str, Any]) -> None:
        """Write the record of the finished training."""
        write_json(self._record, record)

    def save(self, state: TrainingState) -> None:
        """Replace the state; call it after the checkpoints up to its step are written."""
        metadata = {"step": str(state.step), "parts": json.dumps(state.parts)}
        with atomic_path(self._state) as temporary:
            tensors = {name: tensor.detach().contiguous().cpu() for name, tensor in state.tensors.items()}
            save_file(tensors, temporary, metadata=metadata)

    def resume(self, scheduled: Sequence[int]) -> TrainingState | None:
        """The last state; later checkpoints and half written files are deleted. None, with no checkpoint left, when there is nothing to go on from."""
        state = self._load()
        if state is not None and not {step for step in scheduled if step <= state.step} <= set(self.checkpoints.steps()):
            state = None
        if state is not None and not self._may_go_on(state):
            state = None
        self._record.unlink(missing_ok=True)
        for leftover in self.folder.glob(".*.*"):
            # what a killed process was writing
            leftover.unlink()
        self.checkpoints.remove_after(-1 if state is None else state.step)
        return state

    def _may_go_on(self, state: TrainingState) -> bool:
        """Whether this process may go on from `state`; what keeps it from doing so, or will keep the bits from being the same, is logged."""
        before = state.parts[-1]["provenance"]
        changed = [f"{key} {before[key]}, now {self.facts[key]}" for key in CONDITIONS if before[key] != self.facts[key]]
        if changed:
            log.warning("%s: %d steps were done with another %s: beginning again, so that all is done alike", self.folder, state.step, "; ".join(changed))
        elif before[PROCESSOR] != self.facts[PROCESSOR]:
            log.warning("%s: goes on at step %d on %s, before on %s: equal to rounding only", self.folder, state.step, self.facts[PROCESSOR], before[PROCESSOR])
        return not changed

    def _load(self) -> TrainingState | None:
        try:
            with safe_open(self._state, framework="pt") as file:
                metadata = file.metadata()
                # cloned: the file is mapped into memory, without the alignment that reproducible arithmetic needs
                tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118
            return TrainingState(int(metadata["step"]), tensors, json.loads(metadata["parts"]))
        except (FileNotFoundError, SafetensorError):
            return None


def _read_or_none(path: Path) -> Any:
    try:
        return read_json(path)
    except (FileNotFoundError, json.JSONDecodeError):
        return None
