"""What is there of what was asked for: the seeds of figures and claims, and claims that wait for their runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from grokscope.report.wording import count_of, listing

REST = "the other seeds have not been measured"


def seeds_in_words(seeds: Iterable[int]) -> str:
    """`seed 3`, `seeds 0 to 2`, `seeds 0 to 2, 5 and 7`."""
    parts: list[list[int]] = []
    for seed in sorted(seeds):
        if parts and seed == parts[-1][-1] + 1:
            parts[-1].append(seed)
        else:
            parts.append([seed])
    words = [word for part in parts for word in ([f"{part[0]} to {part[-1]}"] if len(part) > 2 else map(str, part))]
    return f"seed{'' if sum(map(len, parts)) == 1 else 's'} {listing(words)}"


def made_from(item: Mapping[str, Any]) -> str:
    """`seeds 0 to 2 of 10` where a figure or claim has fewer seeds than its runs are to have, else nothing; with the
    runs of a figure that have fewer still.

    `item` is of the plan; `seeds` are there, `wanted_seeds` are asked for, and `seeds_by_table` are those of each
    table of a figure that shows each with its own, and `wanted_by_run` how many each run is to have. Without the first
    two, nothing is known.
    """
    seeds: Sequence[int] | None = item.get("seeds")
    wanted: Sequence[int] | None = item.get("wanted_seeds")
    if not seeds or wanted is None:
        return ""
    most: Mapping[str, int] = item.get("wanted_by_run") or {}
    fewer = [
        words
        for run, of in (item.get("seeds_by_table") or {}).items()
        for words in _fewer(run, of, min(len(seeds), most.get(run, len(seeds))))
    ]
    if len(seeds) >= len(wanted) and not fewer:
        return ""
    return f"{seeds_in_words(seeds)} of {len(wanted)}{f' ({listing(fewer)})' if fewer else ''}"


def _fewer(run: str, seeds_by_metric: Mapping[str, Sequence[int]], most: int) -> list[str]:
    """Such as `none of RUN`, or `seed 0 of the spectra of RUN` where its metrics have different seeds."""
    kinds = {tuple(seeds) for seeds in seeds_by_metric.values()}
    if len(kinds) == 1:
        return [f"{seeds_in_words(of) if of else 'none'} of {run}" for of in kinds if len(of) < most]
    return [
        f"{seeds_in_words(of) if of else 'none'} of the {metric.replace('_', ' ')} of {run}"
        for metric, of in seeds_by_metric.items()
        if len(of) < most
    ]


def why_waiting(item: Mapping[str, Any]) -> str:
    """Why a claim that could be judged has no verdict: its runs are not there."""
    wanted = item.get("wanted_seeds") or ()
    asked = f" Not one of the {count_of(len(wanted), 'seed')} that were asked for" if len(wanted) > 1 else " No seed"
    return f"Its runs have not been measured.{asked} has everything that the test needs in all of its runs."
