"""The files of an archive and what they say.

    index.json                      every file with its size and sha256, and a checksum over the index itself
    ro-crate-metadata.json          the same as an RO-Crate, for repositories of research data
    README.md                       how to read the files without this program
    runs/<run>/<block>/record.json  what the block was made from, by whom and at what cost
    runs/<run>/<block>/<metric>.parquet
    runs/<run>/<block>/spectra.rank.parquet

The folder of a run is named after it for people; runs are found by their settings.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from grokscope.config.scales import Scale
from grokscope.results.identity import Identity, digest, without_code

FORMAT: Literal["grokscope archive of results"] = "grokscope archive of results"
VERSION = 1
INDEX, RECORD, CRATE, README = "index.json", "record.json", "ro-crate-metadata.json", "README.md"
RUNS = "runs"
RANKS = "rank"
"""Kind of the table that lies beside stored spectra; see `grokscope.archive.spectra`."""

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Steps = Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1)]


class Part(BaseModel):
    """Base of what the JSON files hold: a key that is not known means another format."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class FileEntry(Part):
    """A file of the archive."""

    sha256: Sha256
    bytes: Annotated[int, Field(ge=0)]


class Index(Part):
    """The content of index.json."""

    format: Literal["grokscope archive of results"]
    version: int
    scale: Scale
    blocks: list[str] = Field(description="folders of blocks, relative to the archive")
    files: dict[str, FileEntry] = Field(description="every file but this one, by its path relative to the archive")


class ArchivedMetric(Part):
    """A metric table of a block."""

    identity: dict[str, Any] = Field(description="what the table was made from")
    settings: dict[str, Any] = Field(description="the settings of the metric, with defaults")
    columns: list[str] = Field(description="of the table, in their order")
    steps: Steps
    rows: Annotated[int, Field(ge=0)]
    rounded_bits: int | None = Field(
        description="of spectra: binary digits that were kept, and ranks lie beside; else null"
    )
    arrays: bool = Field(description="whether arrays lie beside the table")


class Record(Part):
    """The content of record.json: one block of seeds of one run."""

    run: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    paper: str
    variant: str
    seeds: Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1)]
    settings: dict[str, Any] = Field(description="the settings of the run, with defaults")
    identity: dict[str, Any] = Field(description="what the training was made from")
    training: dict[str, Any] = Field(description="the record of the training: machine, libraries, seconds, checkpoints")
    metrics: dict[str, ArchivedMetric]

    @property
    def key(self) -> str:
        """The same for all blocks of one run, whatever it is called and whatever code trained it."""
        return run_key(self.identity)


def run_key(training: Identity) -> str:
    """Digest of the settings and data of a training, without its seeds and its code."""
    return digest({key: value for key, value in without_code(training).items() if key != "seeds"})


def metric_key(identity: Identity) -> str:
    """Digest of what a metric table measures, without the training, the code and the choice of checkpoints."""
    own = dict(without_code(identity)["metric"])
    own["settings"] = {key: value for key, value in own["settings"].items() if key not in ("every", "at_most")}
    return digest(own)


def file_entry(path: Path) -> FileEntry:
    """Size and sha256 of a file."""
    content = path.read_bytes()
    return FileEntry(sha256=hashlib.sha256(content).hexdigest(), bytes=len(content))


def table_name(metric: str) -> str:
    """Name of the file of a metric table."""
    return f"{metric}.parquet"


def ranks_name(metric: str) -> str:
    """Name of the file with the ranks of spectra."""
    return f"{metric}.{RANKS}.parquet"


def arrays_name(metric: str) -> str:
    """Name of the file with the arrays that belong to a metric table."""
    return f"{metric}.arrays.safetensors"


def index_of(scale: Scale, blocks: Mapping[str, Record], files: Mapping[str, FileEntry]) -> Index:
    """The index of an archive."""
    return Index(format=FORMAT, version=VERSION, scale=scale, blocks=sorted(blocks), files=dict(sorted(files.items())))
