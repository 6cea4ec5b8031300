"""Every claim of both papers as an entry that the analysis understands."""

from __future__ import annotations

import inspect
from collections import Counter
from typing import get_args

import pytest

from experiments_support import all_experiments
from grokscope.analysis.registry import find_module
from grokscope.analysis.sensitivity import ALTERNATIVES
from grokscope.config.detector_settings import RankDefinition
from grokscope.config.experiments import ClaimSettings
from grokscope.metrics.rank import DEFINITIONS

CLAIMS = {
    f"{paper.id}.{name}": claim for _, paper in all_experiments() for name, claim in paper.claims.items()
}


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


def test_families_belong_to_one_paper() -> None:
    assert all(claim.family.startswith(name.split(".")[0]) for name, claim in CLAIMS.items())


def test_the_summaries_and_table_1_are_covered() -> None:
    kinds = {paper: Counter(claim.kind for name, claim in CLAIMS.items() if name.startswith(paper)) for paper in ("deep_grokking", "always_grok")}
    for found in kinds.values():
        assert min(found[kind] for kind in ("result", "mechanism", "break_condition", "failure_signature")) >= 2
    assert kinds["always_grok"]["table"] == 10  # the rows of Table 1, batch normalisation for both networks
    for paper, mechanisms in (("deep_grokking", 3), ("always_grok", 3)):
        texts = " ".join(claim.where for name, claim in CLAIMS.items() if name.startswith(paper))
        assert all(f"mechanism {number}" in texts for number in range(1, mechanisms + 1))
        assert all(f"{word} key result" in texts for word in ("first", "second", "third", "fourth", *(("fifth",) if paper == "deep_grokking" else ())))


def test_a_claim_without_runs_says_what_it_needs() -> None:
    given = CLAIMS["always_grok.wider_mlp_robust_earlier"].model_dump() | {"needs": ""}
    with pytest.raises(ValueError, match="says in needs"):
        ClaimSettings.model_validate(given)


def test_the_definitions_of_rank_that_settings_may_name_are_those_there_are() -> None:
    assert set(get_args(RankDefinition)) == set(DEFINITIONS)
    assert set(ALTERNATIVES["rank_definition"]) < set(DEFINITIONS)
