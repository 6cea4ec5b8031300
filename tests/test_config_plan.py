"""From config and experiments to runs, figures and claims."""

from pathlib import Path

import pytest

from grokscope.config.plan import Plan
from grokscope.config.start import load_plan
from grokscope.config.sweeps import merge

REPOSITORY = Path(__file__).parents[1]


def plan(**config: object) -> Plan:
    return load_plan(config, REPOSITORY)[1]


def test_merge_replaces_leaves_and_keeps_its_arguments() -> None:
    base = {"a": {"b": 1, "c": 2}, "d": [1]}
    assert merge(base, {"a": {"b": 3}}, {"d": [2], "e": 0}) == {"a": {"b": 3, "c": 2}, "d": [2], "e": 0}
    assert base == {"a": {"b": 1, "c": 2}, "d": [1]}


def test_two_figures_share_the_runs_they_have_in_common() -> None:
    made = plan(scale="paper")
    first, second = (made.figures[f"deep_grokking_fig{number}"].runs() for number in (1, 2))
    assert len(first) == 3
    assert len(second) == 6
    assert len(set(first) & set(second)) == 2


def test_paper_scale_has_the_published_settings() -> None:
    made = plan(scale="paper")
    run = made.runs["mnist-mlp-d12-w400-n7000-init8-wd0.01"].settings
    assert (run.training.steps, run.training.batch_size, run.training.dtype, run.training.optimizer) == (100_000, 200, "float64", "adamw")
    assert made.runs["mnist-mlp-d4-w200-n1000-init1-wd0.01"].metrics.adversarial.steps == 100


def test_one_figure_needs_only_its_runs_and_claims() -> None:
    made = plan(scale="smoke", figures=["deep_grokking_fig2"])
    assert made.selected_figures == ["deep_grokking_fig2"]
    assert set(made.selected_runs()) == set(made.figures["deep_grokking_fig2"].runs())
    assert "deep_grokking_deeper_generalises_later" in made.claims
    assert all(set(claim.runs()) <= set(made.selected_runs()) for claim in made.claims.values())
    assert "always_grok_robustness_is_delayed" in made.untested_claims


def test_variants_are_runs_of_their_own() -> None:
    made = plan(scale="paper", variants=["as_code", "as_text"])
    assert made.runs["mnist-mlp-d4-w400-n5000-init8-wd0.01-as_text"].settings.training.optimizer == "adam"
    assert {"deep_grokking_fig2", "deep_grokking_fig2-as_text"} <= set(made.selected_figures)


@pytest.mark.parametrize("scale", ["smoke", "quick", "paper"])
def test_positions_name_the_same_condition_at_every_scale(scale: str) -> None:
    members = plan(scale=scale).figures["deep_grokking_fig2"].members
    assert {tuple(member.positions.items()) for member in members} == {
        (("train_size", size), ("depth", depth)) for size in range(2) for depth in range(3)
    }
