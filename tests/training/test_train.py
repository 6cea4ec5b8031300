"""Blocks of seeds: what is written, what depends on what, and that seeds do not touch each other."""

from __future__ import annotations

import io
import json
import types
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from grokscope.config.run_settings import RunSettings
from grokscope.data.declared import Classes, Images
from grokscope.errors import UserError
from grokscope.files import read_json
from grokscope.models.build import build_network
from grokscope.results.aside import moved_aside
from grokscope.training import train
from grokscope.training.arithmetic import arithmetic, flushes_denormal
from grokscope.training.batches import Batches
from grokscope.training.checkpoints import CheckpointStore
from grokscope.training.loss import evaluate_accuracy, loss_function
from grokscope.training.schedule import checkpoint_steps
from grokscope.training.training_data import stacked_training_data
from margins import assert_equal_to_rounding, assert_mean_above
from training_support import penalty, small_dataset, small_settings, train_small

CNN = {"kind": "cnn", "depth": 2, "width": 3, "dense_width": 5, "batch_norm": True}


def last(folder: Path) -> dict[str, Tensor]:
    store = CheckpointStore(folder)
    return store.load(store.steps()[-1])


def test_what_is_written(tmp_path: Path) -> None:
    settings = small_settings()
    seen: list[int] = []
    record = train_small(settings, [3, 8], tmp_path, on_step=seen.append, code="abc")
    assert seen == list(range(1, 45))
    assert CheckpointStore(tmp_path).steps() == checkpoint_steps(settings.checkpoints, 44) == record["checkpoint_steps"]
    assert record == json.loads(json.dumps(record)) == read_json(tmp_path / "record.json")
    assert RunSettings.model_validate(record["settings"]) == settings
    assert (record["seeds"], record["identity"]["code"], record["finite"]) == ([3, 8], "abc", [True, True])
    assert record["provenance"]["torch"] == torch.__version__
    assert record["provenance"]["threads"] == 1
    assert [(part["from_step"], part["to_step"]) for part in record["parts"]] == [(0, 44)]
    assert record["steps_per_second"] == pytest.approx(44 / record["wall_seconds"])
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".json") == [
        "identity.json",
        "record.json",
    ]
    for value in last(tmp_path).values():
        assert value.shape[0] == 2


def test_finished_returns_at_once_and_another_identity_is_moved_aside(tmp_path: Path) -> None:
    folder = tmp_path / "run" / "block"
    record = train_small(small_settings(), [3], folder, aside_root=tmp_path)
    before = last(folder)
    assert train_small(small_settings(), [3], folder, on_step=_fail) == record
    (folder / "notes.txt").write_text("mine")
    other = train_small(small_settings(), [3], folder, code="other", aside_root=tmp_path)
    assert not (folder / "notes.txt").exists()
    assert other["identity"]["code"] == "other"
    for name, value in last(folder).items():
        assert torch.equal(value, before[name])
    (note,) = moved_aside(tmp_path)
    assert note.was == "run/block"
    assert note.reason == "code: '', now 'other'"
    assert (tmp_path / note.path / "notes.txt").read_text() == "mine"
    assert read_json(tmp_path / note.path / "record.json") == record


def _fail(step: int) -> None:
    raise AssertionError(f"trained step {step}")


def test_a_lost_checkpoint_is_made_again(tmp_path: Path) -> None:
    train_small(small_settings(), [3], tmp_path)
    store = CheckpointStore(tmp_path)
    lost = store.steps()[2]
    wanted = store.load(lost)
    store.path(lost).unlink()
    train_small(small_settings(), [3], tmp_path)
    for name, value in store.load(lost).items():
        assert torch.equal(value, wanted[name])


@pytest.mark.parametrize("model", [{}, CNN])
def test_equal_seeds_agree_to_the_bit_and_others_differ(tmp_path: Path, model: dict[str, object]) -> None:
    settings = small_settings(model=model, training={"steps": 8})
    for name, seeds in (("one", [3]), ("same", [3]), ("other", [4])):
        train_small(settings, seeds, tmp_path / name)
    one, same, other = (last(tmp_path / name) for name in ("one", "same", "other"))
    for name, value in one.items():
        assert torch.equal(value, same[name]), name
        if name.startswith("weight"):
            assert not torch.equal(value, other[name]), name


@pytest.mark.trained
@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-5), ("float64", 1e-10)])
def test_a_seed_alone_and_in_a_block(tmp_path: Path, dtype: str, tolerance: float) -> None:
    """Depth 4, scale 1, 200 steps: the same weights as in a block of four, beyond rounding."""
    settings = small_settings(model={"depth": 4, "width": 16}, training={"steps": 200, "dtype": dtype})
    train_small(settings, [0, 1, 2, 3], tmp_path / "block")
    train_small(settings, [2], tmp_path / "alone")
    start, start_alone = CheckpointStore(tmp_path / "block").load(0), CheckpointStore(tmp_path / "alone").load(0)
    end, end_alone = last(tmp_path / "block"), last(tmp_path / "alone")
    for name in end_alone:
        assert torch.equal(start[name][2], start_alone[name][0])
    assert_equal_to_rounding(
        {name: value[2] for name, value in end.items()},
        {name: value[0] for name, value in end_alone.items()},
        tolerance,
    )


