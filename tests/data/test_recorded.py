"""A data set that has gone from the cache is missed in one line that says what to do."""

from pathlib import Path

import numpy as np
import pytest

from grokscope.data.dataset import ImageDataset, write_dataset
from grokscope.data.recorded import recorded_dataset
from grokscope.errors import UserError
from grokscope.files import write_json


def test_a_record_leads_to_its_data(tmp_path: Path) -> None:
    images, labels = np.arange(8, dtype=np.uint8).reshape(2, 1, 2, 2), np.array([0, 1])
    write_dataset(ImageDataset("tiny", images, labels, images, labels), tmp_path / "tiny.safetensors")
    write_json(tmp_path / "record.json", {"path": str(tmp_path / "tiny.safetensors")})
    assert np.array_equal(recorded_dataset(tmp_path / "record.json").train_images, images)


def test_missing_data_are_named_with_the_way_to_get_them_back(tmp_path: Path) -> None:
    write_json(tmp_path / "record.json", {"path": str(tmp_path / "tiny.safetensors")})
    with pytest.raises(UserError, match=r"tiny\.safetensors: .* delete .*record\.json"):
        recorded_dataset(tmp_path / "record.json")
