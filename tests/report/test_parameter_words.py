"""Which runs a claim compares and which settings differ from a paper's, in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import report_made_up as made_up
from grokscope.report.claims import Claim, read_claims
from grokscope.report.difference_words import differences_in_words
from grokscope.report.parameter_words import parameters_of
from grokscope.report.wording import real_minus


@pytest.fixture
def claim(tmp_path: Path) -> Claim:
    """A claim on three depths, each with two data sets."""
    item = made_up.make_spec(tmp_path, "quick", {"one": ""})["plan"]["claims"][0]
    item["members"] = [
        {"run": f"{depth}{name}", "sweep": "s", "axes": {"depth": depth, "set": name}, "positions": at}
        for i, depth in enumerate((4, 6, 8))
        for name, at in (("mnist", {"depth": i, "set": 0}), ("fashion_mnist", {"depth": i, "set": 1}))
    ]
    return read_claims([item], "quick")[0]


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"axis": "depth", "positions": [0, 2]}, [("Runs compared", "depth 4 and 8")]),
        ({"axis": "depth", "split_at": 1}, [("Runs compared", "depth 6 and 8 against 4")]),
        ({"axis": "depth", "split_at": -1}, [("Runs compared", "depth 8 against 4 and 6")]),
        ({"axis": "set", "positions": [1, 0]}, [("Runs compared", "set Fashion-MNIST and MNIST")]),
        ({"axis": "depth"}, [("Axis", "depth")]),
        ({"where": {"set": 1}}, [("Runs with set", "Fashion-MNIST")]),
        ({"between": {"depth": [0, 2]}}, [("From one depth to another", "4 to 8")]),
        ({"axis": "depth", "positions": [0, 7]}, [("Axis", "depth"), ("Positions", "0, 7")]),
    ],
)
def test_positions_are_shown_as_values(claim: Claim, parameters: dict[str, Any], told: list[tuple[str, str]]) -> None:
    assert parameters_of(replace(claim, settings={**claim.settings, "parameters": parameters})) == told


def test_settings_that_differ_have_words() -> None:
    found = [
        "data.test_size 2000 instead of not set",
        "training.steps 10000 instead of 100000",
        "model.activation gelu and tanh instead of relu",
        "training.region_penalty.strength not set and 10 instead of not set",
        "radius of local complexity 0.2 instead of 0.46 units of the embedding",
        "data.train_size differs from the paper",
    ]
    assert differences_in_words(found) == [
        "test images: 2000 instead of all",
        "steps of training: 10\u202f000 instead of 100\u202f000",
        "activation: gelu and tanh instead of ReLU",
        "strength of the region penalty: none and 10 instead of none",
        found[4],
        "training samples: not as in the paper",
    ]


def test_negative_numbers_have_a_real_minus() -> None:
    assert real_minus("shortest -1.45 (-8 to -.5), run mnist-d8-w-1e-05, 3-4") == (
        "shortest \u22121.45 (\u22128 to \u2212.5), run mnist-d8-w-1e-05, 3-4"
    )
