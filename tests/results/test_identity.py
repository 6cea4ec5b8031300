"""A result's identity: what counts and what does not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from frozen_defaults import defaults, frozen, with_new
from grokscope.config.metric_settings import metric_settings
from grokscope.data.registry import network_facts
from grokscope.metrics.registry import METRICS
from grokscope.results.identity import (
    data_identity,
    derived_identity,
    first_difference,
    metric_identity,
    training_identity,
    with_content,
    without_code,
    without_defaults,
)
from training_support import small_settings

HASHES = {"train_images": "a", "train_labels": "b", "test_images": "c", "test_labels": "d"}


def test_defaults_are_frozen() -> None:
    """A setting that has its default is in no identity: another default would silently make old results stand for new
    settings.

    A new setting is added to the file, by `python tests/frozen_defaults.py`. A default is never changed: give the
    setting another name, or set the value in experiments/.
    """
    kept, found = frozen(), defaults()
    changed = {
        f"{name}.{key}": (value, found[name].get(key, "no default"))
        for name, values in kept.items()
        if name in found
        for key, value in values.items()
        if found[name].get(key, "no default") != value
    }
    assert changed == {}
    assert found == kept, "new settings: run python tests/frozen_defaults.py"


def test_freezing_adds_what_is_new_and_changes_nothing() -> None:
    kept = {"data": {"old": 1, "gone": 2}, "lost": {"old": 3}}
    found = {"data": {"old": 9, "new": 4}, "metric made": {"new": None}}
    assert with_new(kept, found) == {
        "data": {"old": 1, "gone": 2, "new": 4},
        "lost": {"old": 3},
        "metric made": {"new": None},
    }


def test_a_default_is_left_out() -> None:
    bare = without_defaults(small_settings())
    assert "activation" not in bare["model"]
    assert bare == without_defaults(small_settings(model={"activation": "relu"}, training={"dtype": "float32"}))
    assert without_defaults(small_settings(model={"activation": "tanh"}))["model"]["activation"] == "tanh"


def identity(**changes: dict[str, Any]) -> dict[str, Any]:
    settings = small_settings(**changes)
    return training_identity(
        settings, [3, 8], data_identity(settings, HASHES, network_facts(small_settings().data), test=False), "abc"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"training": {"steps": 45}},
        {"model": {"normalize": True}},
        {"checkpoints": {"count": 7}},
        {"data": {"label_noise": 0.2}},
    ],
    ids=str,
)
def test_settings_of_a_training_count(changes: dict[str, Any]) -> None:
    assert identity(**changes) != identity()


def test_the_number_of_test_images_is_of_metrics_and_of_no_training() -> None:
    few, all_images = small_settings(data={"test_size": 10}), small_settings()
    assert identity(data={"test_size": 10}) == identity()
    assert data_identity(few, HASHES, network_facts(small_settings().data), test=False) == data_identity(
        all_images, HASHES, network_facts(small_settings().data), test=False
    )
    accuracy = METRICS["accuracy"].settings()
    assert metric_identity(identity(), accuracy, few, {}, "m") != metric_identity(
        identity(), accuracy, all_images, {}, "m"
    )


def test_statistics_of_the_pixels_count_where_a_network_uses_them() -> None:
    facts = network_facts(small_settings().data)
    other = {**facts, "channel_mean": [0.5]}
    plain, normalised = small_settings(), small_settings(model={"normalize": True})
    assert data_identity(plain, HASHES, facts, test=False) == data_identity(plain, HASHES, other, test=False)
    assert data_identity(normalised, HASHES, facts, test=False) != data_identity(normalised, HASHES, other, test=False)


def test_a_difference_is_named() -> None:
    assert first_difference(identity(), identity()) is None
    assert first_difference(identity(), identity(training={"steps": 45})) == "settings.training.steps: 44, now 45"
    assert (
        first_difference(identity(), identity(model={"activation": "tanh"}))
        == "settings.model.activation: the default, now 'tanh'"
    )
    assert first_difference({"a": {"b": [1]}}, {"a": {}}) == "a.b: [1], now the default"


def test_identities_are_plain_values() -> None:
    made = identity(training={"betas": (0.8, 0.9)})
    assert made == json.loads(json.dumps(made))
    derived = derived_identity("abc", settings={"a": (1, 2)})
    assert derived == derived_identity("abc", settings={"a": [1, 2]})
    assert without_code({"code": 1, "training": {"code": 2, "seeds": [0]}}) == {"training": {"seeds": [0]}}


def test_hashes_that_were_unknown_at_planning_are_filled_in_and_known_ones_stay() -> None:
    content = {"train_images": "a", "train_labels": "b", "test_images": "c", "test_labels": "d"}
    settings = small_settings()
    metric = metric_settings("accuracy", {})

    def of(hashes: dict[str, str]) -> dict[str, Any]:
        training = training_identity(settings, [0], data_identity(settings, hashes, {}, test=False), "code")
        return metric_identity(training, metric, settings, data_identity(settings, hashes, {}, test=True), "code")

    assert with_content(of({}), content) == of(content)
    assert with_content(of(content), content) == of(content)
    assert with_content(of({}), {}) == of({})
