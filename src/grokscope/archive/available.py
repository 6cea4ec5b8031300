"""What an archive has of a run that is wanted: the run is found by its settings, a table by what it measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grokscope.archive.format import metric_key, run_key
from grokscope.archive.open import Archive, ArchivedBlock
from grokscope.results.identity import Identity


@dataclass(frozen=True)
class WantedMetric:
    """A metric of a run as it is wanted: what its table would be made from, and the steps that it would have."""

    identity: Identity
    steps: Sequence[int]


@dataclass(frozen=True)
class UsableBlock:
    """A block of an archive, and which of its metrics stands for each that is wanted."""

    block: ArchivedBlock
    metrics: Mapping[str, str]

    @property
    def seeds(self) -> list[int]:
        """The seeds that it has."""
        return self.block.record.seeds

    def path(self, metric: str) -> str:
        """The table of a metric that is wanted."""
        return self.block.table_path(self.metrics[metric])

    def identity(self, metric: str) -> Identity:
        """What that table was made from."""
        return self.block.record.metrics[self.metrics[metric]].identity

    def steps(self, metric: str) -> list[int]:
        """The steps of that table."""
        return self.block.record.metrics[self.metrics[metric]].steps


def usable_blocks(
    archive: Archive,
    training: Identity,
    metrics: Mapping[str, WantedMetric],
    seeds: Sequence[int],
    *,
    complete: bool,
) -> dict[str, UsableBlock]:
    """Blocks by their name that together hold what the archive has of `seeds`.

    `training` is the identity of the run's training for any seeds. With `complete` only blocks count that have every
    metric; without, those with one of them at least.
    """
    found: dict[str, UsableBlock] = {}
    missing = set(seeds)
    for block in archive.by_run.get(run_key(training), []):
        usable = UsableBlock(block, _matching(block, metrics))
        enough = len(usable.metrics) == len(metrics) if complete else bool(usable.metrics)
        if enough and missing.intersection(usable.seeds) and block.name not in found:
            found[block.name] = usable
            missing -= set(usable.seeds)
    return found


def _matching(block: ArchivedBlock, metrics: Mapping[str, WantedMetric]) -> dict[str, str]:
    """Name of a wanted metric -> name of the block's metric that measures the same at these steps, or at more."""
    known = {metric_key(about.identity): name for name, about in block.record.metrics.items()}
    found = {}
    for name, wanted in metrics.items():
        own = known.get(metric_key(wanted.identity))
        if own is not None and set(wanted.steps) <= set(block.record.metrics[own].steps):
            found[name] = own
    return found
