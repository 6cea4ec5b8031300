"""The table of what is missing says what a figure lacks, and no more lines than that takes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from grokscope.results.missing import missing_table


def wanted(measured: dict[str, dict[str, set[int]]], missing: str = "train") -> Any:
    """Of the figures `fig` (runs a, b, c) and `none` (d), with two metrics each, wanted with three seeds."""

    def figure(*runs: str) -> Any:
        return SimpleNamespace(runs=lambda: list(runs), settings=SimpleNamespace(metrics=["accuracy", "attack"]))

    return SimpleNamespace(
        plan=SimpleNamespace(figures={"fig": figure("a", "b", "c"), "none": figure("d")}),
        config=SimpleNamespace(missing=missing),
        wanted_seeds=lambda run: [0, 1, 2],
        measured_seeds=lambda run, metric: measured.get(run, {}).get(metric, set()),
    )


def lines(*given: Any, **more: Any) -> list[list[str]]:
    return [line.split() for line in missing_table(wanted(*given, **more), ["fig", "none"]).splitlines()]


def test_the_metric_that_lacks_is_named() -> None:
    whole = {0, 1, 2}
    head, a, b, nothing, end = lines(
        {
            "a": {"accuracy": whole, "attack": set()},
            "b": {"accuracy": {0, 1}, "attack": {0, 1}},
            "c": {"accuracy": whole, "attack": whole},
        }
    )
    assert head[0] == "figure"
    assert a == ["fig", "a", "none", "0-2", "attack"]
    assert b == ["fig", "b", "0-1", "2", "all"]
    assert " ".join(nothing) == "Nothing is there yet of 1 more figure: none"
    assert end[-1] == "missing=leave_out"


def test_runs_that_lack_the_same_share_a_line() -> None:
    found = lines({"a": {"accuracy": {0}}, "b": {"accuracy": {0}}}, missing="leave_out")
    assert found[1] == ["fig", "2", "runs,", "a", "the", "first", "none", "0-2", "attack"]
    assert found[2] == ["fig", "c", "none", "0-2", "all"]
    assert found[-1][-1] == "missing=train"


def test_nothing_is_said_where_nothing_is_missing() -> None:
    whole = {"accuracy": {0, 1, 2}, "attack": {0, 1, 2}}
    assert missing_table(wanted(dict.fromkeys("abcd", whole)), ["fig", "none"]) == ""
    first, _ = missing_table(wanted({}), ["fig", "none"]).splitlines()
    assert first == "Nothing is there yet of 2 figures: fig, none"
