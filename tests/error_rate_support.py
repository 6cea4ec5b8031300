"""What tests of error rates on whole made-up runs share: curves and tables of runs, and how often a claim of the
experiments is supported.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from analysis_support import claim, log_grid, run_tables
from experiments_support import all_experiments
from grokscope.analysis.claims import evaluate
from grokscope.analysis.declarations.coordinates import coordinate_of
from grokscope.analysis.inputs import ItemInputs

Reals = NDArray[np.float64]
CLAIMS = {
    f"{paper.id}_{name}": settings.model_dump()
    for _, paper in all_experiments()
    for name, settings in paper.claims.items()
}
SWEEPS = {f"{paper.id}_{name}": paper.sweeps for _, paper in all_experiments() for name in paper.claims}
"""The sweeps that a claim may name: those of its own paper, since two papers may use one name."""
STEPS = log_grid()
TIME = np.log10(STEPS + 1)
Runs = list[tuple[dict[str, pd.DataFrame], dict[str, int]]]
"""The tables of each run and its positions on axes."""


def rise(dates: Reals, decades: float = 0.3) -> Reals:
    """Logistic rises from 0 to 1 at `dates` (seeds,), in decades."""
    return 1 / (1 + np.exp((dates[:, None] - TIME) * 4.394 / decades))


def walks(generator: np.random.Generator, seeds: int, deviation: float) -> Reals:
    """Random walks that wander by `deviation` in a decade."""
    return np.cumsum(generator.normal(0, deviation * np.sqrt(np.diff(TIME, prepend=0)), (seeds, len(TIME))), axis=1)


def measured(generator: np.random.Generator, chances: Reals) -> Reals:
    """The share of 1000 images that are classified rightly, each with this chance."""
    return generator.binomial(1000, np.clip(chances, 0, 1)) / 1000


def table(curves: Reals, value: str, **fixed: object) -> pd.DataFrame:
    seeds, points = curves.shape
    return pd.DataFrame(
        {
            "seed": np.repeat(np.arange(seeds), points),
            "step": np.tile(STEPS, seeds),
            value: curves.ravel().astype(float),
            **fixed,
        }
    )


def accuracy(
    generator: np.random.Generator, test: Reals, alive: Reals | float = 1.0, fits: Reals | None = None
) -> pd.DataFrame:
    """Train accuracy that rises at `fits`, early on by default, and this test accuracy; both are at chance where a
    network is not alive.
    """
    train = rise(generator.uniform(1.3, 1.7, len(test)) if fits is None else fits, 0.2) * 0.9
    parts = {"train": 0.1 + train * alive, "test": 0.1 + (test - 0.1) * alive}
    return pd.concat(
        [table(measured(generator, curves), "accuracy", split=split, loss=0.1) for split, curves in parts.items()],
        ignore_index=True,
    )


def falling(generator: np.random.Generator, dates: Reals, decades: float = 0.4) -> Reals:
    """Whole numbers that wander and fall from 80 to 20 at `dates`, 10 % to 90 % of it within `decades`."""
    return np.rint(
        80
        - 60 * rise(dates, decades)
        + walks(generator, len(dates), 1.0)
        + generator.normal(0, 0.7, (len(dates), len(TIME)))
    )


def ranks(curves: Reals) -> pd.DataFrame:
    """Ranks of three layers, the second-last ones given."""
    layers = {1: np.full_like(curves, 90), 2: curves, 3: np.full_like(curves, 9)}
    return pd.concat(
        [
            table(values, "rank", split="test", layer=layer, definition="relative_1e-3")
            for layer, values in layers.items()
        ],
        ignore_index=True,
    )


def attacks(generator: np.random.Generator, chances: Reals) -> pd.DataFrame:
    """Accuracy under an attack that sees a gradient everywhere; each image withstands it with this chance."""
    zeros = {"zero_gradient_start": 0.0, "zero_gradient_last": 0.0}
    return table(measured(generator, chances), "accuracy", epsilon=0.06, start="none", **zeros)


Draw = Callable[[np.random.Generator, int, bool], Runs]
"""Runs of so many seeds, with or without the effect that a claim states."""

DRAWS = int(os.environ.get("GROKSCOPE_DRAWS", "30"))
"""Draws without an effect; 1000 take most of two hours."""


def coordinates(name: str, places: dict[str, int]) -> dict[str, float | None]:
    """Where the runs of a claim lie on its axes at quick scale."""
    found = {}
    for sweep in CLAIMS[name]["sweeps"]:
        for axis, setting in SWEEPS[name][sweep].axes.items():
            coordinate = coordinate_of(setting.key)
            if axis in places and coordinate is not None:
                found[axis] = coordinate.at(setting.at("quick")[places[axis]])
    return found


def inputs_on(name: str, drawn: Runs, **changes: object) -> ItemInputs:
    """What claim `name` of the experiments, with `changes` of its settings, is judged on: these runs."""
    where = CLAIMS[name]["parameters"].get("where") or {}
    runs, members = {}, []
    for number, (tables, places) in enumerate(drawn):
        run = f"r{number}"
        runs[run] = run_tables(run, **{measure: rows.assign(run=run) for measure, rows in tables.items()})
        known = {"axes": where | places, "positions": where | places, "coordinates": coordinates(name, places)}
        members.append({"run": run, "sweep": "sweep", **known})
    return ItemInputs(claim(members, **CLAIMS[name] | changes), "quick", runs)


def supported(case: str, name: str, draw: Draw, seeds: int, effect: bool, draws: int) -> tuple[int, int]:
    """How many of so many draws of whole runs support claim `name`, judged as it stands, and how many have p <= 0.05;
    `case` starts the random numbers. The claim's premise is left out, since these runs are made for its effect alone.
    """
    generator = np.random.default_rng([*map(ord, case), seeds, effect])
    found = significant = 0
    for _ in range(draws):
        _, result, verdict, _ = evaluate(inputs_on(name, draw(generator, seeds, effect), premise={}))
        found += verdict.verdict == "supported"
        significant += result is not None and result.p_value <= 0.05
    return found, significant


def check(case: str, name: str, draw: Draw, seeds: int, effect: bool, draws: int) -> None:
    """Without an effect as few draws are supported as come, in 99.9 %, of one in twenty; with it as many as come of
    nine in ten.

    Where the spread of an effect is far below the smallest one that matters, that margin alone keeps draws from
    support. So that a wrong p-value shows there too, at most as many may have p <= 0.05 as come of one in ten.
    """
    found, significant = supported(case, name, draw, seeds, effect, draws)
    if effect:
        assert found >= stats.binom.ppf(0.001, draws, 0.9)
    else:
        assert found <= stats.binom.ppf(0.999, draws, 0.05)
        assert significant <= stats.binom.ppf(0.999, draws, 0.1)
