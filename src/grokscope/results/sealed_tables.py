"""Parquet files that carry what they were made from and a checksum, so that they can be moved and checked."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.parquet as parquet

from grokscope.errors import DamagedFile
from grokscope.files import atomic_path, json_checksum

SEAL = b"grokscope"
"""Key of the file's metadata. Its value is JSON: `identity`, `identity_checksum` and `content_checksum`."""


def write_sealed(
    path: str | os.PathLike[str],
    table: pa.Table,
    identity: Mapping[str, Any],
    split_lists: Sequence[str] = (),
) -> None:
    """Write a table of integers, reals, texts and lists of reals, whole or not at all; equal content gives equal
    bytes.

    The bytes of the reals in the columns `split_lists` are stored by their place, which packs rounded reals tightly.
    """
    seal = {
        "identity": dict(identity),
        "identity_checksum": json_checksum(dict(identity)),
        "content_checksum": content_checksum(table),
    }
    plain = table.replace_schema_metadata(None)
    # without a second copy of the schema, which would hold the seal once more
    with (
        atomic_path(path, table.nbytes) as temporary,
        parquet.ParquetWriter(
            temporary,
            plain.schema,
            compression="zstd",
            store_schema=False,
            write_statistics=False,
            use_dictionary=[name for name in plain.column_names if name not in split_lists] if split_lists else True,
            column_encoding={f"{name}.list.element": "BYTE_STREAM_SPLIT" for name in split_lists} or None,
        ) as writer,
    ):
        writer.write_table(plain)
        writer.add_key_value_metadata({SEAL: json.dumps(seal, sort_keys=True)})


def read_sealed(path: str | os.PathLike[str], remedy: str) -> pa.Table:
    """The table of a file that `write_sealed` wrote. Raises FileNotFoundError, or DamagedFile with `remedy`."""
    if not Path(path).is_file():
        raise FileNotFoundError(f"no file {path}")
    try:
        with parquet.ParquetFile(path) as file:
            wanted = _seal(file.metadata.metadata)["content_checksum"]
            table = file.read()
        found = content_checksum(table)
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedFile(path, _reason(error), remedy) from error
    if found != wanted:
        raise DamagedFile(path, "its content does not have its checksum", remedy)
    return table.replace_schema_metadata(None)


def read_identity(path: str | os.PathLike[str], remedy: str = "") -> dict[str, Any]:
    """What the table at `path` was made from, read from its end. Raises FileNotFoundError or DamagedFile."""
    try:
        seal = _seal(parquet.read_metadata(path).metadata)
        identity = dict(seal["identity"])
        intact = seal["identity_checksum"] == json_checksum(identity)
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedFile(path, _reason(error), remedy) from error
    if not intact:
        raise DamagedFile(path, "what it says that it was made from does not have its checksum", remedy)
    return identity


def content_checksum(table: pa.Table) -> str:
    """Hexadecimal sha256 of names, types and values of the columns, however they are packed."""
    digest = hashlib.sha256(str(table.num_rows).encode())
    for name, column in zip(table.column_names, table.columns, strict=True):
        digest.update(name.encode())
        values = column.combine_chunks()
        if pa.types.is_list(values.type) or pa.types.is_large_list(
            values.type
        ):  # its values follow, one list after the other
            digest.update(compute.list_value_length(values).cast("int64").to_numpy(zero_copy_only=False).tobytes())
            values = values.flatten()
        if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
            coded = values.dictionary_encode()
            digest.update(json.dumps(coded.dictionary.to_pylist()).encode())
            values = coded.indices.cast("int64")
        digest.update(str(values.type).encode())
        digest.update(values.to_numpy(zero_copy_only=False).tobytes())
    return digest.hexdigest()


def _seal(metadata: Mapping[bytes, bytes] | None) -> dict[str, Any]:
    if not metadata or SEAL not in metadata:
        raise ValueError("it has no checksum")
    return dict(json.loads(metadata[SEAL]))


def _reason(error: Exception) -> str:
    return f"it lacks {error}" if isinstance(error, KeyError) else str(error)
