"""Experiments with a mistake: it gets one line that names file, key and value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from experiments_support import REPOSITORY, as_one_file, changed, refusal, written
from grokscope.config.start import load_plan
from grokscope.errors import UserError

PAPER = "deep_grokking"

BAD_EXPERIMENTS: list[tuple[str, Any, list[str]]] = [
    ("base.training.batch_size", 6000, ["training.batch_size 6000", "data.train_size"]),
    ("base.training.optimizer", "lion", ["training.optimizer", "'lion'", "adamw"]),
    ("base.model.depth", "deep", ["model.depth", "'deep'"]),
    ("base.model.hight", 3, ["model.hight", "unknown key", "3"]),
    ("base.data.name", "imagenet", ["data.name", "'imagenet'"]),
    ("base.metrics.probes.kinds", ["quadratic"], ["probes.kinds", "'quadratic'"]),
    ("base.metrics.curvature", {}, ["curvature", "unknown metric"]),
    ("figures.deep_grokking_fig2.sweeps", [], ["figures.deep_grokking_fig2", "names no sweep"]),
    ("figures.deep_grokking_fig2.sweeps", ["widths"], ["figures.deep_grokking_fig2.sweeps", "widths", "depths"]),
    ("figures.deep_grokking_fig2.metrics", ["adversarial"], ["deep_grokking_fig2.metrics", "adversarial"]),
    ("sweeps.depths.axes.depth.key", "model.depht", ["model.depht", "unknown key"]),
    ("run_id", "run-{model.kind}", ["run_id", "two different runs"]),
    ("run_id", "run-{model.colour}", ["run_id", "{model.colour}"]),
    ("default_variant", "corrected_twice", ["default_variant", "corrected_twice"]),
    ("base.training.weight_decay", float("inf"), ["base.training.weight_decay", "finite"]),
    ("base.training.weight_decay", True, ["training.weight_decay", "a number", "True"]),
    ("base.training.weight_decay", "0.01", ["training.weight_decay", "not text", "'0.01'"]),
    ("base.model.batch_norm", 1, ["model.batch_norm", "true or false", "1"]),
    ("base.training.betas", [0.9, 1.5], ["training.betas [0.9, 1.5]"]),
    ("sweeps.depths.axes.train_size.values", [70_000, 5000], ["data.train_size 70000", "60000 training samples"]),
    ("sweeps.depths.axes.depth.values", [], ["sweeps.depths.axes.depth.values", "empty"]),
    ("base.metrics.probes.kinds", ["ridge", "ridge"], ["metrics.probes.kinds", "twice"]),
    (
        "claims.deeper_generalises_later.estimand",
        "guess",
        ["deeper_generalises_later.estimand", "'guess'", "event_step_by_axis"],
    ),
    ("claims.deeper_generalises_later.test", "guess", ["deeper_generalises_later.test", "'guess'", "ordered"]),
    (
        "claims.deeper_generalises_later.parameters",
        {"axes": "depth", "event": "fit"},
        ["deeper_generalises_later.parameters.axes", "axis"],
    ),
    ("claims.deeper_generalises_later.parameters", {}, ["deeper_generalises_later.parameters", "needs axis"]),
    (
        "claims.deeper_generalises_later.figure",
        "deep_grokking_fig99",
        ["deeper_generalises_later.figure", "'deep_grokking_fig99'"],
    ),
    (
        "claims.deeper_generalises_later.family",
        "deep_groking",
        ["deeper_generalises_later.family", "'deep_groking'", "deep_grokking_depth"],
    ),
    (
        "claims.deeper_generalises_later.family",
        "",
        ["deeper_generalises_later.family", "missing", "deep_grokking_depth"],
    ),
    (
        "claims.rank_falls_with_generalisation.other_measures",
        {"wrong": {"third": "fit"}},
        ["other_measures.wrong.third", "first, second"],
    ),
    (
        "claims.deeper_delays_longer.other_measures",
        {"alone": {"axis": None}},
        ["other_measures.alone", "another shape"],
    ),
    ("families", {}, ["family", "declares no families"]),
    (
        "claims.deeper_fits_later.test",
        "fisher",
        ["deeper_fits_later.test", "'fisher'", "event_step_by_axis", "ordered, page, paired, survival"],
    ),
    (
        "claims.rank_falls_over_layers.test",
        "share",
        ["rank_falls_over_layers.test", "one value for each seed", "apart, equivalence, mean"],
    ),
    (
        "claims.depth_does_not_help.test",
        "survival",
        ["depth_does_not_help.test", "'survival'", "equivalence, ordered, page, paired"],
    ),
    (
        "claims.deeper_fits_later.parameters.event",
        "fitt",
        ["deeper_fits_later.parameters.event", "'fitt'", "did you mean fit?"],
    ),
    (
        "claims.deeper_fits_later.parameters.event",
        {"event": "fit", "epsilon": 1},
        ["deeper_fits_later.parameters.event", "without options"],
    ),
    (
        "claims.norm_does_not_mark_the_transition.parameters.second",
        {"event": "norm_fall", "curve": "weight_norm", "attack": "strong"},
        ["norm_does_not_mark_the_transition.parameters.second", "weight_norm", "no option attack"],
    ),
    (
        "claims.depth_does_not_help.parameters.curve",
        "accuracy",
        ["depth_does_not_help.parameters.curve", "'accuracy'", "test_accuracy"],
    ),
    ("figures.deep_grokking_fig2.reference", ["nothing.csv"], ["deep_grokking_fig2.reference", "nothing.csv"]),
    # checked whatever is asked for: another scale, another variant
    ("scales.smoke.training.steps", "many", ["training.steps", "'many'"]),
    ("variants.as_text.settings.training.optimizer", "lion", ["training.optimizer", "'lion'"]),
]
"""Where the mistake is, what stands there, and what the message says."""


@pytest.mark.parametrize(("path", "value", "words"), BAD_EXPERIMENTS)
def test_a_bad_experiment_is_refused_in_one_line(path: str, value: object, words: list[str], tmp_path: Path) -> None:
    file = written(changed(as_one_file(PAPER), path, value), tmp_path / "changed.yaml")
    message = refusal({"scale": "paper", "experiments": [file]})
    assert "changed.yaml" in message
    for word in words:
        assert word in message


def test_two_papers_may_not_declare_the_same_family(tmp_path: Path) -> None:
    """Holm's correction would take the claims of both together."""
    tree = as_one_file("always_grok")
    tree["families"]["deep_grokking_depth"] = "Another question?"
    file = written(tree, tmp_path / "other.yaml")
    with pytest.raises(
        UserError,
        match=r"other\.yaml: families\.deep_grokking_depth: is declared in experiments/deep_grokking/paper\.yaml too",
    ):
        load_plan({"experiments": ["experiments/deep_grokking", file]}, REPOSITORY)


def test_a_metric_that_the_architecture_can_not_give_is_refused(tmp_path: Path) -> None:
    tree = as_one_file(PAPER)
    tree["base"]["model"] |= {"kind": "cnn", "depth": 3}
    tree["sweeps"]["depths"]["axes"]["depth"]["values"] = [2, 3, 4]
    file = written(tree, tmp_path / "cnn.yaml")
    with pytest.raises(
        UserError, match=r"cnn\.yaml: base: run .*: metrics\.probes: cannot be measured on architecture cnn"
    ):
        load_plan({"experiments": [file]}, REPOSITORY)


def test_a_figure_without_a_module_is_refused(tmp_path: Path) -> None:
    tree = as_one_file(PAPER)
    tree["figures"]["new"] = {
        key: value for key, value in tree["figures"]["deep_grokking_fig2"].items() if key != "draw"
    }
    file = written(tree, tmp_path / "new.yaml")
    with pytest.raises(
        UserError,
        match=(
            r"new\.yaml: figures\.new: it has no key draw, and there is no module"
            r" grokscope\.figures\.deep_grokking\.new"
        ),
    ):
        load_plan({"experiments": [file], "figures": ["deep_grokking_fig1", "deep_grokking_new"]}, REPOSITORY)
