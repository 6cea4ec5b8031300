"""What the other scale says of the same claims, from the numbers that `readme_table` saved as docs/results/*.json."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from grokscope.config.scales import OTHER_SCALE
from grokscope.errors import UserError
from grokscope.files import read_json
from grokscope.report.claims import Claim, Verdict, verdict_named
from grokscope.report.questions import question_of_settings
from grokscope.report.shares import BOUNDS, Interval, interval_of, shown_interval, zero_of
from grokscope.report.wording import AT_SCALE, commit, count_of, listing, number

LABELS = {"paper": "Papers' settings", "quick": "Small scale"}
"""Heading of the column, by the scale that the verdicts are from."""
AT = {"paper": AT_SCALE["paper"], "quick": "at quick scale (smaller networks or fewer images)"}


@dataclass(frozen=True)
class OtherVerdict:
    """A verdict of the other scale, after correction there; `seeds` are those that the test could use."""

    verdict: Verdict
    effect: float | None
    interval: Interval | None
    seeds: int
    near_a_line: bool
    rank: int  # place among the verdicts, to sort by
    bound: str = ""  # whether the effect is only known to be as large, or as small


@dataclass(frozen=True)
class OtherScale:
    """The verdicts of the other scale by the name of the claim; empty where none are saved."""

    scale: str = ""
    verdicts: Mapping[str, OtherVerdict] = field(default_factory=dict)
    commits: Sequence[str] = ()

    @property
    def label(self) -> str:
        """Heading of the column."""
        return LABELS.get(self.scale, "")

    @property
    def where(self) -> str:
        """The scale in words, to follow `judged`."""
        return AT.get(self.scale, "")

    @property
    def origin(self) -> str:
        """Where the verdicts come from; nothing where there are none."""
        if not self.verdicts:
            return ""
        made = f", made at commit {listing(map(commit, self.commits))}" if self.commits else ""
        return f"docs/results/{self.scale}.json{made}"

    def shown(self, claim: Claim) -> OtherVerdict | None:
        """The verdict on a claim, with its effect as the claim's own is shown."""
        found = self.verdicts.get(claim.name)
        if found is None or found.effect is None:
            return found
        if found.verdict.kind == "not_seen":  # its effect says nothing about the claim
            return replace(found, effect=None, interval=None)
        effect = found.effect + zero_of(claim.settings)
        return replace(found, effect=effect, interval=shown_interval(claim.settings, found.interval))

    def column(self, names: Iterable[str]) -> str:
        """Heading of the column in a table of these claims; nothing where none of them has a verdict there."""
        return self.label if any(name in self.verdicts for name in names) else ""


def read_other_scale(docs_folder: str | None, scale: str, claims: Iterable[Claim]) -> OtherScale:
    """The saved verdicts of the scale beside `scale` on those of these claims that still ask what was judged there.

    Raises UserError when the file is damaged or of another scale.
    """
    other = OTHER_SCALE.get(scale)  # type: ignore[call-overload]
    if docs_folder is None or other is None:
        return OtherScale()
    path = Path(docs_folder) / "results" / f"{other}.json"
    remedy = f"write it again: python -m grokscope.report.readme_table results/{other}"
    if not path.is_file():
        return OtherScale(other)
    saved = read_json(path, remedy)
    if saved.get("scale") != other:
        raise UserError(f"{path}: holds numbers of scale {saved.get('scale')}; {remedy}")
    asked = {claim.name: question_of_settings(claim.settings) for claim in claims}
    verdicts = {
        name: _verdict(found)
        for name, found in (saved.get("claims") or {}).items()
        if name in asked and found.get("question") == asked[name]
    }
    return OtherScale(other, verdicts, tuple(saved.get("commits") or ()))


def _verdict(found: Mapping[str, Any]) -> OtherVerdict:
    verdict = verdict_named(found["verdict"])
    return OtherVerdict(
        verdict,
        found["effect"],
        interval_of(found["low"], found["high"]),
        int(found["seeds"]),
        bool(found["near_a_line"]),
        verdict.rank,
        next((sign for key, sign in BOUNDS.items() if found.get(key)), ""),
    )


def resting_on(claims: Sequence[Claim], scale: str, other: OtherScale) -> str:
    """Which verdicts rest on the papers' settings and on how many seeds, in one sentence; none at smoke scale."""
    judged = [claim for claim in claims if claim.tested]
    if scale == "paper":
        return _at_paper_scale(judged, sum(claim.waits for claim in claims))
    if scale != "quick":
        return ""
    both = [claim for claim in judged if claim.name in other.verdicts]
    alone = [claim for claim in claims if not claim.tested and claim.name in other.verdicts]
    if not both and not alone:
        return (
            "No verdict here rests on the papers' settings: all are of quick scale, on smaller networks or fewer"
            " images."
            if judged
            else ""
        )
    seeds = _seeds([other.verdicts[claim.name].seeds for claim in (*both, *alone)])
    if not both:
        has = "has" if len(alone) == 1 else "have"
        return (
            f"{count_of(len(alone), 'claim')} {has} been judged at the papers' settings, on {seeds}; the column says"
            " how. No verdict of quick scale is among them."
        )
    if len(both) == len(judged) == 1 and not alone:
        return f"This claim has also been judged at the papers' settings, on {seeds}; the column says how."
    more = f", and {count_of(len(alone), 'other')} there alone" if alone else ""
    return (
        f"{number(len(both))} of these {count_of(len(judged), 'claim')} {'has' if len(both) == 1 else 'have'} also been"
        f" judged at the papers' settings{more}, on {seeds}; the column says how."
    )


def _at_paper_scale(judged: Sequence[Claim], waiting: int) -> str:
    rest = f"{count_of(waiting, 'claim')} {'waits' if waiting == 1 else 'wait'} for runs" if waiting else ""
    if not judged:
        return f"No claim has been judged at the papers' settings yet{f': {rest}' if rest else ''}."
    seeds = _seeds([claim.seeds or 0 for claim in judged])
    return f"All verdicts rest on the papers' settings, on {seeds}{f'; {rest}' if rest else ''}."


def _seeds(counts: Sequence[int]) -> str:
    """`3 to 5 seeds`; `up to 5` where a test could use none for a claim."""
    least, most = min(counts), max(counts)
    if least == most:
        return count_of(most, "seed")
    return f"{least} to {most} seeds" if least else f"up to {count_of(most, 'seed')}"
