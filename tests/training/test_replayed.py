"""A training whose updates are replayed on a card ends with the bits of one that does them kernel by kernel."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from grokscope.config.run_settings import RunSettings
from grokscope.training import replayed
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


def blocks(monkeypatch: pytest.MonkeyPatch) -> list[Block]:
    """The blocks that are trained from now on."""
    made: list[Block] = []
    run = Block.run

    def remembered(block: Block, *arguments: object) -> None:
        made.append(block)
        run(block, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Block, "run", remembered)
    return made


def test_nothing_is_replayed_on_a_processor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = blocks(monkeypatch)
    train_small(small_settings(), [3], tmp_path / "run")
    (block,) = made
    assert not replayed.replayable(block)
    assert replayed.update_of(block) == block.update


@pytest.mark.gpu
@on_a_card
@pytest.mark.parametrize("kind", SETTINGS)
def test_the_bits_are_those_of_single_kernels(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings: RunSettings = SETTINGS[kind]
    made = blocks(monkeypatch)
    recorded: list[int] = []
    record = replayed.Replayed._record

    def remembered(update: replayed.Replayed, step: int, indices: torch.Tensor) -> replayed.Recording:
        recorded.append(indices.shape[1])
        return record(update, step, indices)

    monkeypatch.setattr(replayed.Replayed, "_record", remembered)
    train_small(settings, [3, 8], tmp_path / "replayed", device="cuda")
    assert replayed.replayable(made[0])
    assert sorted(recorded) == [10, 25], "once for whole batches and once for the last of an epoch"
    monkeypatch.setattr(replayed, "replayable", lambda block: False)
    train_small(settings, [3, 8], tmp_path / "single", device="cuda")
    stores = [CheckpointStore(tmp_path / name) for name in ("replayed", "single")]
    assert stores[0].steps() == stores[1].steps()
    for step in stores[0].steps():
        one, other = (store.load(step) for store in stores)
        for name, tensor in one.items():
            assert torch.equal(tensor, other[name]), f"{name} at step {step}"


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
    changes: dict[str, dict[str, object]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = blocks(monkeypatch)
    train_small(small_settings(**changes), [3], tmp_path / "run", device="cuda")
    assert not replayed.replayable(made[0])
