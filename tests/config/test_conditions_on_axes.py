"""Axes whose values are words for conditions that differ in several settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from experiments_support import REPOSITORY, as_one_file, changed, refusal, written
from grokscope.config.run_settings import TrainingSettings
from grokscope.config.start import load_plan

ALSO = {"small": {"training": {"logit_penalty": {"strength": 0.1}}, "model": {"width": 300}}}
AXIS: dict[str, Any] = {"names": ["plain", "small"], "values": ["as it is", "small"], "also": ALSO}


def test_each_condition_has_its_settings_and_what_is_plain_is_shared() -> None:
    _, plan = load_plan({"scale": "paper", "figures": "all"}, REPOSITORY)
    members = plan.figures["always_grok_conv_interventions"].members
    found = {member.axes["treatment"]: (member, plan.runs[member.run].settings) for member in members}
    training = {name: settings.training for name, (_, settings) in found.items()}
    assert training["as it is"].on_logits == "plain"
    assert (training["temperature 20"].temperature, training["temperature 0.05"].temperature) == (20, 0.05)
    assert training["smoothed labels"].label_smoothing == 0.1
    assert training["logits of one norm"].loss == "normalized_cross_entropy"
    assert training["weight decay"].weight_decay == 0.1
    same = {"loss", "temperature", "label_smoothing", "logit_penalty", "weight_decay"}
    assert len({one.model_copy(update=dict.fromkeys(same)).model_dump_json() for one in training.values()}) == 1
    assert len({settings.model_dump_json() for _, settings in found.values()}) == 7
    assert found["as it is"][0].run == plan.figures["always_grok_fig6_left"].members[0].run
    assert [member.positions["treatment"] for member in members] == list(range(7))
    assert {member.coordinates.get("treatment") for member in members} == {None}


def test_what_is_done_to_the_logits_is_said_in_run_ids() -> None:
    usual = {"steps": 1, "batch_size": 1, "loss": "cross_entropy", "optimizer": "adam", "learning_rate": 1}
    for changes, words in (
        ({}, "plain"),
        ({"temperature": 0.5}, "temperature0.5"),
        ({"label_smoothing": 0.1, "logit_penalty": {"strength": 0.01}}, "smoothed0.1-penalty0.01"),
        ({"loss": "normalized_cross_entropy"}, "one_norm"),
    ):
        assert TrainingSettings.model_validate(usual | changes).on_logits == words


@pytest.mark.parametrize(
    ("axis", "words"),
    [
        ({"values": ["as it is", "small"]}, "key: name the setting whose values these are, or say under also"),
        (AXIS | {"also": {"smal": ALSO["small"]}}, "also: 'smal' is no value of the axis"),
        (AXIS | {"values": ["small", "small"]}, "the axis names 'small' twice"),
        (AXIS | {"also": {"small": {"training": {"logit_penalti": 1}}}}, "training.logit_penalti: unknown key"),
        (
            AXIS | {"also": {"small": {"training": {"temperature": 2}}}},
            "training.temperature: it changes the loss cross_entropy",
        ),
    ],
)
def test_refused_in_one_line_with_file_and_key(axis: dict[str, Any], words: str, tmp_path: Path) -> None:
    tree = changed(as_one_file("deep_grokking"), "sweeps.depths.axes.depth", axis)
    message = refusal({"experiments": [written(tree, tmp_path / "bad.yaml")]})
    assert "bad.yaml" in message
    assert "sweeps.depths" in message
    assert words in message
