"""Where a trained network comes from: code, libraries and machine."""

from __future__ import annotations

from typing import Any

from grokscope.machine import cpu_name, machine


def provenance(device: str = "cpu", threads: int = 1) -> dict[str, Any]:
    """JSON-able facts about the code, the libraries and the machine; `git_commit` is None outside a checkout."""
    import numpy
    import torch

    on_cuda = torch.device(device).type == "cuda"
    return {
        **machine(),
        "torch": torch.__version__,
        "numpy": numpy.__version__,
        "device": str(device),
        "device_name": torch.cuda.get_device_name(device) if on_cuda else cpu_name(),
        "threads": threads,
    }
