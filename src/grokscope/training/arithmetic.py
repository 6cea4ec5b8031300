"""Everything outside the settings of a run that can change the bits of a training, set in one place and put back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch


def flushes_denormal() -> bool:
    """Whether the calling thread treats denormal numbers as zero."""
    smallest = torch.tensor(5e-324, dtype=torch.float64)
    return bool(smallest * 1 == 0)


@contextmanager
def arithmetic(*, device: str | torch.device, threads: int, flush_denormal: bool) -> Iterator[None]:
    """Compute with `threads` CPU threads, denormals flushed or not, deterministic CUDA, no TF32; then restore.

    The threads of torch's pool take the flushing over from the thread that starts them, so with more than one thread a
    process should train before it does other parallel work with another setting. Raises ValueError where the processor
    cannot flush.
    """
    # cuBLAS reads it when its first handle is made and is not deterministic without it
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    deterministic: Any = torch.utils.deterministic
    before = (
        torch.get_num_threads(),
        flushes_denormal(),
        torch.get_deterministic_debug_mode(),
        torch.backends.cudnn.benchmark,
        torch.backends.cudnn.allow_tf32,
        torch.backends.cuda.matmul.allow_tf32,
        deterministic.fill_uninitialized_memory,
    )
    on_cuda = torch.device(device).type == "cuda"
    try:
        if not torch.set_flush_denormal(flush_denormal) and flush_denormal:
            raise ValueError("training.flush_denormal: this processor cannot flush denormal numbers")
        torch.set_num_threads(threads)
        if on_cuda:
            # use_deterministic_algorithms does the same and loads torch's compiler, which takes a second in every job
            torch.set_deterministic_debug_mode("error")
            # only a help to find reads of uninitialised memory; it costs a pass over every new tensor
            deterministic.fill_uninitialized_memory = False
            torch.backends.cudnn.benchmark = False
            torch.backends.cudnn.allow_tf32 = False
            torch.backends.cuda.matmul.allow_tf32 = False
        yield
    finally:
        torch.set_num_threads(before[0])
        torch.set_flush_denormal(before[1])
        torch.set_deterministic_debug_mode(before[2])
        torch.backends.cudnn.benchmark = before[3]
        torch.backends.cudnn.allow_tf32 = before[4]
        torch.backends.cuda.matmul.allow_tf32 = before[5]
        deterministic.fill_uninitialized_memory = before[6]
