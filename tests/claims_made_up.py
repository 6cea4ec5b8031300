"""Claims of two invented papers and a site that holds them, for tests of what the first screen says."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from grokscope.report.claims import Claim, verdict_named
from grokscope.report.other_scale import OtherScale
from grokscope.report.site import Paper, Site

PAPERS = (
    Paper("one", "One paper: and more", "A", 2024, "1"),
    Paper("two", "Another paper", "B", 2024, "2"),
    Paper("own", "Beyond"),
)
FIGURES: Any = (SimpleNamespace(id="headline", settings={"headline": True}),)


def claim(name: str, verdict: str = "supported", paper: str = "one", scale: str = "quick", **more: Any) -> Claim:
    """A claim whose effect is clear, on five seeds, unless `more` says otherwise."""
    about = {
        "statement": f"Statement {name}.",
        "where": "Section 3",
        "kind": "result",
        "figure": None,
        "unit": "decades",
        "smallest_effect": 0.1,
        "test": "mean",
        "direction": "greater",
    }
    effect, interval = (-0.4, (-0.5, -0.3)) if verdict == "contradicted" else (0.4, (0.3, 0.5))
    found: dict[str, Any] = {
        "scale": scale,
        "sensitivity": {"tried": 10, "flips": more.pop("flips", 0)},
        "stability": {"may_flip": more.pop("may_flip", False)},
        "premise": {"needs": "a rise", "missing": more.pop("missing", 0), "seeds": 5},
    }
    seeds, interval = more.pop("seeds", 5), more.pop("interval", interval)
    tested = verdict != "not_tested"
    return Claim(
        name=name,
        paper=paper,
        variant="as_code",
        settings=about | more,
        verdict=verdict_named(verdict.replace("_", " "), scale),
        effect=effect if tested else None,
        interval=interval if tested else None,
        seeds=seeds if tested else None,
        collapsed=0,
        why="Because.",
        facts=(),
        found=found,
        id=name,
    )


def site(claims: Sequence[Claim], scale: str = "quick", other: OtherScale | None = None) -> Site:
    return Site(scale, {}, {}, PAPERS, FIGURES, tuple(claims), (), other=other or OtherScale())
