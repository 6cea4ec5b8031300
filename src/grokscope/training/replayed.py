"""The update of a block on a CUDA card, recorded once and then replayed.

A small network's update is some sixty kernels of a few microseconds; starting each of them from Python takes several
times as long as running it. A CUDA graph starts all of them at once. The kernels and their order are those of the
update itself, so the numbers are the same to the bit (`tests/training/test_replayed.py`, on a card).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from grokscope.training.block import Block

UPDATES_BEFORE = 3
"""Updates of each size of batch that are done kernel by kernel, in which libraries choose and load their kernels."""


@dataclass(frozen=True)
class Recording:
    """One recorded update: where it reads the positions of its samples, and what it leaves behind."""

    graph: torch.cuda.CUDAGraph
    indices: Tensor
    outputs: Tensor
    targets: Tensor


def update_of(block: Block) -> Callable[[int], None]:
    """What does one update of `block`: a replayed one where nothing in it changes from step to step but the samples."""
    return Replayed(block) if replayable(block) else block.update


def replayable(block: Block) -> bool:
    """Whether `block` lies on a card and its updates do nothing on the processor: further terms of the loss draw their
    numbers there at each step, and optimisers other than a fused Adam count their steps there.
    """
    fused = isinstance(block.optimiser, torch.optim.Adam) and all(
        group["fused"] for group in block.optimiser.param_groups
    )
    on_cuda = all(parameter.device.type == "cuda" for parameter in block.parameters)
    return on_cuda and fused and not block.penalties


class Replayed:
    """Called with a step, it does that update of the block."""

    def __init__(self, block: Block) -> None:
        self.block = block
        # until then the learning rate changes from step to step; later nothing asks for the number of updates
        self.warm_up = block.settings.training.warm_up or 0
        self.done: Counter[int] = Counter()
        self.recordings: dict[int, Recording] = {}
        self.recordable = True
        # a stream of their own, as recording asks for
        self.stream = torch.cuda.Stream(block.parameters[0].device)

    def __call__(self, step: int) -> None:
        indices = self.block.batches.indices(step)
        size = indices.shape[1]
        if step < self.warm_up or self.done[size] < UPDATES_BEFORE or not self._recorded(step, indices):
            self.done[size] += 1
            self._update(step, indices)
            return
        recording = self.recordings[size]
        recording.indices.copy_(indices)
        recording.graph.replay()
        self.block.outputs, self.block.batch_targets = recording.outputs, recording.targets

    def _recorded(self, step: int, indices: Tensor) -> bool:
        """Whether there is a recording for batches of this size, which is made where that is possible; a network that
        waits for the processor on its way cannot be recorded, and goes on kernel by kernel.
        """
        size = indices.shape[1]
        if self.recordable and size not in self.recordings:
            try:
                self.recordings[size] = self._record(step, indices)
            except RuntimeError:
                self.recordable = False
        return size in self.recordings

    def _update(self, step: int, indices: Tensor) -> None:
        current = torch.cuda.current_stream(self.stream.device)
        self.stream.wait_stream(current)
        with torch.cuda.stream(self.stream):
            self.block.learn(step, indices)
        current.wait_stream(self.stream)
        self._let_go()

    def _record(self, step: int, indices: Tensor) -> Recording:
        """Record an update; nothing is computed by that."""
        groups = self.block.optimiser.param_groups
        before = [group["capturable"] for group in groups]
        graph, own = torch.cuda.CUDAGraph(), indices.clone()
        try:
            for group in groups:
                group["capturable"] = True  # a fused Adam always is, and says so only when it is told to
            with torch.cuda.graph(graph, stream=self.stream):
                self.block.learn(step, own)
        finally:
            for group, value in zip(groups, before, strict=True):
                group["capturable"] = value
        self._let_go()
        return Recording(graph, own, self.block.outputs, self.block.batch_targets)

    def _let_go(self) -> None:
        """Of the graph of gradients, which the outputs keep and which belongs to the stream that made it."""
        self.block.outputs = self.block.outputs.detach()
