"""What a plan wants: the identity of every result, and how what is on disk stands to it.

Made once by the workflow's driver. Paths, times and the order of things play no part: a result is finished when it says
that it was made from what is wanted, wherever it was copied from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from grokscope.analysis.claim_runs import chosen_runs, looks_elsewhere
from grokscope.code_version import code_version
from grokscope.config.layout import Layout
from grokscope.config.plan import Plan, PlannedItem
from grokscope.config.scales import OTHER_SCALE
from grokscope.config.start import load_plan
from grokscope.config.user import UserConfig
from grokscope.files import sha256_of
from grokscope.results.declared_curves import shown_charts
from grokscope.results.identity import (
    Identity,
    derived_identity,
    without_defaults,
)
from grokscope.results.standing import Standing, standing_of, there, worst
from grokscope.results.wanted_blocks import PlannedBlocks, choose_blocks
from grokscope.results.wanted_items import WantedItems

NOT_OF_THE_REPORT = frozenset(
    {
        "results_folder",
        "checkpoint_folder",
        "data",
        "experiments",
        "train_again",
        "code_changes",
        "results_from",
        "missing",
        "publish_to",
        "archives",
    }
)
"""Keys of the user's config that say where things lie or how they are made, which changes no report."""


def load_wanted(raw: Mapping[str, Any], repository: Path, *, hashes: bool = True) -> Wanted:
    """Validate a user's config and everything that it names, and make the plan and what it wants.

    With `hashes` every file of an archive that it names is compared with its sha256. Raises UserError.
    """
    config, plan = load_plan(raw, repository)
    layout = Layout.of(config)

    def measured(run: str, block: str, seeds: Sequence[int]) -> int:
        """How many tables of a block of the results folder are finished."""
        alone = Wanted(config, plan, layout, PlannedBlocks({run: {block: seeds}}, {}), repository)
        return sum(alone.metric(run, block, name).finished for name in plan.runs[run].metrics.names())

    planned = choose_blocks(config, plan, layout, measured, hashes=hashes)
    wanted = Wanted(config, plan, layout, planned, repository)
    if config.missing == "leave_out":
        wanted.leave_out()
    return wanted


class Wanted(WantedItems):
    """Identities and standings of all results of a plan."""

    def __init__(
        self, config: UserConfig, plan: Plan, layout: Layout, planned: PlannedBlocks, repository: Path
    ) -> None:
        super().__init__(config, plan, layout, planned, repository)
        self.left_out_figures: list[str] = []
        """Figures that were asked for and half of whose runs, or more, have no seed with everything that they need."""
        self.left_out_claims: list[str] = []
        """Claims that could have been judged with these figures and that no seed has everything for."""

    def leave_out(self) -> None:
        """Take claims out of the plan that no seed has everything for, and figures for half of whose runs none has.

        A claim needs only the runs on which its effect is measured: one on networks at some of its sweep's positions
        can be judged before the others are trained.
        """
        plan = self.plan
        self.left_out_figures = [name for name in plan.selected_figures if not self.seeds_of_item(plan.figures[name])]
        plan.selected_figures = [name for name in plan.selected_figures if name not in self.left_out_figures]
        for name, item in list(plan.claims.items()):
            fewer = measured_on(item)
            if len(self.seeds_of_item(fewer)) > len(self.seeds_of_item(item)):
                plan.claims[name] = fewer
            elif not self.seeds_of_item(item):
                plan.untested_claims[name] = plan.claims.pop(name)
                self.left_out_claims.append(name)

    # summaries, cards and the report

    def run_facts(self, run: str) -> dict[str, Any]:
        """What a run is, as plain values: the content of its settings.json."""
        planned = self.plan.runs[run]
        about = {"id": run, "paper": planned.paper, "variant": planned.variant}
        metrics = planned.metrics.as_dict(set(self.metrics_of_run(run)))
        return about | planned.settings.model_dump(mode="json") | {"metrics": metrics}

    def summary_identity(self, run: str) -> Identity:
        """Of the joined tables, ranks and events of a run."""
        metrics, seeds = self.metrics_of_run(run), self.seeds_of_run(run)
        facts = {"run": self._run(run, metrics), "seeds": seeds, "detectors": self._detectors}
        return derived_identity(code_version("grokscope.analysis.summary"), tables=self._tables(run, metrics), **facts)

    def summary(self, run: str) -> Standing:
        """Of the settings and the table of events of a run."""
        paths = (self.layout.settings.format(run=run), self.layout.events.format(run=run))
        return worst(self._standing(path, self.summary_identity, run) for path in paths)

    def card_identity(self, run: str) -> Identity:
        """Of a run card."""
        code = code_version("grokscope.report.card", "grokscope.report.card_execute")
        files = [
            self.repository / "workflow/notebooks/run_card.ipynb",
            *sorted((self.repository / "report").glob("*/card*.html")),
        ]
        return derived_identity(
            code,
            summary=self.summary_identity(run),
            charts=shown_charts(self._kinds([run])),
            scale=self.config.scale,
            files=[sha256_of(file) for file in files],
        )

    def card(self, run: str) -> Standing:
        """Of a run card: its notebook, its page and the record of both."""
        start = self.layout.card.format(run=run)
        return worst(
            [
                self._standing(f"{start}.json", self.card_identity, run),
                *(there(f"{start}.{ending}") for ending in ("ipynb", "html")),
            ]
        )

    @cached_property
    def report_identity(self) -> Identity:
        """Of the report."""
        other = OTHER_SCALE.get(self.config.scale)
        files = [
            path
            for pattern in ("report/[ts]*/**/*", "docs/*.md", *([f"docs/results/{other}.json"] if other else []))
            for path in sorted(self.repository.glob(pattern))
            if path.is_file()
        ]
        shown = [*(self.plan.figures[name] for name in self.plan.selected_figures), *self.plan.claims.values()]
        untested = [[item.name, without_defaults(item.settings)] for item in self.plan.untested_claims.values()]
        return derived_identity(
            code_version("grokscope.report.build"),
            config=without_defaults(self.config, exclude=set(NOT_OF_THE_REPORT)),
            papers=self.plan.papers,
            files={str(path.relative_to(self.repository)): sha256_of(path) for path in files},
            figures={name: self.figure_identity(name) for name in self.plan.selected_figures},
            claims={name: self.claim_identity(name) for name in self.plan.claims},
            untested=untested,
            wanted_seeds={item.name: self.wanted_seeds_of_item(item) for item in shown},
            waiting=self.left_out_claims,
            charts=shown_charts(self._kinds(self.plan.shown_runs())),
            runs={run: self.summary_identity(run) for run in self.plan.shown_runs()},
            blocks={run: list(self.blocks[run]) for run in self.plan.selected_runs()},
        )

    def report(self) -> Standing:
        """Of the report and its archive; its path is that of the folder."""
        record = standing_of(self.layout.report_record, self.report_identity, code_counts=self.code_counts)
        return worst(
            [
                replace(record, path=self.layout.report),
                there(self.layout.report_archive),
                there(self.layout.report_mail),
            ]
        )


def measured_on(claim: PlannedItem) -> PlannedItem:
    """`claim` with the runs alone on which its effect is measured; as it is, where it looks at others besides."""
    item = claim.as_dict()
    if looks_elsewhere(item):
        return claim
    chosen = set(chosen_runs(item))
    return replace(claim, members=tuple(member for member in claim.members if member.run in chosen))
