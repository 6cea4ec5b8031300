"""Every claim of both papers as an entry that the analysis understands."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from experiments_support import all_experiments
from grokscope.analysis.declarations import curves as declared_curves
from grokscope.analysis.declarations.estimands import ESTIMANDS
from grokscope.analysis.declarations.events import EVENTS
from grokscope.analysis.declarations.hypothesis_tests import DEFAULT_TEST, HYPOTHESIS_TESTS, SHAPES, fitting_tests
from grokscope.analysis.events.moments import DATES, FROM_ACCURACY
from grokscope.analysis.registry import DECLARED, find_module
from grokscope.analysis.sensitivity import ALTERNATIVES
from grokscope.config.curve_kinds import CURVE_MODELS
from grokscope.config.detector_settings import RankDefinition
from grokscope.config.metric_settings import METRIC_NAMES
from grokscope.metrics.rank import DEFINITIONS
from grokscope.metrics.registry import CURVES

CLAIMS = {f"{paper.id}.{name}": claim for _, paper in all_experiments() for name, claim in paper.claims.items()}
FAMILIES = {paper.id: paper.families for _, paper in all_experiments()}
ANALYSIS = Path(__file__).parents[2] / "src/grokscope/analysis"
EXPLANATIONS = {
    "deep_grokking": {
        "long tunnels delay generalisation": (
            "deeper_delays_longer",
            "tunnel_grows_with_depth",
            "rank_falls_over_layers",
            "probes_improve_with_the_collapse",
            "rank_collapses_when_networks_grok",
        ),
        "two stages come with a double descent of rank": (
            "double_descent_goes_with_two_surges",
            "second_descent_at_second_surge",
            "first_descent_before_first_surge",
            "deepest_network_shows_two_surges",
        ),
        "rank marks the transition and the weight norm does not": (
            "rank_dates_generalisation_better",
            "rank_level_dates_generalisation_better",
            "norm_falls_smoothly_rank_does_not",
            "norm_does_not_mark_the_transition",
            "norm_falls_before_generalisation",
        ),
    },
    "always_grok": {
        "robustness comes from region migration": (
            "migration_before_robustness",
            "robustness_needs_the_double_descent",
            "migration_causes_robustness",
            "complexity_falls_as_robustness_rises",
            "complexity_moves_with_generalisation",
            "complexity_has_three_phases",
            "complexity_has_three_phases_when_deep",
            "deeper_migrates_earlier_default_init",
            "complexity_has_three_phases_cnn",
            "complexity_has_three_phases_resnet",
            "complexity_has_three_phases_cnn_cifar100",
            "complexity_has_three_phases_gpt",
            "migration_before_robustness_gpt",
            "complexity_peaks_at_the_training_sequences",
            "complexity_is_low_at_the_training_sequences",
            "transformer_groks_with_complexity",
            "transformer_migrates_before_it_generalises",
            "regions_migrate_under_decay_at_a_fixed_radius",
            "regions_migrate_under_decay_at_a_relative_radius",
            "migration_before_generalisation_under_decay",
            "complexity_changes_during_training",
            "regions_gather_at_the_boundary",
            "regions_leave_the_training_points",
            "regions_gather_after_a_large_initialisation",
            "regions_leave_after_a_large_initialisation",
            "regions_gather_where_the_function_waves",
            "later_layers_gather_more",
            "complexity_approximates_region_counts",
            "region_counts_double_descend",
        ),
        "batch normalisation prevents migration": (
            "batch_norm_removes_the_double_descent",
            "batch_norm_removes_the_double_descent_cnn",
            "batch_norm_keeps_regions_near_the_data",
            "batch_norm_keeps_regions_near_the_data_resnet",
            "batch_norm_can_allow_migration",
        ),
    },
}
"""Paper -> what it explains -> the claims that test the explanation, what would break it, and signs of its failure."""
HELPERS = {"result", "permutation", "location", "bounds", "sign_test"}
FUNCTIONS = {"estimands": "estimate", "hypothesis_tests": "run_test", "premises": "missing"}


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_names_what_exists(name: str) -> None:
    claim = CLAIMS[name]
    estimand, test = find_module("estimands", claim.estimand, name), find_module("hypothesis_tests", claim.test, name)
    inspect.signature(estimand.estimate).bind(None, **claim.parameters)
    names = estimand.thresholds(**claim.parameters) if hasattr(estimand, "thresholds") else estimand.THRESHOLDS
    assert set(names) <= set(ALTERNATIVES)
    assert test.KIND in ("one_sided", "equivalence", "apart")
    assert claim.statement.endswith(".")
    assert claim.unit
    assert claim.smallest_effect > 0
    assert bool(claim.sweeps) != bool(claim.needs)
    assert all(text.endswith(".") for text in claim.means.model_dump().values())
    if claim.sweeps:
        assert claim.figure


def test_families_are_questions_that_some_claims_answer() -> None:
    for paper, families in FAMILIES.items():
        asked = {claim.family for name, claim in CLAIMS.items() if name.startswith(f"{paper}.")}
        assert asked == set(families)
        assert all(question.endswith("?") for question in families.values())


@pytest.mark.parametrize("package", FUNCTIONS)
def test_every_module_is_declared_and_every_declaration_has_its_module(package: str) -> None:
    modules = {path.stem for path in (ANALYSIS / package).glob("*.py")} - {"__init__"} - HELPERS
    assert modules == set(DECLARED[package])
    for name in DECLARED[package]:
        module = find_module(package, name, "")  # type: ignore[arg-type]
        assert callable(getattr(module, FUNCTIONS[package]))


def test_parameters_that_declarations_speak_of_are_those_of_the_functions() -> None:
    for name, declared in ESTIMANDS.items():
        taken = set(inspect.signature(find_module("estimands", name, "").estimate).parameters)
        assert set(declared.events) | set(declared.curves) <= taken, name
        assert declared.grouped is None or set(declared.grouped_by) <= taken, name


def test_events_and_curves_that_are_declared_are_those_that_can_be_dated_and_read() -> None:
    assert set(EVENTS) == {*FROM_ACCURACY, *DATES}
    assert set(CURVES) == set(CURVE_MODELS)
    for event, declared in EVENTS.items():
        assert set(declared.thresholds) <= set(ALTERNATIVES), event
        if event in DATES:
            assert declared.metrics == declared_curves.metrics_of_curves(DATES[event][0]), event
    assert {metric for event in EVENTS.values() for metric in event.metrics} <= set(METRIC_NAMES)


def test_every_shape_of_effects_has_a_test_and_a_default_that_fits() -> None:
    assert set(SHAPES) == set(DEFAULT_TEST) == {shape for shapes in HYPOTHESIS_TESTS.values() for shape in shapes}
    assert all(DEFAULT_TEST[shape] in fitting_tests(shape) for shape in SHAPES)


def test_declarations_need_neither_pandas_nor_torch() -> None:
    code = (
        "import sys; import grokscope.config.start; assert not {'pandas', 'numpy', 'torch', 'scipy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": ":".join(sys.path)})


def test_every_part_of_the_explanations_and_table_1_are_covered() -> None:
    for paper, explanations in EXPLANATIONS.items():
        mine = {name.partition(".")[2]: claim for name, claim in CLAIMS.items() if name.startswith(f"{paper}.")}
        parts = {"mechanism", "break_condition", "failure_signature"}
        named = [name for names in explanations.values() for name in names]
        assert sorted(named) == sorted(name for name, claim in mine.items() if claim.kind in parts)
        assert all("mechanism" in {mine[name].kind for name in names} for names in explanations.values())
        counts = Counter(claim.kind for claim in mine.values())
        assert min(counts[kind] for kind in ("result", *parts)) >= 2
    assert sum(claim.kind == "table" for claim in CLAIMS.values()) == 10  # batch normalisation for both networks


def test_the_definitions_of_rank_that_settings_may_name_are_those_there_are() -> None:
    assert set(get_args(RankDefinition)) == set(DEFINITIONS)
    assert set(ALTERNATIVES["rank_definition"]) < set(DEFINITIONS)
