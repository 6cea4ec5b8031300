"""Experiments in one file: what a claim or a file may leave out there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from experiments_support import as_one_file, refusal, written
from grokscope.config.experiment_files import load_experiments
from grokscope.config.start import load_plan

FIGURE = "deep_grokking_fig2"
REPOSITORY = Path(__file__).parents[2]


def of_one_figure(name: str, *, prefixed: bool = True) -> dict[str, Any]:
    """Deep Grokking with one figure, under its full name or without the paper's id, and a claim without sweeps."""
    tree = as_one_file("deep_grokking")
    claim = {key: value for key, value in tree["claims"]["deeper_fits_later"].items() if key != "sweeps"}
    tree["figures"] = {FIGURE if prefixed else "fig2": tree["figures"][FIGURE]}
    tree["claims"] = {"deeper_fits_later": claim | {"figure": name}}
    return tree


@pytest.mark.parametrize("prefixed", [True, False])
def test_a_claim_without_sweeps_is_about_the_runs_of_the_figure_that_it_names(tmp_path: Path, prefixed: bool) -> None:
    file = tmp_path / "one.yaml"
    written(of_one_figure(FIGURE, prefixed=prefixed), file)
    _, found = load_experiments(file)
    (figure,) = found.figures.values()
    assert found.claims["deeper_fits_later"].sweeps == figure.sweeps == ["depths"]
    _, plan = load_plan({"scale": "smoke", "experiments": [str(file)], "figures": "all"}, REPOSITORY)
    assert list(plan.claims) == ["deep_grokking_deeper_fits_later"]


def test_a_claim_that_waits_for_runs_keeps_waiting(tmp_path: Path) -> None:
    tree = of_one_figure(FIGURE)
    tree["claims"]["deeper_fits_later"]["needs"] = "a larger machine"
    file = tmp_path / "one.yaml"
    written(tree, file)
    assert load_experiments(file)[1].claims["deeper_fits_later"].sweeps == []


def test_a_claim_on_a_figure_that_is_not_there_is_still_refused(tmp_path: Path) -> None:
    file = written(of_one_figure("deep_grokking_fig22"), tmp_path / "one.yaml")
    assert (
        "one.yaml: claims.deeper_fits_later.figure: 'deep_grokking_fig22' is no figure of these experiments, and the"
        f" claim names no sweeps, so that it has no runs; known are {FIGURE}; did you mean {FIGURE}?"
    ) in refusal({"experiments": [file]})
    tree = of_one_figure(FIGURE)
    del tree["claims"]["deeper_fits_later"]["figure"]
    file = written(tree, tmp_path / "one.yaml")
    assert "a claim without sweeps has to say under needs" in refusal({"experiments": [file]})


def test_a_claim_of_a_file_without_a_figure_may_name_one_of_another_file(tmp_path: Path) -> None:
    tree = of_one_figure(FIGURE)
    claims = {"claims": tree.pop("claims")}
    figure, sweeps = tree.pop("figures")[FIGURE], tree.pop("sweeps")
    folder = tmp_path / "parts"
    folder.mkdir()
    written(tree, folder / "paper.yaml")
    written({"figure": figure, "sweeps": sweeps}, folder / "fig2.yaml")
    written(claims, folder / "more.yaml")
    assert load_experiments(folder)[1].claims["deeper_fits_later"].sweeps == ["depths"]


@pytest.mark.parametrize("left_out", [["claims"], ["claims", "figures"]])
def test_a_file_needs_neither_claims_nor_figures(tmp_path: Path, left_out: list[str]) -> None:
    tree = of_one_figure(FIGURE)
    file = tmp_path / "one.yaml"
    written({key: value for key, value in tree.items() if key not in left_out}, file)
    _, plan = load_plan({"scale": "smoke", "experiments": [str(file)], "figures": "all"}, REPOSITORY)
    assert plan.selected_figures == ([] if "figures" in left_out else [FIGURE])
