"""When events happen, and which are still open where a run ends."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis_support import omnigrok_grid
from analysis_tables import metric_table, run_with
from grokscope.analysis.declarations.events import metrics_of_events
from grokscope.analysis.effects import seed_events
from grokscope.analysis.events.moments import moments

STEPS = omnigrok_grid()[::2]


def test_moments_of_a_norm_and_open_ends() -> None:
    tables = run_with(STEPS, "r", [6000.0, 1e9], [6000.0, 6000.0])
    found = {
        event: moments(tables, event, seed_events(tables), "claim")
        for event in ("norm_fall", "generalisation", "surge_2")
    }
    assert found["norm_fall"][0].step == pytest.approx(3000, rel=0.5)
    assert found["generalisation"][1].step is None
    assert found["generalisation"][1].open_end
    assert not found["surge_2"][0].open_end
    assert found["surge_2"][1].open_end


def test_an_event_is_dated_on_the_curve_that_is_named_beside_it() -> None:
    """Accuracy in the worst case comes back at another step than that under the published attack, at one size."""
    tables = run_with(STEPS, "r", [300.0], [300.0])
    time = np.log10(STEPS + 1.0)

    def back_at(step: float) -> np.ndarray:
        lost, back = (1 / (1 + np.exp(-12 * (time - np.log10(at)))) for at in (300, step))
        return 0.5 - 0.4 * lost + 0.5 * back

    rows = [
        metric_table("attack_suite", "r", STEPS, {0: values}, epsilon=epsilon, attack=attack)
        for epsilon, attack, values in (
            (0.06, "worst_case", back_at(20_000)),
            (0.06, "published", back_at(3000)),
            (0.2, "worst_case", back_at(9000)),
        )
    ]
    tables.tables["attack_suite"] = pd.concat(rows, ignore_index=True)
    wanted = {"event": "robustness_onset", "curve": "attacked_accuracy"}
    for options, step in (({}, 20_000), ({"attack": "published"}, 3000), ({"epsilon": 0.2}, 9000)):
        found = moments(tables, wanted | options, seed_events(tables), "claim", dated=True)
        assert found[0].step == pytest.approx(step, rel=0.15)
    assert metrics_of_events(wanted) == ("attack_suite",)
    assert metrics_of_events("robustness_onset", wanted) == ("adversarial", "attack_suite")


def test_accuracy_under_attack_that_was_never_there_rises_for_good() -> None:
    """From nothing there is no loss and so no return; the rise is that from the first level to the last."""
    tables = run_with(STEPS, "r", [300.0], [300.0])
    time = np.log10(STEPS + 1.0)
    late = 0.4 / (1 + np.exp(-12 * (time - np.log10(9000))))
    # an early bump is gone again, and does not count
    bump = 0.3 * np.exp(-(((time - 1.5) / 0.3) ** 2))
    rows = [
        metric_table("embedding_attack", "r", STEPS, {0: values}, epsilon=epsilon, measured="fixed", start="none")
        for epsilon, values in ((0.03, late + bump), (0.06, np.zeros(len(STEPS))))
    ]
    tables.tables["embedding_attack"] = pd.concat(rows, ignore_index=True)
    wanted = {"event": "robustness_rise", "curve": "robust_accuracy_of_embeddings", "measured": "fixed"}
    found = moments(tables, wanted | {"epsilon": 0.03}, seed_events(tables), "claim", dated=True)[0]
    assert found.step == pytest.approx(9000, rel=0.15)
    assert not found.open_end
    never = moments(tables, wanted | {"epsilon": 0.06}, seed_events(tables), "claim")[0]
    assert never.step is None
    assert never.open_end
    assert metrics_of_events(wanted) == ("embedding_attack",)
    assert metrics_of_events("robustness_rise") == ("adversarial",)
