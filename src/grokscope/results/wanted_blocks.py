"""Which blocks of seeds a plan uses: those of an archive, those that are there, and those that have to be trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grokscope.archive.available import UsableBlock, WantedMetric, usable_blocks
from grokscope.archive.open import Archive, open_archive
from grokscope.config.blocks import plan_blocks
from grokscope.config.layout import Layout
from grokscope.config.plan import Plan
from grokscope.config.sweeps import PlannedRun
from grokscope.config.user import UserConfig
from grokscope.data.catalogue import dataset_info
from grokscope.data.registry import network_facts
from grokscope.errors import UserError
from grokscope.metrics.declared import MetricSettings
from grokscope.results.identity import Identity, data_identity, metric_identity, training_identity
from grokscope.results.parts import made_content, metric_code, training_code
from grokscope.training.schedule import checkpoint_steps, selected_steps

Blocks = Mapping[str, Mapping[str, Sequence[int]]]
"""Run -> block -> seeds."""


@dataclass(frozen=True)
class PlannedBlocks:
    """The blocks of every run, and those of them that lie in an archive."""

    blocks: Blocks
    archived: Mapping[tuple[str, str], UsableBlock]
    """Run and block -> where its tables are."""


def choose_blocks(config: UserConfig, plan: Plan, layout: Layout, *, hashes: bool = True) -> PlannedBlocks:
    """Blocks of an archive first, then blocks of the results folder; new ones only where what is missing is trained.

    With `hashes` every file of the archive is compared with its sha256. Raises UserError for an archive that is damaged
    or of another scale.
    """
    archive = _archive(config, hashes=hashes)
    blocks: dict[str, Mapping[str, Sequence[int]]] = {}
    archived: dict[tuple[str, str], UsableBlock] = {}
    for name, run in plan.runs.items():
        usable = {} if archive is None else _usable(archive, config, run)
        held = {seed for block in usable.values() for seed in block.seeds}
        folder = Path(layout.run_folder.format(run=name))
        rest = [seed for seed in config.seed_list(run.seeds_at_most) if seed not in held]
        planned = plan_blocks(rest, config.block_size, folder)
        if config.missing == "leave_out":
            planned = {block: seeds for block, seeds in planned.items() if (folder / block).is_dir()}
        found = {block: one.seeds for block, one in usable.items()} | planned
        blocks[name] = dict(sorted(found.items(), key=lambda item: list(item[1])))
        archived |= {(name, block): one for block, one in usable.items()}
    return PlannedBlocks(blocks, archived)


def _archive(config: UserConfig, *, hashes: bool) -> Archive | None:
    if config.results_from is None:
        return None
    archive = open_archive(Path(config.results_from).expanduser(), hashes=hashes)
    if archive.index.scale != config.scale:
        raise UserError(
            f"config.yaml: results_from: {config.results_from} holds results of scale {archive.index.scale}, while "
            f"scale is {config.scale}; set scale: {archive.index.scale}, or name another archive"
        )
    return archive


def _usable(archive: Archive, config: UserConfig, run: PlannedRun) -> dict[str, UsableBlock]:
    training = identity_of_training(run, [])
    steps = checkpoint_steps(run.settings.checkpoints, run.settings.training.steps)
    metrics = {
        name: WantedMetric(
            identity_of_metric(run, training, run.metrics[name]), selected_steps(run.metrics[name], steps)
        )
        for name in run.metrics.names()
    }
    seeds = config.seed_list(run.seeds_at_most)
    return usable_blocks(archive, training, metrics, seeds, complete=config.missing == "train")


def identity_of_training(run: PlannedRun, seeds: Sequence[int]) -> Identity:
    """Identity of the training of a run with these seeds."""
    return training_identity(run.settings, seeds, _data(run, test=False), training_code(run.settings))


def identity_of_metric(run: PlannedRun, training: Identity, metric: MetricSettings) -> Identity:
    """Identity of a metric table of a run whose training has the identity `training`."""
    code = metric_code(run.settings, metric)
    return metric_identity(training, metric, run.settings, _data(run, test=True), code)


def _data(run: PlannedRun, *, test: bool) -> Identity:
    """Identity of the data of a run: of files, or of the code and settings that they are made from."""
    content = made_content(run.settings) or dataset_info(run.settings.data.name).content_sha256
    return data_identity(run.settings, content, network_facts(run.settings.data), test=test)
