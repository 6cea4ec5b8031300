"""From config and experiments to runs, figures and claims."""

import shutil
from pathlib import Path

import pytest

from grokscope.config.plan import Plan
from grokscope.config.start import load_plan
from grokscope.config.sweeps import merge
from grokscope.errors import UserError

REPOSITORY = Path(__file__).parents[2]


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
    assert (run.training.steps, run.training.batch_size, run.training.dtype, run.training.optimizer) == (
        100_000,
        200,
        "float64",
        "adamw",
    )
    assert made.runs["mnist-mlp-d4-w200-n1000-init1-wd0.01"].metrics["adversarial"].steps == 100


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


def test_a_figure_is_asked_for_in_every_variant_or_in_one() -> None:
    both = plan(scale="smoke", variants=["as_code", "as_text"], figures=["deep_grokking_fig6"])
    assert both.selected_figures == ["deep_grokking_fig6", "deep_grokking_fig6-as_text"]
    one = plan(scale="smoke", variants=["as_code", "as_text"], figures=["deep_grokking_fig6-as_text"])
    assert one.selected_figures == ["deep_grokking_fig6-as_text"]


@pytest.mark.parametrize("scale", ["smoke", "quick", "paper"])
def test_positions_name_the_same_condition_at_every_scale(scale: str) -> None:
    members = plan(scale=scale).figures["deep_grokking_fig2"].members
    assert {tuple(member.positions.items()) for member in members} == {
        (("train_size", size), ("depth", depth)) for size in range(2) for depth in range(3)
    }


def test_a_sweep_of_another_files_base_shares_its_runs() -> None:
    made = plan(scale="paper", figures="all")
    ours, theirs = made.figures["extensions_both_measures"].runs(), made.figures["deep_grokking_fig2"].runs()
    assert set(ours) == set(theirs)
    assert all("local_complexity" in made.runs[run].metrics for run in ours)


def test_equal_settings_are_one_run_whatever_a_sweep_would_call_it() -> None:
    made = plan(scale="paper", figures="all")
    double, single = made.figures["extensions_arithmetic"].members[1], made.figures["extensions_arithmetic"].members[0]
    assert double.run == "mnist-mlp-d12-w400-n7000-init8-wd0.01"
    assert single.run.endswith("-float32")
    penalties = [
        member.run for member in made.figures["extensions_interventions"].members if member.axes.get("strength") == 0
    ]
    assert penalties == ["mnist-mlp-d12-w400-n2000-init8-wd0.01"] * 2


def test_figures_choose_runs_by_position() -> None:
    made = plan(scale="paper", figures="all")
    assert {made.runs[run].settings.data.train_size for run in made.figures["deep_grokking_fig3"].runs()} == {5000}
    assert {made.runs[run].settings.data.train_size for run in made.figures["deep_grokking_fig7"].runs()} == {5000}
    assert {made.runs[run].settings.training.weight_decay for run in made.figures["deep_grokking_fig7"].runs()} == {
        0.005,
        0.01,
        0.05,
    }


def test_a_sweep_that_is_like_another_has_its_runs() -> None:
    for scale in ("smoke", "quick", "paper"):
        made = plan(scale=scale)
        fig10, fig7 = (set(made.figures[f"always_grok_fig{number}"].runs()) for number in (10, 7))
        assert len(fig10) == 5
        assert fig7 < fig10
        (run,) = fig7
        assert {"partition", "adversarial", "local_complexity_radii"} <= set(made.runs[run].metrics.names())
        assert not any("partition" in made.runs[other].metrics for other in fig10 - fig7)


def test_a_sweep_may_be_like_one_that_is_like_another() -> None:
    made = plan(scale="paper", figures=["always_grok_table_1_resnet_width"])
    runs = [made.runs[run].settings for run in made.figures["always_grok_table_1_resnet_width"].runs()]
    assert [run.model.width for run in runs] == [16, 32, 64]
    assert {(run.model.kind, run.training.steps) for run in runs} == {("resnet", 440_000)}
    assert {(run.data.name, run.training.loss) for run in runs} == {("cifar10", "cross_entropy")}


