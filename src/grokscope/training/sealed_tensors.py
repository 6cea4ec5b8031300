"""Tensors in a safetensors file with a checksum of its content, so that a changed byte is noticed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from grokscope.errors import DamagedFile
from grokscope.files import atomic_path

SEAL = "grokscope"
"""Key of the only entry of metadata: safetensors promises no order of several, and equal content must give equal bytes.
"""


def save_sealed(
    path: str | os.PathLike[str], tensors: Mapping[str, Tensor], facts: Mapping[str, str] | None = None
) -> None:
    """Write tensors and `facts`, all or nothing; equal content, equal bytes. Raises UserError on a full disk."""
    kept = {name: tensor.detach().contiguous().cpu() for name, tensor in tensors.items()}
    size = sum(tensor.numel() * tensor.element_size() for tensor in kept.values())
    seal = seal_text(_checksum(kept, facts or {}), facts or {})
    with atomic_path(path, size) as temporary:
        save_file(kept, temporary, metadata={SEAL: seal})


def seal_text(checksum: str, facts: Mapping[str, str]) -> str:
    """The entry of metadata."""
    return json.dumps({"checksum": checksum, "facts": dict(facts)}, sort_keys=True)


def load_sealed(
    path: str | os.PathLike[str], remedy: str, device: str = "cpu"
) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Tensors and facts of a file that `save_sealed` wrote.

    The tensors are copies: the file is mapped into memory, without the alignment that reproducible arithmetic needs.
    Raises FileNotFoundError, or DamagedFile with `remedy` when the file is truncated, was changed or is something else.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"no file {path}")
    try:
        with safe_open(path, framework="pt") as file:
            seal = json.loads((file.metadata() or {})[SEAL])
            tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118
        checksum, facts = seal["checksum"], dict(seal["facts"])
    except KeyError as error:
        raise DamagedFile(path, "it has no checksum", remedy) from error
    except (SafetensorError, OSError, ValueError, TypeError) as error:
        raise DamagedFile(path, error, remedy) from error
    if checksum != _checksum(tensors, facts):
        raise DamagedFile(path, "its content does not have its checksum", remedy)
    return {name: tensor.to(device) for name, tensor in tensors.items()}, facts


def sealed_facts(path: str | os.PathLike[str]) -> dict[str, str] | None:
    """The facts of a file that `save_sealed` wrote, without tensors and check; None if it cannot be read."""
    try:
        with safe_open(path, framework="numpy") as file:
            return dict(json.loads((file.metadata() or {})[SEAL])["facts"])
    except (SafetensorError, OSError, ValueError, KeyError, TypeError):
        return None


def _checksum(tensors: Mapping[str, Tensor], facts: Mapping[str, str]) -> str:
    """Hexadecimal sha256 of names, types, shapes and values (any device), and of the facts."""
    digest = hashlib.sha256(repr(sorted(facts.items())).encode())
    for name in sorted(tensors):
        tensor = tensors[name]
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.contiguous().view(-1).view(torch.uint8).numpy().data if tensor.numel() else b"")
    return digest.hexdigest()
