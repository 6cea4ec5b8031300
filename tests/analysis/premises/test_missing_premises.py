"""Whole made-up runs that lack what a claim of the experiments speaks of: it is never supported and never contradicted.

GROKSCOPE_DRAWS says how many runs are drawn of each kind; 1000 take some minutes.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import pytest

from error_rate_support import DRAWS, Runs, accuracy, attacks, inputs_on, ranks, rise, table, walks
from grokscope.analysis.claims import evaluate

DEPTHS = {"shallow": 0, "middle": 1, "deep": 2}


def one_surge(generator: np.random.Generator, seeds: int) -> Runs:
    """Networks of three depths that generalise late, the deeper the later, in one rise."""
    return [
        (
            {"accuracy": accuracy(generator, 0.1 + 0.8 * rise(generator.normal(2.4 + 0.4 * depth, 0.15, seeds)))},
            {"depth": depth},
        )
        for depth in DEPTHS.values()
    ]


def no_delay(generator: np.random.Generator, seeds: int) -> Runs:
    """Networks of three depths whose test accuracy rises with train accuracy, later in deeper ones."""
    runs: Runs = []
    for depth in DEPTHS.values():
        dates = generator.normal(1.5 + 0.5 * depth, 0.1, seeds)
        runs.append(({"accuracy": accuracy(generator, 0.1 + 0.8 * rise(dates, 0.2), fits=dates)}, {"depth": depth}))
    return runs


def whole_tunnel(generator: np.random.Generator, seeds: int, highest: float) -> Runs:
    """Networks of three depths; the rank of every layer wanders about `highest` of a width of 100."""
    runs: Runs = []
    for depth in DEPTHS.values():
        layers = range(1, 5 + 2 * depth)
        tables = [
            ranks(np.clip(highest + walks(generator, seeds, 1.0), 1, 100))
            .query("layer == 2")
            .assign(layer=layer, definition="p1_code")
            for layer in layers
        ]
        spectra = pd.DataFrame({"seed": [0], "eigenvalues": [np.ones(100)]})
        known = {"accuracy": accuracy(generator, 0.1 + 0.8 * rise(np.full(seeds, 3.0)))}
        runs.append((known | {"rank": pd.concat(tables), "spectra": spectra}, {"depth": depth}))
    return runs


def no_generalisation(generator: np.random.Generator, seeds: int) -> Runs:
    """Networks of three depths that fit the training set and stay at the level of chance on the test set."""
    return [
        ({"accuracy": accuracy(generator, np.full(rise(np.full(seeds, 1.5)).shape, 0.1))}, {"depth": depth})
        for depth in DEPTHS.values()
    ]


def never_lost(generator: np.random.Generator, seeds: int) -> Runs:
    """Accuracy under attack rises long after the fit, and has not been there before."""
    late = rise(generator.normal(3.4, 0.1, seeds))
    complexity = table(500 + walks(generator, seeds, 50), "value", split="train", radius=0.05, layer=0)
    tables = {"accuracy": accuracy(generator, 0.1 + 0.8 * rise(np.full(seeds, 1.5)))}
    return [(tables | {"adversarial": attacks(generator, 0.1 + 0.5 * late), "local_complexity": complexity}, {})]


CASES = {
    "no second surge": ("deep_grokking_two_surges_in_deep_networks", one_surge),
    "no second surge in the deepest": ("deep_grokking_deepest_network_shows_two_surges", one_surge),
    "no generalisation": ("deep_grokking_deeper_generalises_later", no_generalisation),
    "no delay at any depth": ("deep_grokking_shallow_does_not_grok_deep_does", no_delay),
    "every layer is of the tunnel": ("deep_grokking_tunnel_grows_with_depth", partial(whole_tunnel, highest=30)),
    "no layer is of the tunnel": ("deep_grokking_tunnel_grows_with_depth", partial(whole_tunnel, highest=90)),
    "robustness is never lost": ("always_grok_robustness_is_delayed", never_lost),
    "complexity beside robustness that is never lost": (
        "always_grok_complexity_falls_as_robustness_rises",
        never_lost,
    ),
}


@pytest.mark.parametrize("seeds", [3, 5, 10])
@pytest.mark.parametrize("case", CASES)
def test_a_claim_without_its_premise_is_not_decided(case: str, seeds: int) -> None:
    name, draw = CASES[case]
    generator = np.random.default_rng([*map(ord, case), seeds])
    for _ in range(max(3, DRAWS // 20) if DRAWS < 1000 else DRAWS):
        assert evaluate(inputs_on(name, draw(generator, seeds))).verdict.verdict == "not seen"
