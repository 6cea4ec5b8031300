"""A claim in a file of experiments, for tests of what a file may say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from experiments_support import as_one_file
from grokscope.config.claim_settings import ClaimSettings
from grokscope.config.experiment_files import load_experiments

MEANS = {"supported": "yes.", "contradicted": "no.", "inconclusive": "unknown."}
EFFECT = {"event_step_by_axis": {"axis": "depth", "event": "rank_collapse", "where": {"train_size": "smaller"}}}


def claim(**settings: Any) -> dict[str, Any]:
    known = {
        "statement": "It is so.",
        "where": "Fig 1",
        "sweeps": ["depths"],
        "effect": EFFECT,
        "premise": {"shown": "fit"},
        "expect": {"less": "later_per_layer"},
    }
    return {**known, "family": "deep_grokking_depth", "means": MEANS, **settings}


def loaded(folder: Path, entry: dict[str, Any]) -> ClaimSettings:
    """The claim as it is after loading a file with it."""
    tree = as_one_file("deep_grokking")
    tree["claims"] = {"mine": entry}
    file = folder / "changed.yaml"
    file.write_text(yaml.safe_dump(tree))
    return load_experiments(file)[1].claims["mine"]
