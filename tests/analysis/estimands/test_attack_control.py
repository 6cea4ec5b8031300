"""Whether an attack is one: gradients that are zero, random starts, a larger epsilon."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis_support import grokking_table, noisy, omnigrok_grid, one_run_inputs, run_tables
from analysis_tables import metric_table
from grokscope.analysis.claims import evaluate
from grokscope.errors import UserError

STEPS = omnigrok_grid()[::2]


def attacks(run: str, levels: dict[tuple[float, str], float], zero: float, seeds: int = 5) -> pd.DataFrame:
    zeros = {"zero_gradient_start": zero, "zero_gradient_last": zero}
    parts = []
    for (epsilon, start), level in levels.items():
        curves = {seed: noisy(np.full(len(STEPS), level), 0.005, 7 * seed) for seed in range(seeds)}
        parts.append(metric_table("adversarial", run, STEPS, curves, epsilon=epsilon, start=start, **zeros))
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize(("zero", "verdict"), [(0.0, "supported"), (0.6, "contradicted")])
def test_controls_of_the_attack(zero: float, verdict: str) -> None:
    masked = zero > 0
    levels = {(0.06, "none"): 0.7, (0.2, "none"): 0.7 if masked else 0.4, (0.06, "random"): 0.3 if masked else 0.69}
    tables = run_tables(
        "r", accuracy=grokking_table("r", STEPS, [300.0] * 5, [4000.0] * 5), adversarial=attacks("r", levels, zero)
    )
    for control, test in (("zero_gradient", "equivalence"), ("random_start", "equivalence"), ("epsilon", "mean")):
        options = {"control": control, "epsilon": 0.06} | ({"larger": 0.2} if control == "epsilon" else {})
        found = evaluate(
            one_run_inputs(tables, estimand="attack_control", test=test, parameters=options, smallest_effect=0.05)
        )
        assert found[2].verdict == verdict, control
    with pytest.raises(UserError, match="control 'epsilon' with larger None"):
        evaluate(
            one_run_inputs(
                tables, estimand="attack_control", test="mean", parameters={"control": "epsilon", "epsilon": 0.06}
            )
        )
