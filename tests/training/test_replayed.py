"""A training whose updates are replayed on a card ends with the bits of one that does them kernel by kernel."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
import torch

from grokscope.config.run_settings import RunSettings
from grokscope.training import replayed, train
from grokscope.training.block import Block
from grokscope.training.checkpoints import CheckpointStore
from training_support import small_settings, train_small

on_a_card = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no card")

SETTINGS = {
    "mlp": small_settings(),
    "batch_norm": small_settings(model={"batch_norm": True}),
    "adam": small_settings(training={"optimizer": "adam", "weight_decay": 0.01}),
    "cross_entropy": small_settings(training={"loss": "cross_entropy", "dtype": "float64"}),
    "warm_up": small_settings(training={"warm_up": 7}),
    "cnn": small_settings(model={"kind": "cnn", "depth": 3, "width": 4}, training={"loss": "cross_entropy"}),
}


def trained(settings: RunSettings, folder: Path, device: str = "cuda") -> CheckpointStore:
    with replayed.replaying(device):
        train_small(settings, [3, 8], folder, device=device)
    return CheckpointStore(folder)


def same_bits(first: CheckpointStore, second: CheckpointStore) -> None:
    assert first.steps() == second.steps()
    for step in first.steps():
        one, other = first.load(step), second.load(step)
        for name, tensor in one.items():
            assert torch.equal(tensor, other[name]), f"{name} at step {step}"


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Sizes of the batches whose updates are recorded."""
    sizes: list[int] = []
    record = replayed.ReplayedBlock._record

    def remembered(block: replayed.ReplayedBlock, step: int, indices: torch.Tensor) -> replayed.Recording:
        sizes.append(indices.shape[1])
        return record(block, step, indices)

    monkeypatch.setattr(replayed.ReplayedBlock, "_record", remembered)
    return sizes


def test_on_a_processor_a_block_is_what_it_was(tmp_path: Path) -> None:
    with replayed.replaying("cpu"):
        assert train.Block is Block
    with replayed.replaying("cuda"):
        assert train.Block is replayed.ReplayedBlock
    assert train.Block is Block


class PretendedStream:
    device = torch.device("cpu")

    def wait_stream(self, stream: object) -> None:
        """There is nothing to wait for."""


class PretendedGraph:
    """Stands in for a CUDA graph on a processor: an update that is recorded leaves weights and optimiser as they were,
    and its replay does it with the positions that were written into the recording.
    """

    block: replayed.ReplayedBlock
    positions: replayed.FixedBatch

    def replay(self) -> None:
        own, self.block.batches = self.block.batches, self.positions
        Block.update(self.block, 0)
        self.block.batches = own


@pytest.fixture
def pretended_card(monkeypatch: pytest.MonkeyPatch) -> None:
    """A processor that seems to be a card."""
    made: list[replayed.ReplayedBlock] = []
    prepare = replayed.ReplayedBlock.__init__

    def remembered(block: replayed.ReplayedBlock, *arguments: object) -> None:
        prepare(block, *arguments)
        made.append(block)

    @contextmanager
    def recording(graph: PretendedGraph, stream: object) -> Iterator[None]:
        (block,) = made[-1:]
        assert isinstance(block.batches, replayed.FixedBatch)
        graph.block, graph.positions = block, block.batches
        states = [*block.parameters, *(value for state in block.optimiser.state.values() for value in state.values())]
        before = [tensor.detach().clone() for tensor in states]
        yield
        with torch.no_grad():
            for tensor, value in zip(states, before, strict=True):
                tensor.copy_(value)

    monkeypatch.setattr(replayed.ReplayedBlock, "__init__", remembered)
    monkeypatch.setattr(replayed, "replayable", lambda block: True)
    monkeypatch.setattr(torch.cuda, "Stream", lambda device: PretendedStream())
    monkeypatch.setattr(torch.cuda, "current_stream", lambda device: PretendedStream())
    monkeypatch.setattr(torch.cuda, "stream", lambda stream: nullcontext())
    monkeypatch.setattr(torch.cuda, "CUDAGraph", PretendedGraph)
    monkeypatch.setattr(torch.cuda, "graph", recording)
    monkeypatch.setattr(train, "Block", replayed.ReplayedBlock)


@pytest.mark.parametrize("kind", ["mlp", "adam", "cross_entropy", "warm_up"])
def test_every_update_is_done_once_on_its_own_samples(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pretended_card: None, recorded: list[int]
) -> None:
    replays = trained(SETTINGS[kind], tmp_path / "replayed", "cpu")
    assert sorted(recorded) == [10, 25], "once for whole batches and once for the last of an epoch"
    monkeypatch.setattr(train, "Block", Block)
    same_bits(replays, trained(SETTINGS[kind], tmp_path / "single", "cpu"))


def test_what_cannot_be_recorded_goes_on_kernel_by_kernel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pretended_card: None, recorded: list[int]
) -> None:
    @contextmanager
    def refused(graph: PretendedGraph, stream: object) -> Iterator[None]:
        raise RuntimeError("operation not permitted when stream is capturing")
        yield

    monkeypatch.setattr(torch.cuda, "graph", refused)
    single = trained(SETTINGS["mlp"], tmp_path / "refused", "cpu")
    assert len(recorded) == 1
    monkeypatch.setattr(train, "Block", Block)
    same_bits(single, trained(SETTINGS["mlp"], tmp_path / "single", "cpu"))


@pytest.mark.gpu
@on_a_card
@pytest.mark.parametrize("kind", SETTINGS)
def test_the_bits_are_those_of_single_kernels(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recorded: list[int]
) -> None:
    replays = trained(SETTINGS[kind], tmp_path / "replayed")
    assert sorted(recorded) == [10, 25], "once for whole batches and once for the last of an epoch"
    monkeypatch.setattr(replayed, "replayable", lambda block: False)
    same_bits(replays, trained(SETTINGS[kind], tmp_path / "single"))


@pytest.mark.gpu
@on_a_card
@pytest.mark.parametrize(
    "changes",
    [
        {"training": {"optimizer": "sgd", "learning_rate": 0.05}},
        {"training": {"loss": "cross_entropy", "label_smoothing": 0.1}},
    ],
    ids=["sgd", "label_smoothing"],
)
def test_what_changes_from_step_to_step_is_not_replayed(
    changes: dict[str, dict[str, object]], tmp_path: Path, recorded: list[int]
) -> None:
    trained(small_settings(**changes), tmp_path / "run")
    assert recorded == []
