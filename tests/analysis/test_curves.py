"""Curves as metrics declare them: rows that are fixed, chosen and reduced, held against sums by hand; and what is
refused.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

import pandas as pd
import pytest

from grokscope.analysis.chosen_rows import chosen_rows, reduced
from grokscope.analysis.curves import named_curves
from grokscope.analysis.declarations import curves as declared
from grokscope.analysis.declarations.curves import curve_complaint, thresholds_of_curves
from grokscope.analysis.run_tables import RunTables
from grokscope.config.detector_settings import DetectorSettings
from grokscope.errors import UserError
from grokscope.metrics import registry
from grokscope.metrics.declared_curves import SECOND_LAST, CurveDeclaration, CurveOption, FirstOf, Smallest
from grokscope.metrics.registry import CURVES, METRICS
from grokscope.results.declared_curves import drawn_curves, read_curves

OPTIONS = {
    "split": CurveOption("choice", "points", FirstOf(("random", "test")), choices=("train", "test", "random")),
    "size": CurveOption("number", "size", Smallest(), all_above=0, at_least=0),
}
SHARE = CurveDeclaration("share", "share", "share of units", options=OPTIONS, reduced={"layer": "mean"})
SEEDS, STEPS, SPLITS, SIZES, LAYERS = (0, 1), (0, 10), ("train", "test"), (0.0, 0.1, 0.2), (0, 1, 2, 3)


def value(seed: int, step: int, split: str, size: float, layer: int) -> float:
    """Another one in every row; a missing one in one row."""
    if (seed, step, split, size, layer) == (1, 10, "test", 0.1, 2):
        return math.nan
    return 1000 * seed + step + 0.5 * (split == "train") + 7 * size + layer**2


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> Callable[[CurveDeclaration], RunTables]:
    rows = product(SEEDS, STEPS, SPLITS, SIZES, LAYERS)
    table = pd.DataFrame(
        [
            dict(zip(("run", "seed", "step", "split", "size", "layer", "share"), ("r", *row, value(*row)), strict=True))
            for row in rows
        ]
    )

    def made(curve: CurveDeclaration) -> RunTables:
        for known in (registry.CURVES, declared.CURVES):
            monkeypatch.setitem(known, curve.name, curve)
        monkeypatch.setitem(registry.METRIC_OF, curve.name, "units")
        return RunTables("r", {"units": table}, Fraction(1, 10))

    return made


@pytest.mark.parametrize(
    ("reduction", "by_hand"),
    [("mean", lambda values: sum(values) / len(values)), ("sum", sum), ("least", min), ("greatest", max)],
)
def test_layers_are_reduced_without_the_row_of_all_of_them(
    reduction: Any, by_hand: Callable[[list[float]], float], tables: Callable[[CurveDeclaration], RunTables]
) -> None:
    found = named_curves(tables(replace(SHARE, reduced={"layer": reduction})), "share", "x")
    for seed, step in product(SEEDS, STEPS):
        values = [value(seed, step, "test", 0.1, layer) for layer in (1, 2, 3)]
        wanted = math.nan if any(map(math.isnan, values)) else by_hand(values)
        assert found[seed].set_index("step")["value"][step] == pytest.approx(wanted, nan_ok=True)
    assert found[1]["value"].isna().sum() == 1


def test_two_columns_are_reduced_one_after_the_other() -> None:
    rows = pd.DataFrame(
        {"seed": 0, "step": 0, "layer": [0, 1, 1, 2, 2], "size": [1, 1, 2, 1, 2], "x": [90.0, 1.0, 2.0, 5.0, 3.0]}
    )
    assert reduced(rows, "x", {"layer": "greatest", "size": "sum"})["x"].tolist() == [5 + 3]
    assert reduced(rows, "x", {"size": "sum", "layer": "greatest"})["x"].tolist() == [8]
    assert reduced(rows, "x", {"size": "mean"}, ("seed", "step", "layer"))["x"].tolist() == [90, 1.5, 4]


@pytest.mark.parametrize(
    ("options", "split", "size"),
    [({}, "test", 0.1), ({"split": "train"}, "train", 0.1), ({"size": 0.2}, "test", 0.2), ({"size": 0}, "test", 0.0)],
)
def test_options_choose_rows_and_have_defaults(
    options: dict[str, Any], split: str, size: float, tables: Callable[[CurveDeclaration], RunTables]
) -> None:
    curve = replace(SHARE, reduced={}, where={"layer": 0})
    found = named_curves(tables(curve), {"curve": "share", **options}, "x")
    for seed in SEEDS:
        assert found[seed]["value"].tolist() == [value(seed, step, split, size, 0) for step in STEPS]


def test_the_layer_before_the_logits_is_counted_without_all_layers(
    tables: Callable[[CurveDeclaration], RunTables],
) -> None:
    layer = CurveOption("layer", "layer", SECOND_LAST)
    given = tables(replace(SHARE, reduced={}, options={**OPTIONS, "layer": layer}))
    found = named_curves(given, {"curve": "share", "split": "train"}, "x")
    assert found[0]["value"].tolist() == [value(0, step, "train", 0.1, 2) for step in STEPS]
    with pytest.raises(UserError, match="x: run r has no share with layer 9"):
        named_curves(given, {"curve": "share", "layer": 9}, "x")


def test_a_curve_may_be_read_by_a_function_of_its_own(tables: Callable[[CurveDeclaration], RunTables]) -> None:
    curve = replace(SHARE, reduced={}, options={"size": OPTIONS["size"]}, reader=f"{__name__}:differences")
    found = named_curves(tables(curve), {"curve": "share", "size": 0.2}, "x")
    assert found[0]["value"].tolist() == pytest.approx([0.5, 0.5])


def differences(tables: RunTables, size: float) -> tuple[pd.DataFrame, str]:
    train, test = (
        chosen_rows(tables.table("units"), {"split": split, "size": size, "layer": 3}) for split in ("train", "test")
    )
    return train.assign(apart=train["share"].to_numpy() - test["share"].to_numpy()), "apart"


@pytest.mark.parametrize(
    ("curve", "message"),
    [
        ("birth", "curve 'birth' is unknown; known are train_accuracy"),
        ({"curve": "rank", "radius": 1}, "curve rank has no option radius; it has layer, definition"),
        ({"curve": "test_accuracy", "layer": 1}, "curve test_accuracy has no option layer; it has none"),
        ({"curve": "rank", "definition": "p2"}, "curve rank: definition 'p2' should be one of relative_1e-3"),
        ({"curve": "rank", "layer": "all"}, "curve rank: layer 'all' should be the number of a layer or second_last"),
        ({"curve": "complexity", "radius": 0}, "curve complexity: radius 0 should be greater than 0"),
        ({"curve": "robust_accuracy", "epsilon": -1}, "curve robust_accuracy: epsilon -1 should be at least 0"),
        ({"curve": "robust_accuracy", "epsilon": "large"}, "epsilon 'large' should be a number"),
    ],
)
def test_what_is_wrong_with_a_curve_of_a_claim_is_said(curve: Any, message: str) -> None:
    assert message in curve_complaint(curve)


def test_right_curves_have_no_complaint_and_say_on_which_thresholds_they_depend() -> None:
    assert curve_complaint({"curve": "rank", "layer": 2, "definition": None}) == ""
    assert curve_complaint({"curve": "complexity", "radius": 0.1, "split": "random"}) == ""
    assert thresholds_of_curves("test_accuracy", {"curve": "rank", "layer": 1}) == ("rank_definition",)
    assert thresholds_of_curves({"curve": "rank", "definition": "effective"}, None) == ()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"column": "eigenvalues"}, "'eigenvalues' is no column of measured numbers"),
        ({"column": "layer"}, "'layer' is no column of measured numbers"),
        ({"where": {}}, "rows that differ in layer would be one"),
        (
            {"where": {"layer": 0, "radius": 1.0}},
            "'radius' has to be a column that tells rows apart, and be named once",
        ),
        ({"where": {"layer": 0, "points": 1}}, "'points' has to be a column that tells rows apart"),
        ({"table": "sizes"}, "there is no derived table sizes"),
    ],
)
def test_a_curve_that_is_not_one_value_is_refused(change: dict[str, Any], message: str) -> None:
    complexity = METRICS["local_complexity"]
    with pytest.raises(ValueError, match="metric local_complexity, curve complexity: ") as caught:
        replace(complexity, curves=(replace(CURVES["complexity"], **change),))
    assert message in str(caught.value)


def test_what_decides_values_counts_for_verdicts_and_all_that_is_declared_for_figures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    metric = replace(METRICS["local_complexity"], curves=(CURVES["complexity"],))  # without those that have readers
    monkeypatch.setitem(METRICS, "local_complexity", metric)
    read, drawn = read_curves(["local_complexity"]), drawn_curves(["local_complexity"])

    def changed(**change: Any) -> tuple[bool, bool]:
        curve = replace(CURVES["complexity"], **change)
        monkeypatch.setitem(METRICS, "local_complexity", replace(metric, curves=(curve,)))
        return read_curves(["local_complexity"]) != read, drawn_curves(["local_complexity"]) != drawn

    assert changed() == (False, False)
    assert changed(words="complexity of the map") == (False, True)
    assert changed(column="deviation") == (True, True)
    split = replace(CURVES["complexity"].options["split"], default="test")
    assert changed(options={**CURVES["complexity"].options, "split": split}) == (True, True)
    assert drawn["code"]
    assert "code" not in read


def test_every_default_of_a_detector_names_a_setting() -> None:
    for curve in CURVES.values():
        assert set(thresholds_of_curves(curve.name)) <= set(DetectorSettings.model_fields)
