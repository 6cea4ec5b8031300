"""The list of figures, and what is said of a target that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from grokscope.config.layout import Layout
from grokscope.config.nearest import nearest_to
from grokscope.config.start import load_plan
from grokscope.config.targets import figure_list, unknown_target

REPOSITORY = Path(__file__).parents[2]
CONFIG, PLAN = load_plan({"scale": "quick"}, REPOSITORY)
LAYOUT = Layout.of(CONFIG)
NAMES = [name for name, item in PLAN.figures.items() if item.members] + ["all", "report", "claims"]


def test_the_list_names_every_figure_once_with_its_state() -> None:
    listed = figure_list(PLAN, LAYOUT, lambda figure: figure == "deep_grokking_fig2")
    for name, item in PLAN.figures.items():
        (line,) = [line for line in listed.splitlines() if line[2:].split()[:1] == [name]]
        assert item.settings.title in line
        expected = (
            "not at this scale" if not item.members else "finished" if name == "deep_grokking_fig2" else "not made yet"
        )
        assert expected in line
        assert line.startswith("*") == (name in PLAN.selected_figures)
    for paper in PLAN.papers:
        assert paper["title"] in listed


@pytest.mark.parametrize(
    ("target", "meant"),
    [
        ("deep_grokking_fig77", "deep_grokking_fig7"),
        ("Always_Grok_Fig10", "always_grok_fig10"),
        ("reprot", "report"),
        ("results/quick/figures/deep_grokking_fig77.svg", "results/quick/figures/deep_grokking_fig7.svg"),
        ("results/smoke/figures/deep_grokking_fig2.png", "results/quick/figures/deep_grokking_fig2.png"),
    ],
)
def test_the_nearest_target_is_named_first(target: str, meant: str) -> None:
    line = unknown_target(target, NAMES, PLAN, LAYOUT)
    assert f"did you mean {meant} or " in line or f"did you mean {meant}?" in line
    assert "snakemake list" in line
    assert "\n" not in line


def test_nothing_is_guessed_where_nothing_is_alike() -> None:
    assert nearest_to("qqqq", NAMES) == []
    assert "did you mean" not in unknown_target("qqqq", NAMES, PLAN, LAYOUT)


@pytest.mark.parametrize("target", ["always_grok_fig17", "results/quick/figures/always_grok_fig17.svg"])
def test_a_figure_of_other_scales_says_which(target: str) -> None:
    assert (
        unknown_target(target, NAMES, PLAN, LAYOUT)
        == "always_grok_fig17 is not defined at scale quick, only at smoke and paper"
    )
