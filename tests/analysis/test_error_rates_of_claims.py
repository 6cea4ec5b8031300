"""How often claims of the experiments are supported on whole made-up runs, without an effect and with the one that they
state.
"""

from __future__ import annotations

import pytest

import error_rate_cases_of_attacks as of_attacks
import error_rate_cases_of_conditions as conditions
import error_rate_cases_of_counts as counts
import error_rate_cases_of_follow_ups as follow_ups
import error_rate_cases_of_language_models as language_models
import error_rate_cases_of_logits as logits
import error_rate_cases_of_regions as regions
import error_rate_cases_of_runs as runs
import error_rate_cases_of_sweeps as sweeps
import error_rate_cases_of_transformers as transformers
from error_rate_support import DRAWS, check

pytestmark = pytest.mark.slow
CASES = (
    runs.CASES
    | conditions.CASES
    | sweeps.CASES
    | of_attacks.CASES
    | regions.CASES
    | follow_ups.CASES
    | counts.CASES
    | logits.CASES
    | language_models.CASES
    | transformers.CASES
)


@pytest.mark.parametrize("case", CASES)
def test_without_an_effect_whole_runs_rarely_support_a_claim(case: str) -> None:
    check(case, *CASES[case], 5, False, DRAWS)


@pytest.mark.parametrize("case", CASES)
def test_the_stated_effect_is_found_in_whole_runs(case: str) -> None:
    check(case, *CASES[case], 10, True, max(12, DRAWS // 4))


@pytest.mark.skipif(DRAWS < 1000, reason="with few draws the bound is too wide to tell")
@pytest.mark.parametrize("seeds", [3, 10])
@pytest.mark.parametrize("case", CASES)
def test_without_an_effect_at_most_one_claim_in_twenty_is_supported(case: str, seeds: int) -> None:
    check(case, *CASES[case], seeds, False, DRAWS)


@pytest.mark.parametrize("seeds", [3, 5, 10] if DRAWS >= 1000 else [5])
@pytest.mark.parametrize("case", runs.GLIDES)
def test_dates_that_glide_rarely_support_a_claim(case: str, seeds: int) -> None:
    check(case, *runs.GLIDES[case], seeds, False, DRAWS)
