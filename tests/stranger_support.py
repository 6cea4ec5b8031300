"""Claims judged on made-up runs or effects, and the downloads of their pages exactly as the report writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

from analysis_support import claim, run_tables
from error_rate_support import STEPS, TIME, Runs, rise
from grokscope.analysis import claim_records, claims
from grokscope.analysis.effects import COLUMNS
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.power import UNKNOWN
from grokscope.analysis.registry import find_module
from grokscope.files import write_json
from grokscope.report.claims import read_claims
from grokscope.report.downloads import claim_files

Texts = tuple[str, str | None]
"""The JSON of a claim and its seeds as CSV, None where no seed was looked at."""
GROUPED = ("ordered", "page", "survival", "paired", "fisher")
KINDS = ("normal", "two values", "rounded", "all alike")


def leave_out_what_is_not_recomputed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other readings, no stability and no numbers of seeds needed, which take most of the time of a verdict."""
    monkeypatch.setattr(claims, "_other_readings", lambda *_: ())
    monkeypatch.setattr(claim_records, "seeds_needed", lambda *_: UNKNOWN)
    monkeypatch.setattr(claim_records, "stability", lambda *_: None)


def downloads(folder: Path, family: Iterable[ItemInputs]) -> list[Texts]:
    """Judge claims together, as the workflow does, and write what the report offers beside each of their pages."""
    inputs = list(family)
    items = []
    verdicts = claim_records.corrected_verdicts([claims.judge_alone(one) for one in inputs])
    for number, (one, found) in enumerate(zip(inputs, verdicts, strict=True)):
        path = folder / f"{number}.json"
        write_json(path, found)
        items.append({**one.item, "json": str(path)})
    texts = []
    for shown in read_claims(items, inputs[0].scale):
        files = {name: content.decode() for name, content in claim_files(shown).items()}
        texts.append((files[shown.data], files[shown.table] if shown.table else None))
    return texts


def with_troubles(drawn: Runs, seeds: int) -> Runs:
    """Made-up runs whose last five seeds have trouble: curves of one are level but for accuracy, the run of the next
    ends early, curves of a third glide over decades, one collapses, and test accuracy of the last never rises.
    """
    troubled = Troubled(*range(seeds - 5, seeds))
    return [
        (
            {name: pd.concat([_with_troubles(rows, troubled, name)]) for name, rows in tables.items()},
            places,
        )
        for tables, places in drawn
    ]


class Troubled(NamedTuple):
    """The seeds that have trouble."""

    level: int
    ends: int
    glides: int
    collapses: int
    never: int


def _with_troubles(rows: pd.DataFrame, troubled: Troubled, name: str) -> pd.DataFrame:
    if "eigenvalues" in rows:
        return rows
    rows = rows[(rows["seed"] != troubled.ends) | (rows["step"] <= STEPS[int(0.6 * len(STEPS))])].reset_index(drop=True)
    value = next(column for column in ("accuracy", "rank", "norm", "value", "within_class") if column in rows)
    rows[value] = rows[value].astype(float)
    others = [key for key in ("split", "layer", "definition", "probe", "radius", "epsilon") if key in rows]
    for key, curve in rows.groupby(["seed", *others]):
        if key[0] == troubled.level and name != "accuracy":
            rows.loc[curve.index, value] = float(curve[value].iloc[0])
        if key[0] == troubled.glides:
            nearness = np.exp(-(((TIME[:, None] - TIME[None, :]) / 0.8) ** 2))
            rows.loc[curve.index, value] = nearness @ curve[value].to_numpy() / nearness.sum(axis=1)
        if key[0] == troubled.collapses and name == "accuracy":
            alive = 1 - rise(np.array([3.9]), 0.1)[0]
            rows.loc[curve.index, value] = 0.1 + (curve[value].to_numpy() - 0.1) * alive
        if key[0] == troubled.never and name == "accuracy" and "test" in key:
            rows.loc[curve.index, value] = 0.1
    return rows


def made_up_effects(generator: np.random.Generator, test: str, seeds: int, kind: str, troubled: float) -> pd.DataFrame:
    """Effects of seeds of every status in the shape that `test` takes; `troubled` is the share without a value."""
    groups = [0.0]
    if test in GROUPED:
        groups = [2.0, 3.0] if test == "fisher" else [2.0, 3.5, 6.0][: generator.integers(2, 4)]
    shift = generator.choice([-1.0, -0.3, 0.0, 0.3, 1.0])
    runs_of_a_seed = int(generator.integers(1, 4)) if test == "fisher" else 1
    rows = []
    for group in groups:
        for seed in np.repeat(np.arange(seeds), runs_of_a_seed).tolist():
            trouble = generator.random() < troubled
            statuses = ("not_yet", "absent", "not_applicable", "not_sharp", "collapsed", "diverged")
            status = str(generator.choice(statuses, p=(0.4, 0.3, 0.1, 0.1, 0.05, 0.05))) if trouble else "observed"
            row = dict.fromkeys(COLUMNS, None) | {"seed": seed, "run": f"r{group:g}", "status": status, "note": status}
            row |= {"group": group, "group_label": f"depth {group:g}", "saturated": False, "collapsed": False}
            if test in ("share", "fisher"):
                row["value"] = float(
                    generator.random() < (0.5 + 0.45 * shift * (-1 if group == 2.0 else 1)) and not trouble
                )
            elif not trouble or (status == "absent" and generator.random() < 0.2):
                row["value"] = _value(generator, kind, shift * (0.3 * group if test in GROUPED else 1.0))
            if status == "not_yet":
                row["censored_at"] = float(generator.choice([generator.normal(shift, 0.2), 0.4, 1.4]))
            if status not in claims.usable(pd.DataFrame({"status": [status]}))["status"].tolist():
                row["value"] = None
            if test == "spearman" and row["value"] is not None:
                row["partner"] = shift * row["value"] + _value(generator, kind, 0.0)
            rows.append(row)
    numbers = dict.fromkeys(("value", "partner", "low", "high", "censored_at", "group"), "float64")
    return pd.DataFrame(rows)[COLUMNS].astype(numbers)


def _value(generator: np.random.Generator, kind: str, shift: float) -> float:
    noise = float(generator.normal(0, 0.15))
    return {
        "normal": shift + noise,
        "two values": shift + 0.1 * np.sign(noise),
        "rounded": round(shift + noise, 1),
        "all alike": shift,
    }[kind]


def inputs_with_effects(
    monkeypatch: pytest.MonkeyPatch, effects: Mapping[str, pd.DataFrame], settings: Mapping[str, Mapping[str, Any]]
) -> list[ItemInputs]:
    """Claims by name that have these effects, whatever was measured; everything after that is as it always is."""

    def estimand(inputs: ItemInputs) -> SimpleNamespace:
        real = find_module("estimands", inputs.item["settings"]["estimand"], "estimand")
        bounds = {"BOUNDS": real.BOUNDS} if hasattr(real, "BOUNDS") else {}
        return SimpleNamespace(estimate=lambda *_, **__: effects[inputs.item["name"]], THRESHOLDS=(), **bounds)

    monkeypatch.setattr(claims, "_estimand", estimand)
    return [
        ItemInputs(claim([], **settings[name]) | {"name": name, "id": name}, "quick", {"r": run_tables("r")})
        for name in effects
    ]
