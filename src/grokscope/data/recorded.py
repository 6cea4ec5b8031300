"""Load the data set that a record in the results folder speaks of."""

from __future__ import annotations

from pathlib import Path

from grokscope.data.dataset import ImageDataset, load_dataset
from grokscope.errors import UserError
from grokscope.files import read_json


def recorded_dataset(record: str | Path) -> ImageDataset:
    """The data set of `record`, a JSON file with its `path`. Raises UserError that says how to get it back when it is gone."""
    path = Path(read_json(record)["path"])
    if not path.is_file():
        raise UserError(f"{path}: the data set is no longer there; delete {record} and it is got again")
    return load_dataset(path)
