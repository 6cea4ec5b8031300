"""Which seeds of a run are trained together, and what a block is called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

BLOCK_NAME = re.compile(r"^seeds_\d+(-\d+)?(_\d+(-\d+)?)*$")


def block_name(seeds: Iterable[int]) -> str:
    """Name of a block: its seeds as ranges, such as `seeds_0-2` or `seeds_0-2_7`."""
    ranges: list[list[int]] = []
    for seed in sorted(seeds):
        if ranges and seed == ranges[-1][-1] + 1:
            ranges[-1] = [ranges[-1][0], seed]
        else:
            ranges.append([seed])
    return "seeds_" + "_".join("-".join(map(str, part)) for part in ranges)


def block_seeds(name: str) -> list[int]:
    """The seeds of a block, from its name."""
    seeds: list[int] = []
    for part in name.removeprefix("seeds_").split("_"):
        first, _, last = part.partition("-")
        seeds.extend(range(int(first), int(last or first) + 1))
    return seeds


def plan_blocks(seeds: Iterable[int], size: int, run_folder: Path) -> dict[str, list[int]]:
    """Blocks that together hold `seeds`: useful ones that exist in `run_folder`, then new ones of at most `size`.

    An existing block is kept whole, so that more seeds, fewer seeds or another block size never train a seed again. The
    answer does not depend on how far the work is: blocks that this very plan began are found again.
    """
    missing = set(seeds)
    blocks: dict[str, list[int]] = {}
    existing = (
        [path.name for path in run_folder.glob("seeds_*") if BLOCK_NAME.match(path.name)] if run_folder.is_dir() else []
    )
    for name in sorted(existing, key=lambda name: (-len(missing.intersection(block_seeds(name))), block_seeds(name))):
        held = block_seeds(name)
        if _holds_results(run_folder / name) and missing.intersection(held) and _all(blocks).isdisjoint(held):
            blocks[name] = held
            missing -= set(held)
    rest = sorted(missing)
    for start in range(0, len(rest), size):
        chunk = rest[start : start + size]
        blocks[block_name(chunk)] = chunk
    return dict(sorted(blocks.items(), key=lambda item: item[1]))


def _holds_results(block_folder: Path) -> bool:
    """Whether a block was trained, or at least measured: its tables may have come without anything else."""
    return (block_folder / "training.json").exists() or any((block_folder / "metrics").glob("*.parquet"))


def _all(blocks: dict[str, list[int]]) -> set[int]:
    return {seed for seeds in blocks.values() for seed in seeds}
