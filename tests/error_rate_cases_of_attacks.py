"""How often claims on stronger attacks are supported on whole made-up runs, from tables of attacks to the verdict.

Without an effect means, for
- the return of robustness: what is lost at the fit stays lost on average;
- one level that is said to be nothing: it is the smallest difference that matters;
- an attack that is said to be weaker than another one: it fools as many images;
- curves that move together: one wanders, the other comes back once.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from error_rate_support import Draw, Reals, Runs, accuracy, measured, rise, table, walks


def suite(generator: np.random.Generator, epsilon: float, **chances: Reals) -> pd.DataFrame:
    """Accuracy under several attacks of one size; each image withstands an attack with this chance."""
    return pd.concat(
        [
            table(measured(generator, values), "accuracy", epsilon=epsilon, attack=attack, zero_gradient=0.0)
            for attack, values in chances.items()
        ],
        ignore_index=True,
    )


def comes_back(generator: np.random.Generator, seeds: int, effect: bool, epsilon: float) -> Runs:
    """Accuracy is lost at the fit. Under the published attack it comes back late; in the worst case it stays where it
    was on average, or comes back too.
    """
    fit = generator.normal(1.5, 0.05, seeds)
    back = rise(generator.normal(4.0, 0.1, seeds), 0.3)
    lost = 0.5 - 0.35 * rise(fit - 0.6, 0.3)
    moved = (0.2 if effect else 0.0) + generator.normal(0, 0.04, seeds)
    test = 0.1 + 0.7 * rise(np.full(seeds, 1.0))
    tables = {
        "attack_suite": suite(generator, epsilon, worst_case=lost + moved[:, None] * back, published=lost + 0.3 * back)
    }
    return [({"accuracy": accuracy(generator, test, fits=fit)} | tables, {})]


def ends(
    generator: np.random.Generator,
    seeds: int,
    effect: bool,
    epsilon: float,
    first: str,
    second: str,
    without: float,
    given: float,
) -> Runs:
    """Two attacks leave accuracies that end this far apart on average."""
    level = 0.3 + generator.normal(0, 0.05, seeds)
    apart = (given if effect else without) + generator.normal(0, 0.02, seeds)
    grow = rise(np.full(seeds, 2.5))
    chances = {second: level[:, None] * grow, first: (level + apart)[:, None] * grow}
    tables = {"attack_suite": suite(generator, epsilon, **chances)}
    return [({"accuracy": accuracy(generator, 0.1 + 0.7 * grow)} | tables, {})]


def end(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """The worst case ends at the smallest accuracy that matters, or at nothing."""
    level = np.clip((0.0 if effect else 0.05) + generator.normal(0, 0.015, seeds), 0, 1)
    tables = {"attack_suite": suite(generator, 0.13, worst_case=level[:, None] * rise(np.full(seeds, 2.5)))}
    return [({"accuracy": accuracy(generator, 0.1 + 0.7 * rise(np.full(seeds, 2.5)))} | tables, {})]


def aligned(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """Alignment wanders; with the effect it also rises when accuracy in the worst case comes back."""
    moves = rise(generator.uniform(1.8, 3.6, seeds), 0.6)
    alignment = 0.1 + walks(generator, seeds, 0.05) + 0.3 * effect * moves
    tables = {
        "accuracy": accuracy(generator, 0.1 + 0.8 * moves),
        "attack_suite": suite(generator, 0.06, worst_case=0.5 - 0.4 * rise(np.full(seeds, 0.8)) + 0.6 * moves),
        "logit_geometry": table(alignment, "centroid_alignment", split="test", logit_spread=1.0),
    }
    return [(tables, {})]


def _case(name: str, epsilon: float, first: str, second: str, without: float, given: float) -> tuple[str, Draw]:
    draw = partial(ends, epsilon=epsilon, first=first, second=second, without=without, given=given)
    return f"always_grok_{name}", draw


CASES: dict[str, tuple[str, Draw]] = {
    "return_under_small_attacks": (
        "always_grok_robustness_survives_small_attacks",
        partial(comes_back, epsilon=0.06),
    ),
    "return_under_large_attacks": (
        "always_grok_robustness_survives_large_attacks",
        partial(comes_back, epsilon=0.2),
    ),
    "return_of_a_linear_model": ("always_grok_linear_model_is_robust_late", partial(comes_back, epsilon=0.06)),
    "published_and_worst": _case("published_attack_is_too_weak_when_small", 0.06, "published", "worst_case", 0.0, 0.15),
    "attack_of_another_seed": _case("transferred_attack_is_weaker", 0.2, "transfer", "published", 0.0, 0.15),
    "attack_without_gradient": _case("search_without_gradient_is_weaker", 0.2, "square", "published", 0.0, 0.15),
    "level_of_the_worst_case": ("always_grok_generalisation_brings_no_robustness", end),
    "alignment_and_robustness": ("always_grok_centroids_align_as_robustness_returns", aligned),
}
