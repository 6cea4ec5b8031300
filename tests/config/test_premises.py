"""What has to be there for a claim to be decidable: how a file says it, and what is refused in one line."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from claim_files import claim, loaded
from experiments_support import REPOSITORY, as_one_file
from grokscope.config.start import load_plan
from grokscope.errors import UserError


def test_a_premise_may_be_given_by_the_events_that_must_be_shown(tmp_path: Path) -> None:
    def premise(given: Any) -> dict[str, dict[str, Any]]:
        return loaded(tmp_path, claim(premise=given)).premise

    attack = {"event": "robustness_lost", "epsilon": 0.06}
    assert premise({"shown": "fit"}) == {"shown": {"events": ["fit"]}}
    assert premise({"shown": ["fit", attack]}) == {"shown": {"events": ["fit", attack]}}
    assert premise({"shown": attack}) == {"shown": {"events": [attack]}}
    named = {"events": "surge_2", "where": {"train_size": "larger"}}
    assert premise({"shown": named, "within_range": {}}) == {
        "shown": {"events": ["surge_2"], "where": {"train_size": 1}},
        "within_range": {},
    }
    assert loaded(tmp_path, claim(premise={"shown": "probe_rise"})).metrics == ["accuracy", "spectra", "probes"]
    ends = {"ends_at_most": {"curve": "weight_norm", "limit": 20}}
    assert loaded(tmp_path, claim(premise=ends)).metrics == ["accuracy", "weight_norm", "spectra"]


def test_a_claim_on_a_task_without_classes_needs_the_loss_instead_of_accuracy() -> None:
    _, plan = load_plan({"scale": "smoke", "figures": ["always_grok_fig3"]}, REPOSITORY)
    found = plan.claims["always_grok_regions_gather_where_the_function_waves"].settings
    assert found.metrics == ["loss", "regions_by_side"]


@pytest.mark.parametrize(
    "changes",
    [
        {"premise": {"shown": "generalisation"}},
        {
            "effect": {"curve_level": {"curve": "test_accuracy", "statistic": "final"}},
            "expect": {"greater": "accuracy"},
        },
    ],
)
def test_one_that_names_accuracy_there_is_refused(changes: dict[str, Any], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(REPOSITORY / "experiments", tmp_path / "experiments"))
    file = folder / "always_grok/fig3.yaml"
    tree = yaml.safe_load(file.read_text())
    entry = tree["claims"]["regions_gather_where_the_function_waves"]
    del entry["unit"]  # that of another effect
    entry |= changes
    file.write_text(yaml.safe_dump(tree))
    with pytest.raises(UserError, match=r"accuracy is not measured on run regression_toy"):
        load_plan({"experiments": [str(folder / "always_grok")]}, REPOSITORY)


@pytest.mark.parametrize(
    ("premise", "words"),
    [
        (None, ["has no premise", "known are shown, ends_at_most, within_range"]),
        ({"seen": "fit"}, ["premise: 'seen' is unknown", "known are shown, ends_at_most, within_range"]),
        ({"ends_at_most": {"limit": 1}}, ["premise.ends_at_most", "needs curve"]),
        ({"ends_at_most": {"curve": "weight_norm", "limit": None}}, ["premise.ends_at_most.limit", "not a number"]),
        ({"ends_at_most": {"curve": "lost", "limit": 1}}, ["premise.ends_at_most", "curve 'lost' is unknown"]),
        ({"within_range": 3}, ["premise.within_range", "parameters by name, got 3"]),
        ({"shown": "fits"}, ["premise.shown", "event 'fits' is unknown"]),
        ({"shown": {"where": {}}}, ["premise.shown", "needs events"]),
        ({"shown": {"events": "fit", "when": 3}}, ["premise.shown.when", "it has events, where"]),
        ({"shown": {"events": "fit", "where": {"depth": "flat"}}}, ["premise.shown.where", "'flat' is no position"]),
    ],
)
def test_a_premise_that_there_is_not_is_refused_in_one_line(premise: Any, words: list[str], tmp_path: Path) -> None:
    tree = as_one_file("deep_grokking")
    tree["claims"] = {"mine": claim(premise=premise)}
    if premise is None:
        del tree["claims"]["mine"]["premise"]
    file = tmp_path / "changed.yaml"
    file.write_text(yaml.safe_dump(tree))
    with pytest.raises(UserError) as caught:
        load_plan({"experiments": [str(file)]}, REPOSITORY)
    message = str(caught.value)
    assert "\n" not in message
    for word in ("changed.yaml", "claims.mine", *words):
        assert word in message
