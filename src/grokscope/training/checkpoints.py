"""The weights of a block at its checkpoint steps, one safetensors file each."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from grokscope.results.checkpoint_files import checkpoint_files, checkpoint_name
from grokscope.training.sealed_tensors import load_sealed, save_sealed

REMEDY = "delete it and train this block again: snakemake ... --config train_again=missing"


class CheckpointStore:
    """The checkpoints in one folder: `step_00000667.safetensors` holds parameters and buffers, seed axis first."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)

    def path(self, step: int) -> Path:
        """Where the checkpoint of `step` lies, whether it exists or not."""
        return self.folder / checkpoint_name(step)

    def steps(self) -> list[int]:
        """Ascending steps of the checkpoints that exist."""
        return checkpoint_files(self.folder)

    def save(self, step: int, tensors: Mapping[str, Tensor]) -> None:
        """Write the checkpoint of `step`, whole or not at all."""
        save_sealed(self.path(step), tensors)

    def load(self, step: int, device: str = "cpu") -> dict[str, Tensor]:
        """The tensors of `step`, for `network.load_state_dict`.

        Raises FileNotFoundError when there is no such checkpoint, and DamagedFile when it is not what was written.
        """
        path = self.path(step)
        if not path.is_file():
            raise FileNotFoundError(f"no checkpoint of step {step} in {self.folder}")
        return load_sealed(path, REMEDY, device)[0]

    def remove_after(self, step: int) -> None:
        """Delete every checkpoint later than `step`."""
        for later in self.steps():
            if later > step:
                self.path(later).unlink()
