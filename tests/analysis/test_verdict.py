"""The rule that makes a verdict of an effect and its interval."""

from __future__ import annotations

import numpy as np

from analysis_tables import effects_of
from grokscope.analysis.hypothesis_tests import one_sample, ordered
from grokscope.analysis.verdict import Rule, decide


def test_a_strong_trend_against_the_claim_contradicts_it() -> None:
    trend = np.random.default_rng(3).normal(4, 0.2, size=(3, 10)) - 0.3 * np.arange(3)[:, None]
    effects = effects_of([list(group) for group in trend])
    assert (
        decide(effects, ordered.run_test(effects, "greater", 0.1), Rule("one_sided", "greater", 0.1, 3)).verdict
        == "contradicted"
    )
    assert (
        decide(effects, ordered.run_test(effects, "less", 0.1), Rule("one_sided", "less", 0.1, 3)).verdict
        == "supported"
    )


def test_a_real_but_small_effect_is_not_supported() -> None:
    effects = effects_of([[0.05, 0.06, 0.04, 0.055, 0.045, 0.05]])
    assert (
        decide(effects, one_sample.run_test(effects, "greater", 0.5), Rule("one_sided", "greater", 0.5, 3)).verdict
        == "contradicted"
    )
