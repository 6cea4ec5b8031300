"""Verdicts as the pages show them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from grokscope.analysis.claim_records import untested
from grokscope.analysis.claim_runs import chosen_runs
from grokscope.files import read_json
from grokscope.report.claim_facts import facts_of
from grokscope.report.shares import Interval, interval_of, shown_interval, zero_of
from grokscope.report.unfinished import made_from, why_waiting
from grokscope.report.wording import AT_SCALE, file_name

NOT_TESTED = "not_tested"
DATES = ("event_step_by_axis", "event_dates_together")
"""Estimands whose values are dates, log10(step + 1)."""


@dataclass(frozen=True)
class Verdict:
    """A verdict with a symbol and a label, so that nothing depends on colour alone."""

    kind: str
    label: str
    symbol: str
    at: str = ""
    """Where it was measured, to follow the label."""

    @property
    def rank(self) -> int:
        """Its place among the verdicts, to sort by."""
        return list(VERDICTS).index(self.kind)


VERDICTS = {
    "supported": Verdict("supported", "Supported", "✓"),
    "contradicted": Verdict("contradicted", "Contradicted", "✕"),
    "not_seen": Verdict("not_seen", "Not seen", "○"),
    "inconclusive": Verdict("inconclusive", "Inconclusive", "?"),
    NOT_TESTED: Verdict(NOT_TESTED, "Not tested", "–"),
}


@dataclass(frozen=True)
class Claim:
    """One claim of one variant with its verdict; numbers are None when it was not tested.

    The verdict is the one after correction for the other claims of its family. `seeds` are those that the test could
    use, in the smallest group.
    """

    name: str
    paper: str
    variant: str
    settings: Mapping[str, Any]
    verdict: Verdict
    effect: float | None
    interval: Interval | None
    seeds: int | None
    collapsed: int | None
    why: str
    facts: tuple[tuple[str, str], ...]
    found: Mapping[str, Any]  # the whole verdict file
    id: str = ""  # the same in every variant
    runs: tuple[str, ...] = ()  # those that were looked at, or would be
    members: tuple[Mapping[str, Any], ...] = ()  # run and its place on the sweep's axes
    made_from: str = ""  # the seeds that there are, where these are fewer than were asked for
    waits: bool = False  # whether it would be judged if its runs were there

    @property
    def shown_effect(self) -> float | None:
        """The effect as a reader sees it: a share is not shown as its distance from one half, and an effect not at all
        where what the claim speaks of is missing, since it says nothing about the claim then.
        """
        return None if self.effect is None or self.is_unseen else self.effect + zero_of(self.settings)

    @property
    def shown_interval(self) -> Interval | None:
        """The same of its interval."""
        return None if self.is_unseen else shown_interval(self.settings, self.interval)

    @property
    def is_unseen(self) -> bool:
        """Whether its premise is missing."""
        return self.verdict.kind == "not_seen"

    @property
    def page(self) -> str:
        """Path of its page in the report."""
        return f"claims/{file_name(self.name)}.html"

    @property
    def data(self) -> str:
        """Path of its verdict as JSON in the report."""
        return f"claims/{file_name(self.name)}.json"

    @property
    def table(self) -> str | None:
        """Path of its seeds as CSV in the report; None when no seed was looked at."""
        return f"claims/{file_name(self.name)}.csv" if self.per_seed else None

    @property
    def per_seed(self) -> list[dict[str, Any]]:
        """One row for each seed and group, as `docs/architecture.md` says."""
        return list(self.found.get("per_seed") or [])

    @property
    def tested(self) -> bool:
        """Whether there is a verdict on it."""
        return self.verdict.kind != NOT_TESTED

    @property
    def figure(self) -> str | None:
        """The id of the figure that shows it."""
        return self.settings.get("figure")

    @property
    def meaning(self) -> str:
        """What the verdict means for the paper; nothing where too few seeds could be used."""
        needed = self.found.get("minimum_seeds")
        if self.verdict.kind == "inconclusive" and needed is not None and (self.seeds or 0) < needed:
            return ""
        return str((self.settings.get("means") or {}).get(self.verdict.kind, ""))


def read_claims(items: Iterable[Mapping[str, Any]], scale: str) -> tuple[Claim, ...]:
    """Claims from their plans and verdict files (`item["json"]`); one without a file was not tested."""
    return tuple(_claim(item, read_json(item["json"]) if item.get("json") else untested(item, scale)) for item in items)


def _claim(item: Mapping[str, Any], found: Mapping[str, Any]) -> Claim:
    verdict = verdict_named(found["verdict"], str(found.get("scale") or ""))
    tested = verdict.kind != NOT_TESTED
    waits = bool(item.get("waits"))
    return Claim(
        name=item["name"],
        paper=item["paper"],
        variant=item["variant"],
        settings=item["settings"],
        verdict=verdict,
        effect=found["effect"],
        interval=interval_of(found["low"], found["high"]),
        seeds=found["seeds"] if tested else None,
        collapsed=found["collapsed"] if tested else None,
        why=why_waiting(item) if waits else f"{found['why']}{_why_few(found)}",
        facts=facts_of(item["settings"], found),
        found=found,
        id=item["id"],
        runs=_runs(item, found),
        members=tuple(item["members"]),
        made_from=made_from(item),
        waits=waits,
    )


def _runs(item: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[str, ...]:
    """Ids of the runs behind a claim: those of its seeds, and all that its parameters choose."""
    of_seeds = [row["run"] for row in found.get("per_seed") or () if row.get("run")]
    return tuple(dict.fromkeys([*of_seeds, *chosen_runs(item)]))


def verdict_named(name: str, scale: str = "") -> Verdict:
    """The verdict that analysis calls `name`, measured at this scale."""
    return replace(VERDICTS[name.replace(" ", "_")], at="" if name == "not tested" else AT_SCALE.get(scale, ""))


def _why_few(found: Mapping[str, Any]) -> str:
    """What most of the seeds say that the test could not use, where too few are left."""
    needed, have = found.get("minimum_seeds"), found.get("seeds")
    if needed is None or have is None or have >= needed:
        return ""
    notes = Counter(
        row["note"]
        for row in found.get("per_seed") or ()
        if row.get("status") not in ("observed", "not_yet", "absent") and row.get("note")
    )
    who = "Most of the others say" if have else "Most seeds say"
    return f" {who}: {notes.most_common(1)[0][0]}." if notes else ""


def words(name: Any) -> str:
    """A name of the code for a reader."""
    return str(name).replace("_", " ").replace(".", ": ")
