"""Files stay short enough to be read in one go."""

from __future__ import annotations

from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
FOLDERS = ("src", "tests", "benchmarks", "workflow")
LONGEST = 250
"""Lines."""


def test_no_python_file_is_longer_than_it_may_be() -> None:
    files = [path for folder in FOLDERS for path in (REPOSITORY / folder).rglob("*.py")]
    lengths = {path.relative_to(REPOSITORY).as_posix(): len(path.read_text().splitlines()) for path in files}
    assert len(lengths) > 300
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}
