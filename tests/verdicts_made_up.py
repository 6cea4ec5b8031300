"""Made-up verdict files of finished runs, and folders of results that hold them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from grokscope.config.load import read_yaml
from grokscope.files import write_json

REPOSITORY = Path(__file__).parents[1]
WANTED = read_yaml(REPOSITORY / "docs/results/table.yaml")
NUMBERS_OF_A_CLAIM = ("verdict", "effect", "low", "high", "seeds", "near_a_line")


def verdict(name: str, verdict: str, **more: Any) -> dict[str, Any]:
    paper = next(paper for paper in (*WANTED["papers"], *WANTED["own"]) if name.startswith(paper))
    known = {
        "name": name,
        "id": name,
        "paper": paper,
        "variant": "as_code",
        "scale": "quick",
        "kind": "control" if name.endswith("other") else "result",
        "verdict": verdict,
        "verdict_before_correction": verdict,
        "runs": ["r"],
    }
    return known | {"effect": 0.25, "low": 0.125, "high": None, "seeds": 5, "stability": {"may_flip": False}} | more


def write_results(folder: Path, verdicts: list[dict[str, Any]], device: str = "Some processor") -> Path:
    for one in verdicts:
        write_json(folder / "claims" / f"{one['name']}.json", one)
    for number, seeds in enumerate(([0, 1, 2], [3, 4])):
        record = {"seeds": seeds, "provenance": {"device_name": device, "git_commit": "0123456789abcdef"}}
        write_json(folder / f"runs/r/block{number}/training.json", record)
    return folder


def made_up_results(folder: Path) -> Path:
    """A folder of quick results with a verdict on every claim of the README's table and on some others."""
    names = [row["claim"] for row in WANTED["rows"]]
    verdicts = [verdict(name, "supported") for name in names]
    verdicts[0] |= {"verdict": "inconclusive", "seeds": 3, "stability": {"may_flip": True}}
    verdicts[1] |= {"verdict": "contradicted", "effect": -1.0, "low": -2.0, "high": -0.5}
    verdicts[2] |= {"verdict": "inconclusive"}
    verdicts[3] |= {"verdict": "not seen", "verdict_before_correction": "not seen"}
    others = [
        verdict("deep_grokking_other", "supported"),
        *(verdict(f"extensions_{name}", "supported") for name in ("first", "second")),
        verdict("always_grok_untested", "not tested"),
    ]
    return write_results(
        folder,
        [*verdicts, *others, verdict("deep_grokking_fig1-corrected", "supported", id="deep_grokking_fig1")],
    )
