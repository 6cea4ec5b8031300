"""Which blocks are used: of an archive and of the results folder, where what is missing is trained or left out."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from grokscope.archive.available import UsableBlock
from grokscope.results.wanted_blocks import _apart, _most


@dataclass(frozen=True)
class Record:
    seeds: list[int]


@dataclass(frozen=True)
class Block:
    name: str
    record: Record = field(hash=False)


def usable(name: str, seeds: list[int], *metrics: str) -> UsableBlock:
    """A block of an archive that has these metrics."""
    return UsableBlock(Block(name, Record(seeds)), {metric: metric for metric in metrics})  # type: ignore[arg-type]


BOTH = ("accuracy", "complexity")


def test_blocks_of_an_archive_add_seeds_until_there_are_no_more() -> None:
    blocks = [usable("seeds_0-1", [0, 1], *BOTH), usable("seeds_1", [1], *BOTH), usable("seeds_1-2", [1, 2], *BOTH)]
    assert list(_apart(blocks, [0, 1, 2, 3])) == ["seeds_0-1", "seeds_1-2"]


@pytest.mark.parametrize(
    ("archived", "own", "expected"),
    [
        # a block with little hides none that has everything
        ([usable("a", [1], *BOTH), usable("b", [2], *BOTH), usable("c", [0, 1, 2], "accuracy")], {}, ["a", "b"]),
        ([usable("a", [0, 1], "accuracy")], {"mine": ([0, 1], 2)}, ["mine"]),
        # with as many tables that of the archive is taken
        ([usable("a", [0], *BOTH)], {"mine": ([0], 2), "more": ([1], 1)}, ["a", "more"]),
        # a block that overlaps is left out, since one seed's metrics come from one training
        ([usable("a", [0, 1], *BOTH)], {"mine": ([1, 2], 1)}, ["a"]),
        # a folder without a finished table is nothing
        ([], {"begun": ([0], 0)}, []),
    ],
)
def test_where_what_is_missing_is_left_out_the_most_measured_come_first(
    archived: list[UsableBlock], own: dict[str, tuple[list[int], int]], expected: list[str]
) -> None:
    taken, rest = _most(archived, own, [0, 1, 2])
    assert sorted([*taken, *rest]) == expected


def test_seeds_that_nobody_wants_do_not_count() -> None:
    taken, rest = _most([usable("a", [5, 6], *BOTH)], {"mine": ([7], 2)}, [0, 1])
    assert (taken, rest) == ({}, {})
