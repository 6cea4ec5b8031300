"""What figures and claims read of a metric, such as one size of attack, is among what its settings measure."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from experiments_support import REPOSITORY, refusal
from grokscope.config.load import read_yaml
from grokscope.config.scales import SCALES, VARIANT_WORDS
from grokscope.config.start import load_plan


@pytest.mark.parametrize("scale", SCALES)
def test_what_is_read_is_measured_in_every_variant(scale: str) -> None:
    load_plan({"scale": scale, "figures": "all", "variants": list(VARIANT_WORDS)}, REPOSITORY)


def read_other_size(tree: dict[str, Any]) -> None:
    tree["claims"]["random_start_changes_little"]["other_measures"] = {
        "another size": {"curve": {"curve": "robust_accuracy", "epsilon": 0.1}}
    }


def date_other_size(tree: dict[str, Any]) -> None:
    tree["claims"]["robustness_is_delayed_from_random_start"]["effect"] = {
        "event_lag": {"events": ["fit", {"event": "robustness_onset", "epsilon": 0.1, "start": "random"}]}
    }


def draw_other_radii(tree: dict[str, Any]) -> None:
    curve = {"curve": "complexity", "split": "test", "radius": 0.2}
    tree["figure"]["draw"]["curve_grid"]["rows"] = [{"curves": [curve]}]


@pytest.mark.parametrize(
    ("file", "changed", "message"),
    [
        ("controls.yaml", read_other_size, "adversarial has no epsilon 0.1 (its epsilons are 0.06, 0.2)"),
        ("controls.yaml", date_other_size, "adversarial has no epsilon 0.1 (its epsilons are 0.06, 0.2)"),
        ("fig33.yaml", draw_other_radii, "local_complexity has no radius 0.2 (its radii are 0.05)"),
    ],
)
def test_what_is_not_measured_is_refused(
    tmp_path: Path, file: str, changed: Callable[[dict[str, Any]], None], message: str
) -> None:
    folder = Path(shutil.copytree(REPOSITORY / "experiments/always_grok", tmp_path / "copied"))
    tree = read_yaml(folder / file)
    changed(tree)
    (folder / file).write_text(yaml.safe_dump(tree))
    found = refusal({"scale": "smoke", "experiments": [str(folder)]})
    assert file in found
    assert message in found
