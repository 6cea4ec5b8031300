"""Choices that cannot be meant: nested keys in a spelling that does not exist, axes with one value twice, networks
that no machine can hold.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grokscope.config.experiments import Axis
from grokscope.config.load import validated
from grokscope.config.memory import MOST_MEMORY_GB, check_memory
from grokscope.config.nested_keys import nested
from grokscope.config.resources import training_resources
from grokscope.config.start import load_plan
from grokscope.errors import UserError

REPOSITORY = Path(__file__).parents[2]


def test_two_underscores_stand_for_a_dot() -> None:
    raw = {
        "scale": "smoke",
        "data": {"source": "auto", "cache": "here"},
        "data__source": "folder",
        "data__folder": "images",
    }
    assert nested(raw) == {"scale": "smoke", "data": {"source": "folder", "cache": "here", "folder": "images"}}
    assert raw["data"] == {"source": "auto", "cache": "here"}
    config, _ = load_plan(
        {"data__source": "folder", "data__folder": "images", "detectors__fit_accuracy": "0.9"}, REPOSITORY
    )
    assert (config.data.source, config.data.folder, config.detectors.fit_accuracy) == ("folder", "images", 0.9)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"data.source": "folder"}, ["data: {source: folder}", "data__source=folder"]),
        ({"scale": "smoke", "scale__size": 3}, ["scale__size", "holds no keys"]),
        ({"data__mirror": "here"}, ["data.mirror", "unknown key"]),
    ],
)
def test_a_nested_key_that_cannot_be_is_one_line_with_the_right_spelling(raw: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(UserError) as caught:
        load_plan(raw, REPOSITORY)
    assert all(word in str(caught.value) for word in words)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "values", [[4, 6, 4], {"smoke": [2], "quick": [2, 3, 3], "paper": [4]}, [0.1, 1e-1], ["relu", "relu"]]
)
def test_an_axis_that_names_a_value_twice_is_refused(values: Any) -> None:
    with pytest.raises(UserError, match=r"^somewhere: .*the axis names .* twice"):
        validated(Axis, {"key": "model.depth", "values": values}, "somewhere")


def test_further_settings_belong_to_a_value_of_the_axis() -> None:
    known = {"key": "training.optimizer", "values": ["adamw", "sgd"]}
    further = {"sgd": {"training": {"learning_rate": 0.1}}}
    assert validated(Axis, {**known, "also": further}, "somewhere").also == further
    with pytest.raises(UserError, match="'lion' is no value of the axis; it has adamw, sgd"):
        validated(Axis, {**known, "also": {"lion": {}}}, "somewhere")


def test_the_memory_of_an_absurd_network_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    config, plan = load_plan({"scale": "quick"}, REPOSITORY)
    files = dict.fromkeys((run.paper for run in plan.runs.values()), "some.yaml")
    check_memory(plan, config, files)
    name, run = next(iter(plan.runs.items()))
    for key, value, words in (
        ("width", 200_000_000, f"at most {MOST_MEMORY_GB:,} GB are allowed"),
        ("depth", 200_000_000, "at most 10,000 layers"),
    ):
        model = run.settings.model.model_copy(update={key: value})
        changed = replace(run, settings=run.settings.model_copy(update={"model": model}))
        plan.runs[name] = changed
        with pytest.raises(UserError, match=words) as caught:
            check_memory(plan, config, files)
        assert str(caught.value).startswith(f"some.yaml: run {name}: ")
        assert "200,000,000" in str(caught.value)
    # the bound is the request itself: a network just below it passes
    plan.runs[name] = run
    monkeypatch.setattr(
        "grokscope.config.memory.MOST_MEMORY_GB", training_resources(run.settings, 5).mem_mb / 1000 - 0.1
    )
    with pytest.raises(UserError, match=name):
        check_memory(plan, config, files)