@pytest.mark.trained
def test_it_is_adamw_on_the_batches_of_the_seed(tmp_path: Path) -> None:
    """The loop against torch.optim.AdamW on the same batches, written out."""
    settings = small_settings(training={"dtype": "float64", "steps": 20})
    train_small(settings, [7], tmp_path)
    network = build_network(settings.model, Images((1, 28, 28)), Classes(10), 1, dtype=torch.float64)
    network.load_state_dict(CheckpointStore(tmp_path).load(0))
    images, labels = stacked_training_data(small_dataset(), settings.data, [7], torch.float64, "cpu")
    optimiser = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=0.01, fused=False)
    batches = Batches([7], 110, 25)
    for step in range(20):
        index = batches.indices(step)[0]
        optimiser.zero_grad()
        loss_function("mse")(network(images[:, index]), labels[:, index]).sum().backward()
        optimiser.step()
    assert_equal_to_rounding(last(tmp_path), network.state_dict(), 1e-9)


@pytest.mark.trained
def test_it_learns(tmp_path: Path) -> None:
    seeds = [0, 1, 2, 3, 4]
    settings = small_settings(data={"label_noise": 0.0}, model={"width": 40}, training={"steps": 400})
    train_small(settings, seeds, tmp_path)
    network = build_network(settings.model, Images((1, 28, 28)), Classes(10), len(seeds))
    network.load_state_dict(last(tmp_path))
    images, labels = stacked_training_data(small_dataset(), settings.data, seeds, torch.float32, "cpu")
    assert_mean_above(evaluate_accuracy(network(images), labels), 0.95, resolution=1 / 110)


@pytest.mark.parametrize(("model", "training"), [({}, {}), (CNN, {}), ({}, {"rank_penalty": penalty("nuclear_norm")})])
def test_a_diverged_seed_ends_nothing_and_leaves_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: dict[str, object], training: dict[str, object]
) -> None:
    settings = small_settings(model=model, training={"steps": 12, **training})
    train_small(settings, [3, 8], tmp_path / "sound")
    draw = train.initialise

    def spoil(network: train.Network, seeds: list[int], scale: float) -> None:
        draw(network, seeds, scale)
        with torch.no_grad():
            network.get_parameter("weight_2")[1].fill_(float("nan"))

    monkeypatch.setattr(train, "initialise", spoil)
    record = train_small(settings, [3, 8], tmp_path / "spoilt")
    assert record["finite"] == [True, False]
    sound = last(tmp_path / "sound")
    for name, value in last(tmp_path / "spoilt").items():
        assert torch.equal(value[0], sound[name][0]), name


def test_progress_names_loss_and_accuracy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grokscope.progress.LINE_SECONDS", 0.0)
    stream = io.StringIO()
    train.train_block(small_settings(training={"steps": 3}), small_dataset(), [3, 8], tmp_path, stream=stream)
    assert "training mnist mlp depth 3, seeds 3 8: 2/3 (67%)" in stream.getvalue()
    assert "batch loss" in stream.getvalue()
    assert "batch accuracy" in stream.getvalue()


def test_arithmetic_is_put_back(tmp_path: Path) -> None:
    threads, flushing = torch.get_num_threads(), flushes_denormal()
    inside: list[tuple[int, bool]] = []
    for name, flush in (("flushed", True), ("kept", False)):
        settings = small_settings(training={"steps": 1, "flush_denormal": flush})
        train_small(
            settings,
            [0],
            tmp_path / name,
            threads=2,
            on_step=lambda _: inside.append((torch.get_num_threads(), flushes_denormal())),
        )
    assert inside == [(2, True), (2, False)]
    assert (torch.get_num_threads(), flushes_denormal()) == (threads, flushing)
    with pytest.raises(KeyError), arithmetic(device="cpu", threads=3, flush_denormal=True):
        raise KeyError
    assert torch.get_num_threads() == threads


@pytest.mark.parametrize(
    ("changes", "seeds", "options", "message"),
    [
        ({}, [], {}, "seeds: "),
        ({}, [1, 1], {}, "names a seed twice"),
        ({}, [1], {"threads": 0}, "threads: 0"),
        ({}, [1], {"device": "gpu7"}, "device: 'gpu7' is not a device"),
        ({"model": {"batch_norm": True}, "data": {"train_size": 101}}, [1], {}, "train_size 101 with batch_size 25"),
    ],
)
def test_impossible(
    tmp_path: Path, changes: dict[str, dict[str, object]], seeds: list[int], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(UserError, match=message):
        train_small(small_settings(**changes), seeds, tmp_path, **options)
    assert list(tmp_path.iterdir()) == []


def test_images_of_another_data_set_are_another_training(tmp_path: Path) -> None:
    settings = small_settings(training={"steps": 2})
    record = train_small(settings, [0], tmp_path)
    dataset = small_dataset()
    other = types.SimpleNamespace(
        name="mnist", train_inputs=dataset.train_inputs + 1, train_targets=dataset.train_targets
    )
    again = train.train_block(settings, other, [0], tmp_path, stream=io.StringIO())
    assert again["identity"]["data"] != record["identity"]["data"]
