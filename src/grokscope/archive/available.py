"""What an archive has of a run that is wanted: the run is found by its settings, a table by what it measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grokscope.archive.format import metric_key, run_key
from grokscope.archive.open import Archive, ArchivedBlock
from grokscope.results.identity import Identity


@dataclass(frozen=True)
class WantedMetric:
    """A metric of a run as it is wanted: what its table would be made from, and the steps and columns that it would
    have.
    """

    identity: Identity
    steps: Sequence[int]
    columns: Sequence[str]


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


def usable_blocks(archive: Archive, training: Identity, metrics: Mapping[str, WantedMetric]) -> list[UsableBlock]:
    """The blocks of a run that have any of these metrics; those with the most of them first, then by their seeds.

    `training` is the identity of the run's training, whatever its seeds.
    """
    blocks = [UsableBlock(block, _matching(block, metrics)) for block in archive.by_run.get(run_key(training), [])]
    return sorted((one for one in blocks if one.metrics), key=lambda one: (-len(one.metrics), one.seeds))


def _matching(block: ArchivedBlock, metrics: Mapping[str, WantedMetric]) -> dict[str, str]:
    """Name of a wanted metric -> name of the block's metric that measures the same at these steps, or at more."""
    known: dict[str, list[str]] = {}
    for name, about in block.record.metrics.items():
        known.setdefault(metric_key(about.identity), []).append(name)
    found: dict[str, str] = {}
    for name, wanted in metrics.items():
        for own in known.get(metric_key(wanted.identity), []):
            about = block.record.metrics[own]
            if set(wanted.steps) <= set(about.steps) and list(wanted.columns) == about.columns:
                found.setdefault(name, own)
    return found
