"""A byte changed anywhere in a file that the pipeline keeps: it is found when the file is read, or nothing that is read
depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from grokscope.analysis.summary import read_events
from grokscope.errors import UserError
from grokscope.metrics.tables import read_table
from grokscope.training.checkpoints import CheckpointStore
from results_support import write_a_table, write_some_events


def write_a_checkpoint(path: Path) -> None:
    generator = torch.Generator().manual_seed(0)
    tensors = {"weight": torch.rand(3, 20, 10, generator=generator), "bias": torch.rand(3, 10, generator=generator)}
    CheckpointStore(path.parent).save(4, tensors)


KINDS: dict[str, tuple[Callable[[Path], None], Callable[[Path], object]]] = {
    "weight_norm.parquet": (write_a_table, lambda path: read_table(path, "weight_norm")),
    "events.parquet": (write_some_events, read_events),
    "step_00000004.safetensors": (write_a_checkpoint, lambda path: CheckpointStore(path.parent).load(4)),
}


def assert_same(read: object, wanted: object) -> None:
    if isinstance(wanted, pd.DataFrame):
        assert isinstance(read, pd.DataFrame)
        pd.testing.assert_frame_equal(read, wanted, check_exact=True)
        return
    assert isinstance(read, Mapping)
    assert isinstance(wanted, Mapping)
    assert read.keys() == wanted.keys()
    assert all(torch.equal(read[key], value) for key, value in wanted.items())


@pytest.mark.parametrize("name", KINDS)
def test_no_changed_byte_ever_changes_what_is_read(tmp_path: Path, name: str) -> None:
    write, read = KINDS[name]
    path = tmp_path / name
    write(path)
    content, wanted = path.read_bytes(), read(path)
    found = 0
    places = np.random.default_rng(1).choice(len(content), 150, replace=False)
    for place in places.tolist():
        path.write_bytes(content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :])
        try:
            again = read(path)
        except (UserError, FileNotFoundError):
            found += 1
        else:
            assert_same(again, wanted)
    assert found > 0.8 * len(places)
