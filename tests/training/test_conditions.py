"""A finished training stands whatever torch, device or threads are now; an unfinished one is never half of one and half
of another.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from grokscope.training import block, train
from grokscope.training.checkpoints import CheckpointStore
from training_support import small_settings, train_small

CHANGES: list[dict[str, Any]] = [{"torch": "99.0"}, {"device": "cuda"}, {"threads": 7}]
STOPPED_AT = 20


def now(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """From here on, trainings take themselves to run under other conditions."""
    facts = train.provenance("cpu", 1)
    monkeypatch.setattr(train, "provenance", lambda device, threads: {**facts, **changes})


def stop(done: int) -> None:
    if done == STOPPED_AT:
        raise KeyboardInterrupt


def fail(done: int) -> None:
    raise AssertionError(f"trained step {done}")


@pytest.fixture
def interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a training that was stopped after 20 of 44 steps, its state saved at every one."""
    monkeypatch.setattr(block, "STATE_SHARE", 1e9)
    with pytest.raises(KeyboardInterrupt):
        train_small(small_settings(), [3], tmp_path / "half", state_seconds=0.0, on_step=stop)
    return tmp_path / "half"


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_under_other_conditions_it_begins_again(
    interrupted: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    change: dict[str, Any],
) -> None:
    now(monkeypatch, **change)
    record = train_small(small_settings(), [3], interrupted)
    assert [(part["from_step"], part["to_step"]) for part in record["parts"]] == [(0, 44)]
    assert record["same_processor"] is True
    ((key, value),) = change.items()
    assert f"done with another {key} " in caplog.text
    assert f"now {value}: beginning again" in caplog.text
    train_small(small_settings(), [3], tmp_path / "whole")
    whole, again = CheckpointStore(tmp_path / "whole"), CheckpointStore(interrupted)
    assert [again.path(step).read_bytes() for step in again.steps()] == [
        whole.path(step).read_bytes() for step in whole.steps()
    ]


def test_under_the_same_conditions_it_goes_on(interrupted: Path, caplog: pytest.LogCaptureFixture) -> None:
    record = train_small(small_settings(), [3], interrupted)
    assert [part["from_step"] for part in record["parts"]] == [0, STOPPED_AT]
    assert record["same_processor"] is True
    assert caplog.text == ""


def test_another_processor_is_recorded(
    interrupted: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now(monkeypatch, device_name="Abacus 3000")
    with caplog.at_level(logging.WARNING):
        record = train_small(small_settings(), [3], interrupted)
    assert [part["from_step"] for part in record["parts"]] == [0, STOPPED_AT]
    assert record["same_processor"] is False
    assert "Abacus 3000" in caplog.text
    assert "equal to rounding only" in caplog.text


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_a_finished_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]) -> None:
    record = train_small(small_settings(), [3], tmp_path)
    now(monkeypatch, **change)
    assert train_small(small_settings(), [3], tmp_path, on_step=fail) == record
