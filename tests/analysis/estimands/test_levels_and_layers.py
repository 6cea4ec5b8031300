"""Levels of curves, tunnels, and ranks over the layers of a network."""

from __future__ import annotations

import numpy as np
import pytest

from analysis_support import depth_inputs, grokking_table, omnigrok_grid, one_run_inputs, run_tables
from analysis_tables import rank_table
from grokscope.analysis.claims import evaluate
from grokscope.errors import UserError
from grokscope.metrics.tables import make_table

STEPS = omnigrok_grid()[::2]


def test_curve_levels_tunnels_and_rank_over_layers() -> None:
    seeds, flat = range(4), np.ones(len(STEPS))
    layers = {layer: dict.fromkeys(seeds, flat * rank) for layer, rank in ((1, 95.0), (2, 60.0), (3, 40.0), (4, 9.0))}
    spectra = make_table(
        "spectra", [{"seed": 0, "step": 0, "split": "test", "layer": 1, "points": 10, "eigenvalues": [1.0] * 100}], "r"
    )
    accuracy = grokking_table("r", STEPS, [300.0] * 4, [4000.0] * 4)
    tables = run_tables("r", accuracy=accuracy, rank=rank_table("r", STEPS, layers), spectra=spectra)
    inputs = depth_inputs({4: [1.0]})
    inputs.runs = {"d4": tables}
    inputs.item["settings"] |= {"estimand": "tunnel_length_by_axis", "parameters": {"axis": "depth"}, "test": "page"}
    assert list(evaluate(inputs)[0]["value"]) == [3, 3, 3, 3]
    trend = evaluate(one_run_inputs(tables, estimand="rank_trend_over_layers", test="mean", direction="less"))
    assert list(trend[0]["value"]) == [-1, -1, -1, -1]
    level = {"curve": "test_accuracy", "statistic": "highest", "scale": "log10"}
    np.testing.assert_allclose(
        evaluate(one_run_inputs(tables, estimand="curve_level", test="mean", parameters=level))[0]["value"],
        np.log10(0.9),
        atol=0.02,
    )
    with pytest.raises(UserError, match="statistic 'mode'"):
        evaluate(
            one_run_inputs(
                tables, estimand="curve_level", test="mean", parameters={"curve": "rank", "statistic": "mode"}
            )
        )
    with pytest.raises(UserError, match="curve 'colour' is unknown"):
        evaluate(
            one_run_inputs(
                tables, estimand="curve_level", test="mean", parameters={"curve": "colour", "statistic": "final"}
            )
        )
