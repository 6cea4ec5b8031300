"""Which blocks of seeds a plan uses: those of an archive, those that are there, and those that have to be trained."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grokscope.archive.available import UsableBlock, WantedMetric, usable_blocks
from grokscope.archive.open import Archive, open_archive
from grokscope.config.blocks import plan_blocks
from grokscope.config.layout import Layout
from grokscope.config.plan import Plan
from grokscope.config.sweeps import PlannedRun
from grokscope.config.user import CHOICES, UserConfig
from grokscope.data.catalogue import dataset_info
from grokscope.data.known_content import known_content
from grokscope.data.registry import network_facts
from grokscope.errors import UserError
from grokscope.metrics.declared import MetricSettings
from grokscope.metrics.registry import METRICS
from grokscope.results.identity import Identity, data_identity, metric_identity, training_identity
from grokscope.results.parts import made_content, metric_code, training_code
from grokscope.training.schedule import checkpoint_steps, selected_steps

KEY = ("run", "seed", "step")
Blocks = Mapping[str, Mapping[str, Sequence[int]]]
"""Run -> block -> seeds."""


@dataclass(frozen=True)
class PlannedBlocks:
    """The blocks of every run, and those of them that lie in an archive."""

    blocks: Blocks
    archived: Mapping[tuple[str, str], UsableBlock]
    """Run and block -> where its tables are."""


def choose_blocks(
    config: UserConfig,
    plan: Plan,
    layout: Layout,
    measured: Callable[[str, str, Sequence[int]], int],
    *,
    hashes: bool = True,
) -> PlannedBlocks:
    """The blocks of every run. `measured` counts the finished tables of a block of the results folder, given as run,
    block and seeds.

    Where what is missing is trained: blocks of an archive that have all metrics that the plan needs, then blocks of the
    results folder, old ones and new ones. Where it is left out: blocks of both that have any table, those with the most
    first; a seed is taken from one block alone, so that its metrics come from one training. With `hashes` every file of
    the archive is compared with its sha256. Raises UserError for an archive that is damaged or of another scale.
    """
    archive, needed = _archive(config, hashes=hashes), plan.metrics_needed()
    blocks: dict[str, Mapping[str, Sequence[int]]] = {}
    archived: dict[tuple[str, str], UsableBlock] = {}
    for name, run in plan.runs.items():
        seeds = config.seed_list(run.seeds_at_most)
        usable = (
            []
            if archive is None
            else usable_blocks(archive, identity_of_training(run, [], layout), _metrics(run, layout))
        )
        folder = Path(layout.run_folder.format(run=name))
        if config.missing == "train":
            wanted = needed.get(name) or set(run.metrics.names())
            chosen = _apart([one for one in usable if wanted <= set(one.metrics)], seeds)
            held = {seed for one in chosen.values() for seed in one.seeds}
            own = plan_blocks([seed for seed in seeds if seed not in held], config.block_size, folder)
        else:
            there = plan_blocks(seeds, config.block_size, folder)
            counted = {block: measured(name, block, of) for block, of in there.items()}
            chosen, rest = _most(usable, {block: (there[block], count) for block, count in counted.items()}, seeds)
            own = {block: list(of) for block, of in rest.items()}
        found = {block: one.seeds for block, one in chosen.items()} | own
        blocks[name] = dict(sorted(found.items(), key=lambda item: list(item[1])))
        archived |= {(name, block): one for block, one in chosen.items()}
    return PlannedBlocks(blocks, archived)


def _apart(usable: Sequence[UsableBlock], seeds: Sequence[int]) -> dict[str, UsableBlock]:
    """Blocks by name that together have what there is of these seeds; each adds one at least."""
    missing, found = set(seeds), dict[str, UsableBlock]()
    for one in usable:
        if missing.intersection(one.seeds) and one.block.name not in found:
            found[one.block.name] = one
            missing -= set(one.seeds)
    return found


def _most(
    usable: Sequence[UsableBlock], own: Mapping[str, tuple[Sequence[int], int]], seeds: Sequence[int]
) -> tuple[dict[str, UsableBlock], dict[str, Sequence[int]]]:
    """Blocks of an archive and of the results folder (seeds and number of tables) that share no wanted seed, those with
    the most tables first; where two have equally many, that of the archive.
    """
    offered: list[tuple[int, int, list[int], str, UsableBlock | None]]
    offered = [(-len(one.metrics), 0, one.seeds, one.block.name, one) for one in usable]
    offered += [(-count, 1, list(of), name, None) for name, (of, count) in own.items() if count]
    missing, taken, rest = set(seeds), dict[str, UsableBlock](), dict[str, Sequence[int]]()
    for _, _, of, name, one in sorted(offered, key=lambda offer: offer[:3]):
        wanted = set(seeds).intersection(of)
        if wanted and wanted <= missing and name not in taken and name not in rest:
            missing -= wanted
            if one is None:
                rest[name] = of
            else:
                taken[name] = one
    return taken, rest


def _archive(config: UserConfig, *, hashes: bool) -> Archive | None:
    if config.results_from is None:
        return None
    archive = open_archive(Path(config.results_from).expanduser(), hashes=hashes)
    if archive.index.scale != config.scale:
        raise UserError(
            f"{CHOICES}: results_from: {config.results_from} holds results of scale {archive.index.scale}, while "
            f"scale is {config.scale}; set scale: {archive.index.scale}, or name another archive"
        )
    return archive


def _metrics(run: PlannedRun, layout: Layout) -> dict[str, WantedMetric]:
    training = identity_of_training(run, [], layout)
    steps = checkpoint_steps(run.settings.checkpoints, run.settings.training.steps)
    return {
        name: WantedMetric(
            identity_of_metric(run, training, settings, layout),
            settings.steps_with_rows(selected_steps(settings, steps)),
            [*KEY, *METRICS[settings.metric].columns],
        )
        for name, settings in run.metrics.root.items()
    }


def identity_of_training(run: PlannedRun, seeds: Sequence[int], layout: Layout) -> Identity:
    """Identity of the training of a run with these seeds."""
    return training_identity(run.settings, seeds, _data(run, layout, test=False), training_code(run.settings))


def identity_of_metric(run: PlannedRun, training: Identity, metric: MetricSettings, layout: Layout) -> Identity:
    """Identity of a metric table of a run whose training has the identity `training`."""
    code = metric_code(run.settings, metric)
    return metric_identity(training, metric, run.settings, _data(run, layout, test=True), code)


def _data(run: PlannedRun, layout: Layout, *, test: bool) -> Identity:
    """Identity of the data of a run: of files, or of the code and settings that they are made from.

    Where nobody has published the hashes of the files' content, they are known once the files have been read.
    """
    name = run.settings.data.name
    content = made_content(run.settings) or dataset_info(name).content_sha256
    if not content:
        content = known_content(name, layout.data_folder) or known_content(name, Path(layout.dataset).parent)
    return data_identity(run.settings, content, network_facts(run.settings.data), test=test)
