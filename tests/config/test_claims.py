"""Claims say little: effect and expectation; the rest is derived, and what contradicts it is refused in one line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from claim_files import EFFECT, MEANS, claim, loaded
from experiments_support import REPOSITORY, all_experiments, as_one_file
from grokscope.config.experiment_files import load_experiments
from grokscope.config.start import load_plan
from grokscope.errors import UserError


def test_a_claim_says_its_effect_and_what_it_expects(tmp_path: Path) -> None:
    found = loaded(tmp_path, claim())
    assert (found.estimand, found.test, found.direction, found.smallest_effect) == (
        "event_step_by_axis",
        "survival",
        "less",
        0.025,
    )
    assert found.parameters == {"axis": "depth", "event": "rank_collapse", "where": {"train_size": 0}}
    assert (found.metrics, found.unit) == (["accuracy", "spectra"], "decades of steps per layer")
    lag = {"event_lag": {"first": "fit", "second": "surge_1", "where": {"train_size": "larger", "depth": "deep"}}}
    together = loaded(tmp_path, claim(effect=lag, expect={"within": "coincide"}))
    assert (together.test, together.smallest_effect, together.unit) == (
        "equivalence",
        0.2,
        "decades from fit to the first surge",
    )
    assert together.parameters["where"] == {"train_size": 1, "depth": 2}
    assert loaded(tmp_path, claim(effect=lag, expect={"apart": "coincide"})).test == "apart"
    shares = {
        "event_shown": {"event": "surge_2", "axis": "depth", "split_at": "middle", "where": {"train_size": "larger"}}
    }
    assert loaded(tmp_path, claim(effect=shares, expect={"greater": "more_common"})).parameters["split_at"] == 1
    two = {
        "event_step_by_axis": {
            "axis": "depth",
            "event": "fit",
            "where": {"train_size": "larger"},
            "positions": ["shallow", "deep"],
        }
    }
    assert (loaded(tmp_path, claim(effect=two)).unit, loaded(tmp_path, claim(effect=two)).parameters["positions"]) == (
        "decades of steps per layer",
        [0, 2],
    )


def test_metrics_are_those_of_the_effect_and_of_other_measures(tmp_path: Path) -> None:
    level = {"curve_level": {"curve": "test_accuracy", "statistic": "final", "where": {"train_size": 0, "depth": 0}}}
    found = loaded(
        tmp_path, claim(effect=level, expect={"less": "accuracy"}, other_measures={"by the probe": {"curve": "probe"}})
    )
    assert found.metrics == ["accuracy", "probes"]
    by_position = loaded(tmp_path, claim(other_measures={"larger set": {"where": {"train_size": "larger"}}}))
    assert by_position.other_measures == {"larger set": {"where": {"train_size": 1}}}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"effect": {"a": {}, "b": {}}}, ["effect", "one estimand"]),
        ({"effect": "event_lag"}, ["effect", "one estimand"]),
        ({"expect": {"more": "lag"}}, ["expect", "'more'", "greater, less, within, apart"]),
        ({"expect": {"less": 0.1}}, ["expect.less", "name of a smallest effect", "smallest_effects.yaml", "got 0.1"]),
        ({"expect": {"less": True}}, ["expect.less", "name of a smallest effect"]),
        ({"expect": {"less": "A lot"}}, ["expect", "no smallest effect 'A lot'"]),
        ({"expect": {"less": "a_lot"}}, ["expect", "no smallest effect 'a_lot'", "those that fit are later_per_layer"]),
        ({"expect": {"less": "later_per_layer"}, "smallest_effect": 0.1}, ["smallest_effect: 0.1", "leave it out"]),
        ({"direction": "greater"}, ["direction", "beside expect"]),
        ({"expect": {"within": "later_per_layer"}, "test": "mean"}, ["test", "beside expect"]),
        ({"parameters": {}}, ["parameters", "beside effect"]),
        ({"metrics": ["accuracy"]}, ["metrics", "accuracy, spectra", "leave metrics out"]),
        ({"metrics": ["accuracy", "spectra", "probes"]}, ["metrics", "accuracy, spectra", "leave metrics out"]),
        ({"unit": "layers per layer"}, ["unit", "'layers", "begin with 'decades'"]),
        ({"sweeps": []}, ["has to say under needs"]),
        (
            {"effect": {"event_step_by_axis": EFFECT["event_step_by_axis"] | {"where": {"train_size": "small"}}}},
            ["where", "'small'", "smaller, larger"],
        ),
        (
            {"effect": {"event_step_by_axis": EFFECT["event_step_by_axis"] | {"where": {"width": "small"}}}},
            ["where", "'small'", "axis width", "not given"],
        ),
        (
            {"effect": {"event_step_by_axis": EFFECT["event_step_by_axis"] | {"positions": ["deepest"]}}},
            ["positions", "'deepest'", "shallow, middle, deep"],
        ),
        (
            {"sweeps": ["depths", "weight_decays", "sizes"]},
            ["'smaller'", "axis train_size", "not the same in all sweeps"],
        ),
    ],
)
def test_a_claim_that_contradicts_itself_is_refused_in_one_line(
    settings: dict[str, Any], words: list[str], tmp_path: Path
) -> None:
    with pytest.raises(UserError) as caught:
        loaded(tmp_path, claim(**settings))
    message = str(caught.value)
    assert "\n" not in message
    for word in ("changed.yaml", "claims.mine", *words):
        assert word in message


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["shallow", "deep"], "names: there are 2 names for 3 values at scale smoke"),
        (["deep", "deep", "deeper"], "names: two positions have the same name"),
    ],
)
def test_every_position_has_a_name_of_its_own(names: list[str], message: str, tmp_path: Path) -> None:
    tree = as_one_file("deep_grokking")
    tree["sweeps"]["depths"]["axes"]["depth"]["names"] = names
    file = tmp_path / "changed.yaml"
    file.write_text(yaml.safe_dump(tree))
    with pytest.raises(UserError, match=rf"changed\.yaml: sweeps\.depths\.axes\.depth\.{message}"):
        load_plan({"experiments": [str(file)]}, REPOSITORY)


def test_claims_of_a_figure_are_tested_on_its_runs(tmp_path: Path) -> None:
    """Unless they name sweeps of their own, or what they need."""
    tree = as_one_file("deep_grokking")
    figure = tree["figures"].pop("deep_grokking_fig3")
    paper = {key: value for key, value in tree.items() if key not in ("figures", "claims")}
    (tmp_path / "paper.yaml").write_text(yaml.safe_dump(paper))
    entries = {
        "mine": claim(),
        "other": claim(sweeps=["weight_decays"]),
        "later": claim(needs="more runs", effect={"event_step_by_axis": {"axis": "depth"}}),
    }
    del entries["mine"]["sweeps"], entries["later"]["sweeps"]
    (tmp_path / "fig3.yaml").write_text(
        yaml.safe_dump({"figure": figure | {"at": {"train_size": "larger"}}, "claims": entries})
    )
    found = load_experiments(tmp_path)[1]
    assert {name: one.sweeps for name, one in found.claims.items()} == {
        "mine": ["depths"],
        "other": ["weight_decays"],
        "later": [],
    }
    assert found.figures["deep_grokking_fig3"].at == {"train_size": 1}


def test_claims_of_a_file_share_what_they_do_not_say_themselves(tmp_path: Path) -> None:
    tree = as_one_file("deep_grokking")
    paper = {key: value for key, value in tree.items() if key not in ("figures", "claims")}
    (tmp_path / "paper.yaml").write_text(yaml.safe_dump(paper))
    shared = {"kind": "control", "family": "deep_grokking_depth", "sweeps": ["depths"], "minimum_seeds": 5}
    entries = {"mine": claim(), "other": claim(family="deep_grokking_rank", kind="table", minimum_seeds=3)}
    del entries["mine"]["family"], entries["mine"]["sweeps"]
    (tmp_path / "more.yaml").write_text(yaml.safe_dump({"all_claims": shared, "claims": entries}))
    found = load_experiments(tmp_path)[1].claims
    assert [(one.kind, one.family, one.sweeps, one.minimum_seeds) for one in found.values()] == [
        ("control", "deep_grokking_depth", ["depths"], 5),
        ("table", "deep_grokking_rank", ["depths"], 3),
    ]
    (tmp_path / "more.yaml").write_text(yaml.safe_dump({"all_claims": {"colour": 3}, "claims": {}}))
    with pytest.raises(UserError, match=r"more\.yaml: all_claims\.colour: unknown key"):
        load_experiments(tmp_path)


def test_what_an_inconclusive_verdict_means_follows_from_effect_and_test(tmp_path: Path) -> None:
    def meaning(**settings: Any) -> str:
        means = {key: text for key, text in MEANS.items() if key != "inconclusive"}
        return loaded(tmp_path, claim(means=means, **settings)).means.inconclusive

    one = {"train_size": "larger", "depth": "deep"}
    lag = {"event_lag": {"first": "fit", "second": "surge_1", "where": one}}
    assert meaning() == "The dates are not ordered clearly from one condition to the next."
    assert meaning(effect=lag, expect={"less": "lag"}) == "The order of the two dates is not clear from these seeds."
    for expectation in ("within", "apart"):
        told = "These seeds do not tell whether the two dates agree or differ."
        assert meaning(effect=lag, expect={expectation: "coincide"}) == told
    two = {"event_step_by_axis": EFFECT["event_step_by_axis"] | {"positions": ["middle", "deep"]}}
    assert meaning(effect=two) == "The dates under the two conditions overlap too much to tell."
    share = {"event_shown": {"event": "surge_2", "where": one}}
    assert (
        meaning(effect=share, expect={"greater": "most"})
        == "About half of the seeds show it, or too few seeds can be used."
    )
    assert loaded(tmp_path, claim()).means.inconclusive == "unknown."


def test_the_two_runs_of_a_lag_are_given_by_the_names_of_their_positions(tmp_path: Path) -> None:
    def effect(between: Any) -> dict[str, Any]:
        return {"event_lag": {"first": "fit", "second": "fit", "between": between, "where": {"train_size": "larger"}}}

    found = loaded(tmp_path, claim(effect=effect({"depth": ["deep", "shallow"]}), expect={"less": "lag"}))
    assert (found.parameters["between"], found.test) == ({"depth": [2, 0]}, "mean")
    assert found.unit == "decades from fit in the first run to that in the second"
    for between, words in (
        ({"depth": ["deep"]}, r"between\.depth: expected two positions"),
        ({"depth": ["deep", "deep"]}, r"between\.depth: expected two positions"),
        ({"depth": [0, 1], "train_size": [0, 1]}, "between: expected one axis"),
        (["shallow", "deep"], "between: expected one axis"),
        ({"depth": ["deep", "deepest"]}, "'deepest' is no position on axis depth"),
    ):
        with pytest.raises(UserError, match=words):
            loaded(tmp_path, claim(effect=effect(between)))


def test_claims_of_the_repository_are_short() -> None:
    """At most twelve lines each, one for every key and every sentence on what a verdict means."""
    folder = REPOSITORY / "experiments"
    lengths = []
    for path in folder.glob("*/*.yaml"):
        text = path.read_text(encoding="utf-8")
        names = yaml.safe_load(text).get("claims") or {}
        for entry in names.values():
            assert not {"metrics", "estimand", "parameters", "direction", "smallest_effect"} & set(entry)
        body = text.partition("\nclaims:\n")[2]
        lengths += [len(lines.strip().splitlines()) for lines in re.split(r"(?m)^  (?=\w+:$)", body) if lines.strip()]
    assert len(lengths) == sum(len(paper.claims) for _, paper in all_experiments())
    assert max(lengths) <= 12
    assert sum(lengths) <= 10 * len(lengths)
