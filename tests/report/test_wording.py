"""Numbers in words, the short answer, and the views on verdicts."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

import report_made_up as made_up
from grokscope.report.answer import short_answer
from grokscope.report.claim_plots import WIDTH, interval_plot, seed_plot, ticks, told_apart
from grokscope.report.claims import Claim, read_claims
from grokscope.report.wording import (
    commit,
    duration,
    event_in_words,
    file_name,
    flattened,
    listing,
    network_in_words,
    number,
    percent,
    run_in_words,
)

TITLES = {paper["id"]: paper["title"].split(":")[0] for paper in made_up.PAPERS}


def claims(folder: Path, scale: str = "quick") -> tuple[Claim, ...]:
    plan = made_up.make_spec(folder, scale, {})["plan"]
    return read_claims([*plan["claims"], *plan["untested_claims"]], scale)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.4213, "0.421"),
        (-0.6, "−0.6"),
        (20000, "20\u202f000"),
        (2000.0, "2000"),
        (1e-9, "1e−9"),
        (None, "–"),
        (math.nan, "–"),
        (-math.inf, "−∞"),
        (3, "3"),
        (999.7, "1000"),
        (1234.5, "1230"),
        (12345.6, "12\u202f300"),
    ],
)
def test_numbers(value: float | None, words: str) -> None:
    assert number(value) == words


def test_other_words() -> None:
    assert percent(0.98765) == "98.8\u202f%"
    assert [duration(seconds) for seconds in (0.52, 61, 1200, 7500, None)] == [
        "0.5 s",
        "61 s",
        "20 min",
        "2 h 5 min",
        "–",
    ]
    assert listing(["a", "b", "c"]) == "a, b and c"
    assert flattened({"a": {"b": 1, "c": [2]}, "d": {}}) == [("a.b", 1), ("a.c", [2])]
    assert commit("0123456789abcdef-dirty") == "0123456789 with changes"
    assert event_in_words("surge_2") == "second surge of test accuracy"
    assert event_in_words("something_new") == "something new"


@given(some.text(min_size=1))
def test_file_names_are_safe_and_do_not_collide_with_plain_ones(identifier: str) -> None:
    name = file_name(identifier)
    assert name
    assert "/" not in name
    assert not name.startswith(".")
    assert name.isascii()
    assert file_name(name) == name
    assert file_name(identifier + "<") != name


def test_a_run_in_words_names_what_is_done_to_it() -> None:
    settings = {
        "data": {"name": "mnist", "train_size": 3200},
        "model": {"kind": "mlp", "depth": 8, "width": 100, "bottleneck": None},
        "training": {},
    }
    assert run_in_words(settings) == "MLP of depth 8 and width 100 on mnist, N = 3200"
    settings["model"]["bottleneck"] = 20
    settings["training"]["rank_penalty"] = {"kind": "log_det", "strength": -0.1}
    assert "with a bottleneck of 20 with a log_det rank penalty of -0.1 on mnist" in run_in_words(settings)
    settings["model"]["init_scheme"] = "kaiming_normal"
    settings["training"] = {"jacobian_penalty": {"strength": 0.01}, "region_penalty": {"strength": -0.2}}
    assert "with kaiming normal initialisation with a Jacobian penalty of 0.01 with a region penalty of -0.2" in (
        run_in_words(settings)
    )
    settings["training"] = {"loss": "cross_entropy", "temperature": 10, "logit_penalty": {"strength": 0.1}}
    assert "initialisation with a logit penalty of 0.1 with a temperature of 10 on mnist" in run_in_words(settings)
    settings["training"] = {"loss": "normalized_cross_entropy"}
    assert "initialisation with logits of one norm in the loss on mnist" in run_in_words(settings)
    settings["training"] = {"loss": "cross_entropy", "label_smoothing": 0.1}
    assert "initialisation with labels smoothed by 0.1 on mnist" in run_in_words(settings)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ({"kind": "cnn", "depth": 5, "width": 32}, "CNN of depth 5 and width 32"),
        ({"kind": "resnet", "width": 16}, "ResNet of depth 18 and width 16"),
        ({"kind": "resnet", "width": 4, "stages": 3, "blocks": 1}, "ResNet of depth 8 and width 4"),
        ({"kind": "resnet_imagenet", "width": 64}, "ResNet (ImageNet layout) of depth 18 and width 64"),
        ({"kind": "unheard_of", "width": 4}, "UNHEARD_OF of width 4"),
    ],
    ids=str,
)
def test_networks_in_words(model: dict[str, Any], words: str) -> None:
    assert network_in_words(model) == words


def test_the_answer_counts(tmp_path: Path) -> None:
    answer = short_answer(claims(tmp_path), TITLES, "quick")
    assert "3 results and mechanisms were tested: 1 supported, 1 contradicted and 1 inconclusive; 1 more was" in answer
    assert "1 of 2 of Deep Grokking" in answer
    assert "Counted apart" not in answer


def test_checks_of_ours_are_counted_apart(tmp_path: Path) -> None:
    found = list(claims(tmp_path))
    found[0] = replace(found[0], settings={**found[0].settings, "kind": "control"})
    answer = short_answer(found, TITLES, "quick")
    assert "2 results and mechanisms were tested: 1 contradicted and 1 inconclusive" in answer
    assert "Counted apart: 1 check of ours was tested: 1 supported (controls," in answer


def test_the_answer_at_smoke_scale_claims_nothing(tmp_path: Path) -> None:
    assert "say nothing about the papers" in short_answer(claims(tmp_path, "smoke"), TITLES, "smoke")
    assert "No claim was tested" in short_answer([], TITLES, "smoke")


def test_a_claim_without_runs_is_not_tested(tmp_path: Path) -> None:
    untested = claims(tmp_path)[-1]
    assert (untested.verdict.kind, untested.effect, untested.seeds) == ("not_tested", None, None)
    assert untested.why


def test_the_runs_behind_a_claim_are_those_that_it_chooses(tmp_path: Path) -> None:
    item = made_up.make_spec(tmp_path, "quick", dict.fromkeys(("one", "two", "three"), ""))["plan"]["claims"][0]
    found = json.loads(Path(item["json"]).read_text(encoding="utf-8"))
    rows = [
        {**row, "run": "" if row["run"] == "one" else "two"}
        for row in found["per_seed"]
        if row["run"] in ("one", "two")
    ]
    made_up.write_json(Path(item["json"]), {**found, "per_seed": rows})
    assert read_claims([item], "quick")[0].runs == ("two", "one", "three")
    item["settings"]["parameters"] = {"axis": "depth", "positions": [1, 2]}
    assert read_claims([item], "quick")[0].runs == ("two", "three")
    item["settings"]["parameters"] = {"where": {"depth": 1}}
    assert read_claims([item], "quick")[0].runs == ("two",)


def test_the_smallest_effect_lies_on_the_side_of_the_claim(tmp_path: Path) -> None:
    item = made_up.make_spec(tmp_path, "quick", {"one": ""})["plan"]["claims"][0]
    item["settings"]["direction"] = "less"
    plot = seed_plot(read_claims([item], "quick")[0])
    assert plot is not None
    assert plot["smallest"][0] < plot["zero"]


def test_seeds_at_one_place_are_stacked_within_their_row(tmp_path: Path) -> None:
    item = made_up.make_spec(tmp_path, "paper", {"one": ""})["plan"]["claims"][0]
    found = json.loads(Path(item["json"]).read_text(encoding="utf-8"))
    same = [{**found["per_seed"][0], "seed": seed, "value": 2.0, "low": None, "high": None} for seed in range(10)]
    made_up.write_json(Path(item["json"]), {**found, "per_seed": same})
    plot = seed_plot(read_claims([item], "paper")[0])
    assert plot is not None
    heights = sorted(plot["rows"][0]["y"] + point["y"] for point in plot["rows"][0]["points"])
    assert all(later - earlier >= 10 for earlier, later in itertools.pairwise(heights))
    assert heights[0] >= 5
    assert heights[-1] <= plot["base"] - 5


def test_interval_plots_stay_in_their_box(tmp_path: Path) -> None:
    for claim in claims(tmp_path):
        plot = interval_plot(claim)
        if plot is None:
            assert claim.effect is None
            continue
        assert all(2 <= place <= 118 for place in (plot["zero"], plot["effect"], *plot["range"]))
        assert plot["range"][0] <= plot["effect"] <= plot["range"][1]
        assert (plot["effect"] > plot["zero"]) == (claim.effect is not None and claim.effect > 0)
    open_end = next(claim for claim in claims(tmp_path) if claim.interval and math.isinf(claim.interval[0]))
    assert interval_plot(open_end)["range"][0] == 2  # type: ignore[index]


def test_seeds_stay_in_their_plot_and_apart(tmp_path: Path) -> None:
    plan = made_up.make_spec(tmp_path, "quick", {"one": "", "two": ""})["plan"]
    claim = read_claims(plan["claims"], "quick")[0]
    plot = seed_plot(claim)
    assert plot is not None
    assert [row["label"] for row in plot["rows"]] == ["depth 4", "depth 8"]
    points = [(point["x"], row["y"] + point["y"]) for row in plot["rows"] for point in row["points"]]
    assert len(points) == len(set(points)) == 6
    assert all(plot["left"] <= x <= WIDTH for x, _ in points)
    assert plot["zero"] is None  # dates of two groups are no effects
    assert seed_plot(read_claims(made_up.make_spec(tmp_path, "quick", {})["plan"]["claims"], "quick")[0]) is None
    only = seed_plot(read_claims(made_up.make_spec(tmp_path, "quick", {"one": ""})["plan"]["claims"], "quick")[0])
    assert only is not None
    assert len(only["smallest"]) == 1


@given(some.floats(-1e3, 1e3), some.floats(1e-3, 1e3))
def test_ticks_lie_between_the_ends(left: float, width: float) -> None:
    found = ticks(left, left + width)
    texts = [text for _, text in told_apart(found)]
    assert len(set(texts)) == len(texts)
    assert 1 <= len(found) <= 8
    assert all(left - 1e-6 * width <= tick <= left + width * (1 + 1e-6) for tick in found)
