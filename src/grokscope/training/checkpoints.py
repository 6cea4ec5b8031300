"""The weights of a block at its checkpoint steps, one safetensors file each."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from safetensors.torch import load_file, save_file
from torch import Tensor

from grokscope.files import atomic_path

_NAME = re.compile(r"step_(\d{8,})\.safetensors")


class CheckpointStore:
    """The checkpoints in one folder: `step_00000667.safetensors` holds parameters and buffers by name, seed axis first."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)

    def path(self, step: int) -> Path:
        """Where the checkpoint of `step` lies, whether it exists or not."""
        return self.folder / f"step_{step:08d}.safetensors"

    def steps(self) -> list[int]:
        """Ascending steps of the checkpoints that exist."""
        if not self.folder.is_dir():
            return []
        return sorted(int(match[1]) for name in os.listdir(self.folder) if (match := _NAME.fullmatch(name)))

    def save(self, step: int, tensors: Mapping[str, Tensor]) -> None:
        """Write the checkpoint of `step`, whole or not at all."""
        with atomic_path(self.path(step)) as temporary:
            save_file({name: tensor.detach().contiguous().cpu() for name, tensor in tensors.items()}, temporary)

    def load(self, step: int, device: str = "cpu") -> dict[str, Tensor]:
        """The tensors of `step`, for `network.load_state_dict`. Raises FileNotFoundError when there is no such checkpoint."""
        path = self.path(step)
        if not path.is_file():
            raise FileNotFoundError(f"no checkpoint of step {step} in {self.folder}")
        return load_file(path, device=device)

    def remove_after(self, step: int) -> None:
        """Delete every checkpoint later than `step`."""
        for later in self.steps():
            if later > step:
                self.path(later).unlink()
