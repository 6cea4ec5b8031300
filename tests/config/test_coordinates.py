"""Where runs lie on their axes: in layers, doublings or decades, at every scale."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from experiments_support import REPOSITORY, all_experiments
from grokscope.analysis.declarations.coordinates import COORDINATES, coordinate_named, coordinate_of
from grokscope.config.scales import Scale
from grokscope.config.start import load_plan
from grokscope.config.sweeps import Member
from grokscope.models.registry import MODELS

PLACES: dict[str, Callable[[float], float]] = {
    "depth": lambda value: value,
    "blocks": lambda value: value,
    "width": lambda value: math.log(value) / math.log(2),
    "train_size": lambda value: math.log(value) / math.log(2),
    "init_scale": lambda value: math.log(value) / math.log(2),
    "batch_size": lambda value: math.log(value) / math.log(2),
    "learning_rate": lambda value: math.log(value) / math.log(10),
    "weight_decay": lambda value: math.log(value) / math.log(10),
}
"""What the axes of the experiments are counted in, by their names."""
WITHOUT = {
    "activation",
    "batch_norm",
    "bottleneck",
    "data_set",
    "dtype",
    "flatness",
    "init_scheme",
    "label_noise",
    "optimizer",
    "strength",
    "treatment",
}
AT_PAPER_SCALE_ALONE = {"second_beta"}


def members(scale: Scale) -> list[Member]:
    """Those of all figures and claims."""
    _, plan = load_plan({"scale": scale, "figures": "all"}, REPOSITORY)
    return [member for item in (*plan.figures.values(), *plan.claims.values()) for member in item.members]


@pytest.mark.parametrize("scale", ["smoke", "quick", "paper"])
def test_members_carry_their_places_at_every_scale(scale: Scale) -> None:
    seen = set()
    for member in members(scale):
        counted = {axis: value for axis, value in member.axes.items() if axis in PLACES}
        assert set(member.axes) - set(counted) <= WITHOUT | AT_PAPER_SCALE_ALONE
        assert member.coordinates == pytest.approx(
            {axis: PLACES[axis](float(value)) if value else None for axis, value in counted.items()}
        )
        seen |= set(member.axes)
    assert seen - AT_PAPER_SCALE_ALONE == set(PLACES) | WITHOUT


def test_places_are_those_of_the_values_that_runs_have() -> None:
    """The scale decides them: the same position is another place at quick and at paper scale."""
    places = {}
    for scale in ("quick", "paper"):
        _, plan = load_plan({"scale": scale, "figures": "all"}, REPOSITORY)
        for member in plan.figures["deep_grokking_fig2"].members:
            settings = plan.runs[member.run].settings
            assert member.coordinates["depth"] == getattr(settings.model, "depth")  # noqa: B009
            assert 2 ** (member.coordinates["train_size"] or 0) == pytest.approx(settings.data.train_size)
            places[scale, member.positions["train_size"], member.positions["depth"]] = member.coordinates["depth"]
    assert (places["quick", 0, 1], places["paper", 0, 1]) == (6, 8)


def test_what_has_no_place() -> None:
    decades, layers, doublings = (
        coordinate_of(f"{key}") for key in ("training.weight_decay", "model.depth", "model.width")
    )
    assert decades is not None
    assert layers is not None
    assert doublings is not None
    assert [decades.at(value) for value in (0, 0.0, -1.0, "strong", True, math.inf, math.nan)] == [None] * 7
    assert [layers.at(value) for value in (0, 7, "deep", True)] == [0.0, 7.0, None, None]
    assert (decades.at(0.01), doublings.at(400)) == (pytest.approx(-2), pytest.approx(8.643856))
    assert coordinate_of("training.optimizer") is None


def test_a_setting_with_a_coordinate_exists_and_its_last_name_says_which_it_is() -> None:
    """So that an axis without runs can be told by its name."""
    last = [key.rpartition(".")[2] for key in COORDINATES]
    assert len(set(last)) == len(last)
    assert coordinate_named("weight_decay") is COORDINATES["training.weight_decay"]
    assert coordinate_named("batch_norm") is None
    _, paper = all_experiments()[0]
    for key in COORDINATES:
        section, name = key.split(".")
        kinds = [model.settings.model_fields for model in MODELS.values()] if section == "model" else []
        assert name in paper.base[section] or any(name in fields for fields in kinds)
