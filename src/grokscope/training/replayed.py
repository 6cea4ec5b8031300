"""The updates of a block on a CUDA card, recorded once and then replayed.

A small network's update is some sixty kernels of a few microseconds; starting each of them from Python takes several
times as long as running it. A CUDA graph starts all of them at once. The kernels and their order are those of the
update itself, so the numbers are the same to the bit (`tests/training/test_replayed.py`, on a card).

Nothing in the core of the training knows of it. So its code is in no training's fingerprint, and what was trained
before it was there stays finished.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from grokscope.training import train
from grokscope.training.batches import Batches
from grokscope.training.block import Block

UPDATES_BEFORE = 3
"""Updates of each size of batch that are done kernel by kernel, in which libraries choose and load their kernels."""


@contextmanager
def replaying(device: str) -> Iterator[None]:
    """Within it, `train_block` replays updates if `device` is a card."""
    block = train.Block
    if device.startswith("cuda"):
        train.Block = ReplayedBlock  # type: ignore[misc, assignment]
    try:
        yield
    finally:
        train.Block = block  # type: ignore[misc]


def replayable(block: Block) -> bool:
    """Whether `block` lies on a card and its updates do nothing on the processor: further terms of the loss draw their
    numbers there at each step, and optimisers other than a fused Adam count their steps there.
    """
    fused = isinstance(block.optimiser, torch.optim.Adam) and all(
        group["fused"] for group in block.optimiser.param_groups
    )
    on_cuda = all(parameter.device.type == "cuda" for parameter in block.parameters)
    return on_cuda and fused and not block.penalties


@dataclass(frozen=True)
class Recording:
    """One recorded update: where it reads the positions of its samples, and what it leaves behind."""

    graph: torch.cuda.CUDAGraph
    indices: Tensor
    outputs: Tensor
    targets: Tensor


class FixedBatch(Batches):
    """The same positions at every step."""

    def __init__(self, indices: Tensor) -> None:
        self.fixed = indices

    def indices(self, step: int) -> Tensor:
        """(S, B) positions."""
        return self.fixed


class ReplayedBlock(Block):
    """A block whose updates are replayed where nothing in them changes from step to step but the samples."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.replays = replayable(self)
        self.recordings: dict[int, Recording] = {}
        self.done: Counter[int] = Counter()
        if self.replays:
            # of its own, as recording asks for
            self.stream = torch.cuda.Stream(self.parameters[0].device)

    def update(self, step: int) -> None:
        """One optimiser update of every seed."""
        if not self.replays:
            super().update(step)
            return
        indices = self.batches.indices(step)
        size = indices.shape[1]
        # the learning rate of a warm-up changes from step to step; later nothing asks for the number of updates
        first = step < (self.settings.training.warm_up or 0) or self.done[size] < UPDATES_BEFORE
        if first or not self._recorded(step, indices):
            self.done[size] += 1
            self._update_by_kernels(step)
            return
        recording = self.recordings[size]
        recording.indices.copy_(indices)
        recording.graph.replay()
        self.outputs, self.batch_targets = recording.outputs, recording.targets

    def _update_by_kernels(self, step: int) -> None:
        current = torch.cuda.current_stream(self.stream.device)
        self.stream.wait_stream(current)
        with torch.cuda.stream(self.stream):
            super().update(step)
        current.wait_stream(self.stream)
        self._let_go()

    def _recorded(self, step: int, indices: Tensor) -> bool:
        """Whether there is a recording for batches of this size, which is made where that is possible; a network that
        waits for the processor on its way cannot be recorded, and goes on kernel by kernel.
        """
        size = indices.shape[1]
        if size not in self.recordings:
            try:
                self.recordings[size] = self._record(step, indices)
            except RuntimeError:
                self.replays = False
        return self.replays

    def _record(self, step: int, indices: Tensor) -> Recording:
        """Record an update; nothing is computed by that."""
        groups, batches = self.optimiser.param_groups, self.batches
        capturable = [group["capturable"] for group in groups]
        graph, own = torch.cuda.CUDAGraph(), indices.clone()
        self.batches = FixedBatch(own)
        try:
            for group in groups:
                group["capturable"] = True  # a fused Adam always is, and says so only when it is told to
            with torch.cuda.graph(graph, stream=self.stream):
                super().update(step)
        finally:
            self.batches = batches
            for group, value in zip(groups, capturable, strict=True):
                group["capturable"] = value
        self._let_go()
        return Recording(graph, own, self.outputs, self.batch_targets)

    def _let_go(self) -> None:
        """Of the graph of gradients, which the outputs keep and which belongs to the stream that made it."""
        self.outputs = self.outputs.detach()