@pytest.mark.parametrize(
    ("other", "message"),
    [("scaled", "has no sweep 'scaled'; it has"), ("induced_depth_four", "sweep induced_depth_four is like itself")],
)
def test_a_sweep_can_be_like_no_sweep_that_is_not_there_or_like_itself(
    tmp_path: Path, other: str, message: str
) -> None:
    folder = tmp_path / "always_grok"
    shutil.copytree(REPOSITORY / "experiments/always_grok", folder)
    file = folder / "fig7.yaml"
    file.write_text(file.read_text().replace("like: scaled_init", f"like: {other}"))
    with pytest.raises(UserError, match=f"fig7.yaml: sweeps.induced_depth_four.like: .*{message}"):
        plan(experiments=[str(folder)])


def test_claims_come_with_their_figure_or_need_nothing_more() -> None:
    fig2 = plan(scale="quick", figures=["always_grok_fig2"])
    run = fig2.figures["always_grok_fig2"].runs()[0]
    assert "always_grok_robustness_is_delayed" in fig2.claims
    assert "always_grok_robustness_survives_small_attacks" not in fig2.claims
    assert "attack_suite" not in fig2.metrics_needed()[run]
    assert "weight_norm" in fig2.metrics_needed()[run], "its page shows what the paper's base measures"
    attacks = plan(scale="quick", figures=["always_grok_attacks"])
    assert "always_grok_robustness_survives_small_attacks" in attacks.claims
    assert "always_grok_robustness_is_delayed" not in attacks.claims, "the attack of Fig 2 is not measured"


def test_runs_of_grids_are_trained_but_not_shown() -> None:
    made = plan(scale="quick", figures=["extensions_phase_map"])
    cells = set(made.figures["extensions_phase_map"].runs())
    assert len(cells) == 54
    assert cells <= set(made.selected_runs())
    assert not cells & set(made.shown_runs())


def test_an_unknown_base_or_position_is_refused(tmp_path: Path) -> None:
    for old, new, message in (
        (
            "of: deep_grokking",
            "of: deeper_grokking",
            "rank_definitions.yaml: sweeps.sizes.of: no experiments have the id 'deeper_grokking'",
        ),
        (
            "sweeps: [sizes]\n  metrics",
            "sweeps: [sizes]\n  at: {train_size: 7}\n  metrics",
            "rank_definitions.yaml: figure.at: no run at",
        ),
    ):
        folder = tmp_path / new[:2]
        shutil.copytree(REPOSITORY / "experiments/extensions", folder)
        file = folder / "rank_definitions.yaml"
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))
        with pytest.raises(UserError, match=message):
            plan(experiments=["experiments/deep_grokking", "experiments/always_grok", str(folder)])


def test_a_sweep_may_have_fewer_seeds_where_their_number_is_left_open() -> None:
    run = load_plan({"scale": "quick"}, REPOSITORY)[1].figures["always_grok_fig2"].runs()[0]
    for seeds, expected in (("auto", [0, 1, 2]), (4, [0, 1, 2, 3]), ([5, 7], [5, 7])):
        config, plan = load_plan({"scale": "quick", "seeds": seeds}, REPOSITORY)
        assert config.seed_list(plan.runs[run].seeds_at_most) == expected
    _, plan = load_plan({"scale": "quick"}, REPOSITORY)
    assert {run.seeds_at_most for run in plan.runs.values()} == {None, 3, 5}


def test_a_value_on_an_axis_may_bring_further_settings() -> None:
    made = plan(scale="quick", figures=["always_grok_optimisers"])
    members = made.figures["always_grok_optimisers"].members
    trained = {(member.axes["optimizer"], made.runs[member.run].settings.training.learning_rate) for member in members}
    assert trained == {("adamw", 2e-3), ("rmsprop", 5e-4), ("sgd", 0.1), ("plain_sgd", 1.0)}


def test_follow_ups_share_the_network_that_they_vary() -> None:
    """Each sweep has it as one of its runs, at every scale, and at paper scale it is that of Fig 2."""
    for scale in ("smoke", "quick", "paper"):
        made = plan(scale=scale)
        names = (
            "second_descent",
            "label_noise",
            "activations",
            "optimisers",
            "init_schemes",
            "interventions",
            "jacobian",
        )
        shared = set.intersection(*(set(made.figures[f"always_grok_{name}"].runs()) for name in names))
        assert len(shared) == 1, scale
        assert scale != "paper" or shared == set(made.figures["always_grok_fig2"].runs())
