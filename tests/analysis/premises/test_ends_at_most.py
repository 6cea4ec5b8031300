"""A claim on networks that have to have learned a task without classes: the level of their loss; a loss that bursts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from error_rate_cases_of_regions import sides
from error_rate_support import inputs_on
from grokscope.analysis.claims import judge
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.premises import ends_at_most
from grokscope.errors import UserError

CLAIM = "always_grok_regions_gather_where_the_function_waves"
NEEDS = "test loss of at most 0.05 at the end"


def inputs(**changes: object) -> ItemInputs:
    """Five seeds whose losses end near 0.005, and whose regions gather on one side."""
    return inputs_on(CLAIM, sides(np.random.default_rng(3), 5, True), **changes)


def raise_test_loss(given: ItemInputs, seeds: int, value: float, last_share: float = 1.0) -> ItemInputs:
    """The same with another test loss of the first `seeds`, from a place in the course on."""
    (tables,) = given.runs.values()
    loss = tables.tables["loss"]
    late = loss["step"] >= loss["step"].max() * (1 - last_share)
    loss.loc[(loss["split"] == "test") & (loss["seed"] < seeds) & late, "loss"] = value
    return given


def test_networks_that_have_learned_are_judged() -> None:
    found = judge(inputs())
    assert (found["verdict"], found["seeds"]) == ("supported", 5)
    assert found["premise"]["needs"] == NEEDS
    assert found["premise"]["missing"] == 0


def test_where_most_have_not_learned_nothing_is_decided() -> None:
    found = judge(raise_test_loss(inputs(), 3, 0.051))
    assert found["verdict"] == "not seen"
    assert found["why"] == f"Missing in 3 of 5 seeds: {NEEDS}."
    assert [row["there"] for row in found["premise"]["per_seed"]] == [False] * 3 + [True] * 2
    assert judge(raise_test_loss(inputs(), 3, 0.05))["premise"]["missing"] == 0


def test_the_level_is_that_of_the_end() -> None:
    assert judge(raise_test_loss(inputs(), 5, 0.4, last_share=0.9))["premise"]["missing"] == 5
    early = inputs()
    (tables,) = early.runs.values()
    loss = tables.tables["loss"]
    loss.loc[loss["step"] < 100, "loss"] = 0.5
    assert judge(early)["premise"]["missing"] == 0


def test_a_seed_whose_loss_bursts_has_diverged() -> None:
    found = judge(raise_test_loss(inputs(), 1, np.inf, last_share=0.5))
    assert (found["diverged"], found["seeds"]) == (1, 4)
    assert [row["seed"] for row in found["premise"]["per_seed"]] == [1, 2, 3, 4]


def test_a_network_that_failed_fulfils_nothing() -> None:
    """Of two networks of each seed the first bursts after it has learned, and the second never learns."""
    given = inputs()
    (tables,) = given.runs.values()
    other = replace(tables, run="other", tables={name: table.copy() for name, table in tables.tables.items()})
    other.tables["loss"]["loss"] = 0.4
    loss = tables.tables["loss"]
    loss.loc[loss["step"] > 10_000, "loss"] = np.inf
    given.runs["other"] = other
    given.item["members"].append({**given.members[0], "run": "other", "positions": {"x": 1}})
    given.item["members"][0]["positions"] = {"x": 0}
    missing = ends_at_most.missing(given, pd.DataFrame(), "test_loss", 0.05)
    assert missing == dict.fromkeys(range(5), f"{NEEDS}, in any of 2 networks")


def test_another_curve_and_another_limit() -> None:
    strict = {"ends_at_most": {"curve": "train_loss", "limit": 1e-4}}
    found = judge(inputs(premise=strict))
    assert found["why"] == "Missing in 5 of 5 seeds: train loss of at most 0.0001 at the end."
    with pytest.raises(UserError, match=r"premise\.ends_at_most"):
        judge(inputs(premise={"ends_at_most": {"curve": "train_loss", "at": 3}}))
