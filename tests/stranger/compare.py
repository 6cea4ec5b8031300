"""What a claim's downloads say, held against what they give anew."""

from __future__ import annotations

import dataclasses
import math

from stranger.downloads import read
from stranger.verdict import recompute

CLOSE = 1e-9
"""All numbers agree to this, random ones too, because docs/statistics.md fixes the random numbers."""


def disagreements(claim: str, seeds: str | None) -> list[str]:
    """One line for each number, premise or verdict of a claim (texts of JSON and CSV) that comes out otherwise."""
    download = read(claim, seeds)
    found = dataclasses.asdict(recompute(download))
    del found["premise_is_there"]  # the file has no key for it; whether it is there shows in the verdict
    pairs = {name: (download.claim[name], value) for name, value in found.items()}
    return [
        f"{download.claim['name']} ({download.claim['test']}): {name} is {stated} in the file and {anew} anew"
        for name, (stated, anew) in pairs.items()
        if not _agree(stated, anew)
    ]


def _agree(stated: float | str | None, anew: float | str | None) -> bool:
    if isinstance(stated, float | int) and isinstance(anew, float | int):
        return math.isclose(stated, anew, rel_tol=CLOSE, abs_tol=CLOSE)
    return stated == anew
