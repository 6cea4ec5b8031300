"""Load the data set that a record in the results folder speaks of."""

from __future__ import annotations

from pathlib import Path

from grokscope.data.dataset import ImageDataset, load_dataset
from grokscope.errors import DamagedFile, UserError
from grokscope.files import read_json, sha256_of

GOT_AGAIN = "delete it, and it is got again"


def recorded_dataset(path: str | Path) -> ImageDataset:
    """The images in the file at `path`, which must be the one that the record beside it speaks of, to the byte.

    Raises UserError that says how to get it back when it is gone, DamagedFile when it was changed.
    """
    recorded_file(path)
    return load_dataset(path)


def recorded_file(path: str | Path) -> Path:
    """The file at `path`, whatever is in it, held against the record beside it in the same way."""
    file = Path(path)
    if not file.is_file():
        raise UserError(f"{path}: the data set is not there; start again, and it is got")
    record = file.with_suffix(".json")
    if not record.is_file():
        raise UserError(f"{record}: the record of the data set is not there; delete {path}, and both are got again")
    if read_json(record, GOT_AGAIN)["file_sha256"] != sha256_of(file):
        raise DamagedFile(path, "its content is not that of its record", GOT_AGAIN)
    return file
