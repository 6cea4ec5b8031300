"""How a file on disk stands to what is wanted: finished, or why it has to be made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grokscope.errors import DamagedFile
from grokscope.files import read_json
from grokscope.results.identity import Identity, first_difference, without_code

IDENTITY = "identity"
"""Key of a JSON file under which it says what it was made from."""


@dataclass(frozen=True)
class Standing:
    """The standing of the file at `path`; `reason` says why it has to be made, `known` what it was made from."""

    path: str
    exists: bool
    reason: str
    known: Mapping[str, Any] | None = None

    @property
    def finished(self) -> bool:
        """Whether it is there and is what is wanted."""
        return not self.reason

    @property
    def outdated(self) -> bool:
        """Whether it is there and is not what is wanted."""
        return self.exists and bool(self.reason)


def standing_of(path: str | Path, wanted: Identity, *, code_counts: bool = True) -> Standing:
    """How the file at `path`, JSON, Parquet or safetensors, stands to the identity that is wanted. Reads no more than
    it must.
    """
    name = str(path)
    try:
        known = _identity(Path(path))
    except FileNotFoundError:
        return Standing(name, False, "it is not there")
    except DamagedFile as error:
        return Standing(name, True, error.fault)  # whoever tells it names the file and what is done
    difference = (
        first_difference(known, wanted) if code_counts else first_difference(without_code(known), without_code(wanted))
    )
    return Standing(name, True, difference or "", known)


def there(path: str | Path) -> Standing:
    """How a file stands that needs only be there, since another one says what both were made from."""
    exists = Path(path).is_file()
    return Standing(str(path), exists, "" if exists else "it is not there")


def worst(standings: Iterable[Standing]) -> Standing:
    """Of files that are made together: the first outdated one, else the first missing one, else the first."""
    found = list(standings)
    return next((one for one in found if one.outdated), next((one for one in found if not one.finished), found[0]))


def _identity(path: Path) -> Mapping[str, Any]:
    remedy = "it is made again"
    if path.suffix in (".parquet", ".safetensors") and not path.is_file():
        raise FileNotFoundError(path)
    # what reads them is loaded only where there are some, since the configuration is read without it
    if path.suffix == ".parquet":
        from grokscope.results.sealed_tables import read_identity

        return read_identity(path, remedy)
    if path.suffix == ".safetensors":
        from grokscope.results.sealed_arrays import read_arrays_identity

        return read_arrays_identity(path, remedy)
    found = read_json(path, remedy).get(IDENTITY)
    if not isinstance(found, dict):
        raise DamagedFile(path, "it does not say what it was made from", remedy)
    return found
