"""A data set that has gone from the cache or was changed there is missed in one line that says what to do."""

from pathlib import Path

import numpy as np
import pytest

from grokscope.data.dataset import ImageDataset, write_dataset
from grokscope.data.recorded import recorded_dataset
from grokscope.errors import DamagedFile, UserError
from grokscope.files import write_json

IMAGES, LABELS = np.arange(8, dtype=np.uint8).reshape(2, 1, 2, 2), np.array([0, 1])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "tiny.safetensors"
    sha256 = write_dataset(ImageDataset("tiny", IMAGES, LABELS, IMAGES, LABELS), file)
    write_json(tmp_path / "tiny.json", {"file_sha256": sha256})
    return file


def test_a_data_set_is_read(path: Path) -> None:
    assert np.array_equal(recorded_dataset(path).train_images, IMAGES)


@pytest.mark.parametrize("lost", ["tiny.safetensors", "tiny.json"])
def test_what_is_missing_is_named_with_the_way_to_get_it_back(path: Path, lost: str) -> None:
    (path.parent / lost).unlink()
    with pytest.raises(UserError, match=rf"{lost}: .* (got|delete)"):
        recorded_dataset(path)


@pytest.mark.parametrize("place", [3, -1])
def test_a_changed_byte_is_noticed(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedFile, match=r"tiny\.safetensors: damaged: .* delete it"):
        recorded_dataset(path)
