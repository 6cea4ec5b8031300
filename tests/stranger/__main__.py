"""`PYTHONPATH=tests python -m stranger claim.json claim.csv`: what the files say, and what comes out anew."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

from stranger.downloads import read
from stranger.verdict import recompute


def main(claim: str, seeds: str | None = None) -> None:
    """Print each number of the claim's file beside the one that is recomputed."""
    download = read(Path(claim).read_text(encoding="utf-8"), seeds and Path(seeds).read_text(encoding="utf-8"))
    print(f"{'':26}{'in the file':>24}{'recomputed':>24}")
    for name, value in dataclasses.asdict(recompute(download)).items():
        premise = download.claim["premise"]
        stated = (
            premise and premise["missing"] <= premise["share"] * premise["seeds"]
            if name == "premise_is_there"
            else download.claim[name]
        )
        print(f"{name:26}{stated!s:>24}{value!s:>24}")


if __name__ == "__main__":
    main(*sys.argv[1:])
